"""A whole small world for a test: the sandbox's Telegram and model, and the real bot between them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from aiohttp.web_app import _cached_build_middleware  # pyright: ignore[reportPrivateUsage]  # see below

from bot.app import opened
from bot.service import Parley
from bot.settings import Settings, read_settings
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from sandbox.world.client import WorldClient
from sandbox.world.server import WorldSandbox

BOT_NAME = "parley_sandbox_bot"
EVERYBODY = "*"
TODAY = date(2026, 11, 1)  # models come and go, and tests must not


def the_same_day() -> date:
    """Today, for whoever asks: `TODAY`."""
    return TODAY


def _noon() -> datetime:
    return datetime.combine(TODAY, time(12), UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """Where the servers are, and clients to act as people (`telegram`) and to look at the model (`model`).

    `world` looks at what tools looked up, at `world_server`.
    """

    telegram_server: TelegramSandbox
    model_server: ModelSandbox
    telegram: TelegramClient
    model: ModelClient
    data_dir: Path
    world_server: WorldSandbox
    world: WorldClient

    def settings(self, **given: Any) -> Settings:
        """Settings that point at this town; nothing is read from this machine's own `.env`."""
        chosen = {
            "telegram_bot_token": self.telegram_server.token,
            "telegram_api_root": self.telegram_server.root,
            "openai_api_key": self.model_server.api_key,
            "openai_base_url": self.model_server.base_url,
            "openai_api": "responses",
            "openai_dialect": "openai",
            "allowed_user_ids": EVERYBODY,
            "thread_titles": False,  # most tests count what the model is asked
            "open_meteo_url": self.world_server.root,
            "open_meteo_geocoding_url": self.world_server.root,
            "exchange_rates_url": self.world_server.root,
            "messages_per_minute": 0,  # tests are quicker than people
            "data_dir": self.data_dir,
        }
        return read_settings(_env_file=None, **(chosen | given))

    def environment(self, **given: str) -> dict[str, str]:
        """The same as environment variables, for a bot in a process of its own."""
        chosen = {
            "TELEGRAM_BOT_TOKEN": self.telegram_server.token,
            "TELEGRAM_API_ROOT": self.telegram_server.root,
            "OPENAI_API_KEY": self.model_server.api_key,
            "OPENAI_BASE_URL": self.model_server.base_url,
            "OPENAI_API": "responses",
            "OPENAI_DIALECT": "openai",
            "ALLOWED_USER_IDS": EVERYBODY,
            "THREAD_TITLES": "false",
            "OPEN_METEO_URL": self.world_server.root,
            "OPEN_METEO_GEOCODING_URL": self.world_server.root,
            "EXCHANGE_RATES_URL": self.world_server.root,
            "MESSAGES_PER_MINUTE": "0",
            "DATA_DIR": str(self.data_dir),
        }
        return chosen | given

    @asynccontextmanager
    async def bot(
        self, *, trusted_hosts: Collection[str] = (), today: date = TODAY, **given: Any
    ) -> AsyncGenerator[Parley]:
        """The bot at work in this process until the block is left; then it stops as on SIGTERM."""
        stop = asyncio.Event()
        settings = self.settings(**given)
        async with opened(settings, trusted_hosts=trusted_hosts, today=lambda: today) as parley:
            work = asyncio.create_task(parley.run(stop))
            try:
                yield parley
            finally:
                stop.set()
                await work


@asynccontextmanager
async def built(data_dir: Path) -> AsyncGenerator[Town]:
    async with AsyncExitStack() as stack:
        model_server = await stack.enter_async_context(ModelSandbox.open(today=the_same_day))
        telegram_server = await stack.enter_async_context(TelegramSandbox.open(model_url=model_server.base_url))
        telegram = await stack.enter_async_context(TelegramClient.open(telegram_server.root))
        model = await stack.enter_async_context(ModelClient.open(model_server.base_url))
        world_server = await stack.enter_async_context(WorldSandbox.open(now=_noon))
        world = await stack.enter_async_context(WorldClient.open(world_server.root))
        # aiohttp remembers the last 1,024 applications, and each of ours holds a whole town.
        stack.callback(_cached_build_middleware.cache_clear)
        yield Town(telegram_server, model_server, telegram, model, data_dir, world_server, world)


async def answered(telegram: TelegramClient, chat: int, words: str, **how: Any) -> dict[str, Any]:
    """Says it there, and waits for what the bot says next."""
    return await telegram.next_reply(chat, after=await telegram.say(chat, words, **how))


async def last_question(model: ModelClient) -> str:
    """What the model was asked last, as it read it."""
    asked = [request["body"] for request in await model.requests() if request["path"] == "/v1/responses"]
    return str(asked[-1]["input"][-1]["content"])  # its answer may have been spoken since


async def settled(bot: Parley, telegram: TelegramClient, *, seconds: float = 40) -> None:
    """Waits until every update has come in and is finished or set aside."""
    await telegram.all_confirmed()
    async with asyncio.timeout(seconds):
        while (await bot.inbox.counts()).waiting:  # noqa: ASYNC110  # the books tell nobody that they changed
            await asyncio.sleep(0.01)


def lines(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    """The lines of the log that hold these words."""
    return [record.getMessage() for record in caplog.records if words in record.getMessage()]


def failed(times: int, status: int) -> Callable[[list[dict[str, Any]]], bool]:
    """True of calls among which at least so many failed with this status."""

    def enough(calls: list[dict[str, Any]]) -> bool:
        return sum(call["status"] == status for call in calls) >= times

    return enough


def texts(messages: Sequence[dict[str, Any]]) -> list[str]:
    """What a person reads, message by message."""
    return [str(message.get("text", "")) for message in messages]


async def forged_tap(telegram: TelegramClient, message: dict[str, Any], data: str, *, user: int) -> str:
    """A tap on a button that the message no longer has, or never had; returns what the person is told."""
    query: dict[str, Any] = {
        "id": f"forged-{data}",
        "from": {"id": user, "is_bot": False, "first_name": "Ada"},
        "message": message,
        "chat_instance": "1",
        "data": data,
    }
    await telegram.send_update({"callback_query": query})

    def told(calls: list[dict[str, Any]]) -> list[str]:
        return [
            call["params"].get("text", "")
            for call in calls
            if call["params"]["callback_query_id"] == query["id"]
        ]

    return told(await telegram.wait_for_calls(lambda calls: bool(told(calls)), method="answerCallbackQuery"))[0]


def button(message: dict[str, Any], label: str) -> str:
    """The data behind the button that bears, or holds, this label."""
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(tap["callback_data"]) for row in rows for tap in row if label in tap["text"])


async def until(look: Callable[[], Any], seconds: float = 40) -> Any:
    """What `look` gives, as soon as it gives something."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110  # what is looked at tells nobody that they changed
            await asyncio.sleep(0.02)
    return found
