"""What the offline model was asked, seen through its control side; and the ways to slow it down or break it."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from sandbox.telegram.values import Json

_WAIT_SECONDS = 20.0
_AGAIN_SECONDS = 2.0
_SHOWN = 100


class ModelWindow:
    """For one tab. Without a model of ours there is nothing to see: a real one answers."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str | None) -> None:
        self._session = session
        self._root = None if base_url is None else f"{base_url.removesuffix('/v1')}/sandbox"
        self._open = asyncio.Event()

    @property
    def is_offline(self) -> bool:
        return self._root is not None

    def watch(self, *, on: bool) -> None:
        if on:
            self._open.set()
        else:
            self._open.clear()

    async def news(self) -> AsyncIterator[list[Json]]:
        """Requests that came or changed, while the view is open."""
        if self._root is None:
            return
        version, epoch = 0, 0
        while True:
            if not self._open.is_set():
                version = 0
                await self._open.wait()
            try:
                told = await self._fetched(version, epoch)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            version, epoch = told["version"], told["epoch"]
            if told["requests"]:
                clock_now = time.monotonic()
                yield [one | {"now": clock_now} for one in told["requests"][:_SHOWN]]

    async def _fetched(self, version: int, epoch: int) -> Json:
        query = {"since": version, "epoch": epoch, "wait": str(_WAIT_SECONDS)}
        async with self._session.get(f"{self._root}/requests", params=query) as response:
            return await response.json()

    async def pace(self, asked: Json) -> None:
        await self._tell("pace", asked)

    async def fault(self, asked: Json) -> None:
        await self._tell("faults", asked)

    async def _tell(self, subject: str, words: Any) -> None:
        if self._root is None:
            raise ValueError("a real model answers: it is not to be slowed down or broken from here")
        try:
            async with self._session.post(f"{self._root}/{subject}", json=words) as response:
                answer: Json = await response.json()
        except aiohttp.ClientError as error:
            raise ValueError("the offline model cannot be reached") from error
        if not answer["ok"]:
            raise ValueError(answer["description"])
