"""The bot as it runs, in a process of its own, between the sandbox's Telegram and model in another."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient

ROOT = Path(__file__).parents[1]
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class World:
    """Clients of both servers, and the bot's process to be measured."""

    telegram: TelegramClient
    model: ModelClient
    bot: psutil.Process
    ready_seconds: float

    def cpu_seconds(self) -> float:
        times = self.bot.cpu_times()
        return times.user + times.system

    def memory_bytes(self) -> int:
        return self.bot.memory_info().rss


@asynccontextmanager
async def running(data_dir: Path, **settings: str) -> AsyncGenerator[World]:
    """Starts both processes; `ready_seconds` is from the start of the bot to its first call for updates."""
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(_process("-m", "sandbox", stdin=asyncio.subprocess.PIPE))
        assert servers.stdout is not None
        where = json.loads(await asyncio.wait_for(servers.stdout.readline(), _START_SECONDS))
        telegram = await stack.enter_async_context(TelegramClient.open(where["telegram_root"]))
        model = await stack.enter_async_context(ModelClient.open(where["model_base_url"]))
        environment = {
            "TELEGRAM_BOT_TOKEN": where["token"],
            "TELEGRAM_API_ROOT": where["telegram_root"],
            "OPENAI_API_KEY": where["api_key"],
            "OPENAI_BASE_URL": where["model_base_url"],
            "OPENAI_API": "responses",
            "OPENAI_DIALECT": "openai",
            "ALLOWED_USER_IDS": "*",
            "MESSAGES_PER_MINUTE": "0",
            "DATA_DIR": str(data_dir),
            "LOG_LEVEL": "WARNING",
            "TELEGRAM_MESSAGES_PER_SECOND": "1000",
            **settings,
        }
        started = time.monotonic()
        bot = await stack.enter_async_context(_process("-m", "bot", "run", environment=environment))
        await telegram.wait_for_calls(bool, method="getUpdates", timeout=_START_SECONDS)
        ready_seconds = (await telegram.calls("getUpdates"))[0]["at"] - started
        yield World(telegram, model, psutil.Process(bot.pid), ready_seconds)


@asynccontextmanager
async def _process(
    *arguments: str, environment: dict[str, str] | None = None, stdin: int = asyncio.subprocess.DEVNULL
) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
