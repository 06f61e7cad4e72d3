"""The start: waits for Telegram, catches up with what came meanwhile, and ends in one line where it cannot."""

import asyncio
import logging
import socket
from pathlib import Path
from typing import Any

import pytest

from bot import patience
from bot.app import opened
from bot.settings import WrongSetting
from tests.town import Town, answered, failed, lines, texts

SECRET = "a-Secret_1"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again sooner than in earnest."""
    monkeypatch.setattr(patience, "_FIRST_PAUSE_SECONDS", 0.01)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 502}, {"kind": "reset_before"}, {"kind": "html_502"}], ids=str
)
async def test_the_start_waits_for_telegram_and_says_so_once(
    town: Town, caplog: pytest.LogCaptureFixture, method: str, fault: dict[str, Any]
) -> None:
    caplog.set_level(logging.INFO)
    await town.telegram.fault(method=method, times=3, **fault)

    async with town.bot():
        ada = await town.telegram.user("Ada")
        reply = await answered(town.telegram, ada, "{{say: up}}")

    assert reply["text"] == "up"
    assert len(lines(caplog, "Telegram does not answer")) == 1
    assert len(lines(caplog, "Telegram answers again")) == 1


@pytest.mark.usefixtures("hurried")
async def test_a_start_flooded_by_telegram_waits_as_long_as_asked(town: Town) -> None:
    await town.telegram.fault(method="getMe", status=429, retry_after=1)

    async with town.bot():
        pass

    assert await town.telegram.violations() == []


@pytest.mark.usefixtures("hurried")
async def test_what_waits_for_telegram_can_be_stopped(town: Town) -> None:
    await town.telegram.fault(method="deleteWebhook", status=500, times=1_000_000)
    stop = asyncio.Event()
    async with opened(town.settings()) as parley:
        work = asyncio.create_task(parley.run(stop))
        await town.telegram.wait_for_calls(failed(2, 500), method="deleteWebhook")

        stop.set()
        await asyncio.wait_for(work, 5)

    assert await town.telegram.calls("getUpdates") == []


async def test_what_came_while_the_bot_was_away_is_answered_in_order(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.telegram.say(ada, "{{say: first}}")
    await town.telegram.say(ada, "/help")
    await town.telegram.say(ada, "{{say: last}}")

    async with town.bot():
        seen = await town.telegram.wait_for(ada, lambda messages: len(messages) == 6)

    said = [text for message, text in zip(seen, texts(seen), strict=True) if message["from"]["is_bot"]]
    assert (said[0], said[1][:4], said[2]) == ("first", "What", "last")


async def test_a_webhook_that_telegram_refuses_ends_the_start_with_one_line(town: Town) -> None:
    await town.telegram.fault(method="setWebhook", status=400, description="bad webhook: no HTTPS")
    hook = "http://127.0.0.1:1/hook"

    with pytest.raises(WrongSetting, match="Telegram says Bad Request: bad webhook: no HTTPS"):
        async with town.bot(webhook_url=hook, webhook_secret=SECRET, webhook_listen="127.0.0.1:0"):
            await town.telegram.wait_for_calls(bool, method="setWebhook")


async def test_a_port_that_is_taken_ends_the_start_with_one_line(town: Town) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(WrongSetting, match=f"^WEBHOOK_LISTEN is {address}: .*address already in use"):
            async with town.bot(webhook_listen=address):
                pass


async def test_instructions_that_cannot_be_read_end_the_start_with_one_line(town: Town, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^INSTRUCTIONS_FILE is '.*nowhere.md': it cannot be read"):
        async with town.bot(instructions_file=tmp_path / "nowhere.md"):
            pass


async def test_ones_own_instructions_are_used(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "pirate.md"
    file.write_text("Answer like a pirate.")  # four words
    async with town.bot(instructions_file=file):
        ada = await town.telegram.user("Ada")
        await answered(town.telegram, ada, "{{say: arr}}")

    assert (await town.model.requests())[-1]["body"]["instructions"] == "Answer like a pirate."
