"""`python -m sandbox`: says where it is, serves, and ends with whoever started it."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient

Process = asyncio.subprocess.Process


@asynccontextmanager
async def _running(*arguments: str) -> AsyncGenerator[tuple[Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_serves_both_and_ends_when_its_input_closes() -> None:
    async with _running() as (process, where):
        async with (
            TelegramClient.open(where["telegram_root"]) as telegram,
            ModelClient.open(where["model_base_url"]) as model,
        ):
            assert (await telegram.me())["is_bot"]
            assert await model.requests() == []

        assert process.stdin is not None
        process.stdin.close()

        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ("model", {"model_base_url", "api_key", "world_root"}),
        ("telegram", {"telegram_root", "token", "page", "page_token"}),
    ],
)
async def test_it_starts_only_what_is_wanted_and_ends_on_sigterm(only: str, told: set[str]) -> None:
    async with _running("--only", only) as (process, where):
        process.terminate()

        assert set(where) == told
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_it_remembers_people_from_the_last_time(tmp_path: Path) -> None:
    state = str(tmp_path / "telegram.json")
    async with _running("--only", "telegram", "--state", state) as (process, where):
        async with TelegramClient.open(where["telegram_root"]) as telegram:
            ada = await telegram.user("Ada")
            await telegram.say(ada, "still here?")
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)

    async with (
        _running("--only", "telegram", "--state", state) as (_, where),
        TelegramClient.open(where["telegram_root"]) as telegram,
    ):
        assert [message["text"] for message in await telegram.messages(ada)] == ["still here?"]
