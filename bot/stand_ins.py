"""The sandbox beside the bot: a process of its own that stands where Telegram or OpenAI would be."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import SecretStr

from bot.settings import Settings

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_USUAL_PAGE_PORT = "8424"  # a browser finds the chat again after the next start
_LIKE_A_REAL_MODEL = ("400", "20")  # milliseconds to the first token, and for each one after


class StandInFailed(Exception):
    """The sandbox did not start; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class StandIns:
    """Where the sandbox's servers are, and the keys they accept."""

    telegram_root: str
    token: str
    model_base_url: str
    api_key: str
    page: str = ""
    page_token: str = ""
    world_root: str = ""
    """Where tools look things up instead of on the internet, as long as the offline model uses them."""


def needed(settings: Settings) -> str | None:
    """What the sandbox must stand in for: "both", "telegram", "model", or nothing."""
    telegram, model = settings.telegram_bot_token is None, settings.openai_api_key is None
    if telegram and model:
        return "both"
    return "telegram" if telegram else "model" if model else None


def standing_in(settings: Settings, stand_ins: StandIns) -> Settings:
    """The settings with the sandbox in place of whatever they lack."""
    changes: dict[str, object] = {}
    if settings.telegram_bot_token is None:
        changes |= {
            "telegram_bot_token": SecretStr(stand_ins.token),
            "telegram_api_root": stand_ins.telegram_root,
            "allowed_user_ids": "*",
        }
    if settings.openai_api_key is None:
        changes |= {
            "openai_api_key": SecretStr(stand_ins.api_key),
            "openai_base_url": stand_ins.model_base_url,
            "openai_api": "responses",
            "openai_dialect": "openai",
            "open_meteo_url": stand_ins.world_root,
            "open_meteo_geocoding_url": stand_ins.world_root,
            "exchange_rates_url": stand_ins.world_root,
        }
    return settings.model_copy(update=changes)


@asynccontextmanager
async def running(only: str, state_file: Path, *, host: str) -> AsyncGenerator[StandIns]:
    """Starts the sandbox, its page at `host`; it ends with this process, however this process ends."""
    state_file.parent.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--only",
        only,
        "--host",
        host,
        "--page-port",
        _USUAL_PAGE_PORT,
        "--state",
        str(state_file),
        "--pace",
        *_LIKE_A_REAL_MODEL,
        stdin=asyncio.subprocess.PIPE,  # it ends when this closes
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is for the bot, which still has to say goodbye
    )
    try:
        yield await _ready(process)
    finally:
        await _end(process)


async def _ready(process: asyncio.subprocess.Process) -> StandIns:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = await process.stdout.readline()
        found = json.loads(line)
        return StandIns(**{name: str(found.get(name) or "") for name in StandIns.__dataclass_fields__})
    except (TimeoutError, ValueError) as error:
        raise StandInFailed("The sandbox did not start; the lines above say why.") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class BotProcess:
    """The bot as a process of its own, that can be killed and started again to see that nothing is lost.

    Without a `log_file` it logs where this process does.
    """

    def __init__(self, command: Sequence[str], log_file: Path | None = None) -> None:
        self._command = command
        self._log_file = log_file
        self._log_begins = 0
        self._process: asyncio.subprocess.Process | None = None
        self._started = asyncio.Event()
        self._restarting = asyncio.Lock()

    async def start(self) -> None:
        if self._log_file is None:
            await self._run(None)
            return
        with self._log_file.open("ab") as log:  # a moment at start, in a program of one person
            self._log_begins = log.tell()
            await self._run(log)

    async def _run(self, log: BinaryIO | None) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,  # it ends when this closes
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._started.set()

    async def restart(self) -> None:
        """Kills it as `kill -9` would, and starts it again."""
        async with self._restarting:
            process, self._process = self._process, None
            self._started.clear()
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()
            await self.start()

    async def died(self) -> int:
        """Waits until it ends by itself; its exit status, 128 and more where a signal ended it."""
        while True:
            await self._started.wait()
            process = self._process
            assert process is not None
            status = await process.wait()
            if process is self._process:
                return status if status >= 0 else 128 - status

    def last_words(self) -> str:
        """The last line it logged since it was started, empty if there is none."""
        if self._log_file is None:
            return ""
        with self._log_file.open("rb") as log:
            log.seek(self._log_begins)
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    async def stop(self) -> None:
        if self._process is not None:
            await _end(self._process)


@asynccontextmanager
async def bot_process(command: Sequence[str], log_file: Path | None = None) -> AsyncGenerator[BotProcess]:
    """Runs the bot until the block is left."""
    if log_file is not None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
    bot = BotProcess(command, log_file)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()
