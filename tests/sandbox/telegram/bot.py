"""A bot that makes one call at a time, and a clock that stands still until it is told to go on."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.telegram.server import TelegramSandbox

Json = dict[str, Any]


@dataclass(slots=True)
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json
    headers: Json


class Bot:
    """Calls methods of the Bot API as JSON."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def call(self, method: str, **params: Any) -> Answer:
        async with self.session.post(f"{self.base}/{method}", json=params) as response:
            return Answer(response.status, await response.json(), dict(response.headers))

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self.call(method, **params)
        assert answer.status == 200, answer.body
        return answer.body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """The description of a call that must fail with 400."""
        answer = await self.call(method, **params)
        assert answer.status == 400, answer.body
        return answer.body["description"].removeprefix("Bad Request: ")

    async def statuses(self, times: int, method: str, **params: Any) -> list[int]:
        """What that many calls in a row are answered."""
        return [(await self.call(method, **params)).status for _ in range(times)]

    async def updates(self, **params: Any) -> list[Json]:
        return await self("getUpdates", **params)

    async def heard(self) -> list[str]:
        """The texts of the messages that wait for the bot."""
        return [update["message"].get("text", "") for update in await self.updates() if "message" in update]


@asynccontextmanager
async def bot_of(telegram: TelegramSandbox) -> AsyncGenerator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(session, f"{telegram.root}/bot{telegram.token}")
