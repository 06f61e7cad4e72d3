"""The terminal chat as a whole: it, its sandbox and its bot end together, and it says why its bot ended."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.bot.process import ended, line_with, parley


@asynccontextmanager
async def _chatting(folder: Path) -> AsyncGenerator[tuple[asyncio.subprocess.Process, list[psutil.Process]]]:
    """The chat with somebody at its keyboard, and its children: the sandbox and the bot."""
    async with parley("sandbox", environment={}, folder=folder, stdin=asyncio.subprocess.PIPE) as process:
        await line_with(process.stdout, "You are Ada")
        yield process, psutil.Process(process.pid).children()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_however_it_ends_nothing_of_it_is_left(tmp_path: Path, number: signal.Signals) -> None:
    async with _chatting(tmp_path / "home") as (process, children):
        assert len(children) == 2
        os.kill(process.pid, number)

        _gone, left = await asyncio.to_thread(psutil.wait_procs, children, timeout=20)

        assert left == []
        assert await process.wait() == (-number if number == signal.SIGKILL else 128 + number)
        assert process.stderr is not None
        assert await process.stderr.read() == b""


async def test_it_ends_when_its_bot_does(tmp_path: Path) -> None:
    async with _chatting(tmp_path / "home") as (process, children):
        bot = next(child for child in children if "--stand-ins" in child.cmdline())
        bot.kill()
        assert process.stderr is not None
        said = (await process.stderr.read()).decode()

        assert await process.wait() == 128 + signal.SIGKILL
        assert said.startswith("The bot has ended: ")
        assert "bot.log" in said


async def test_it_says_why_its_bot_cannot_start(tmp_path: Path) -> None:
    environment = {"INSTRUCTIONS_FILE": "/nowhere.md"}
    home = tmp_path / "home"
    async with parley(
        "sandbox", environment=environment, folder=home, stdin=asyncio.subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        said = (await process.stderr.read()).decode()

        assert await process.wait() == 2
        assert said.startswith("The bot has ended: INSTRUCTIONS_FILE is '/nowhere.md': it cannot be read")


async def test_what_is_not_utf8_does_not_end_it(tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": "utf-8:surrogateescape"}
    async with parley(
        "sandbox", environment=environment, folder=tmp_path / "home", stdin=asyncio.subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"caf\xe9 {{say: still here}}\n")
        process.stdin.close()
        status, output, errors = await ended(process)

    assert (status, errors) == (0, "")
    assert "Parley: still here" in output
