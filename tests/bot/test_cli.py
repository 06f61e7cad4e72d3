"""The command line: what it says, how it ends, and that a stop loses nothing."""

import re
import signal
from pathlib import Path

import pytest

from sandbox.telegram.client import TelegramClient
from tests.bot.process import ended, line_with, parley
from tests.town import Town, texts


async def test_a_wrong_setting_ends_the_start_with_one_line(tmp_path: Path) -> None:
    environment = {"HISTORY_TOKENS": "many"}

    async with parley("run", environment=environment, folder=tmp_path / "home") as process:
        status, output, errors = await ended(process)

    assert (status, output) == (2, "")
    assert re.fullmatch(r"HISTORY_TOKENS is 'many': allowed is .*\n", errors)


async def test_a_refused_token_ends_the_start_with_one_line(town: Town, tmp_path: Path) -> None:
    environment = town.environment(TELEGRAM_BOT_TOKEN="1234567:wrong-token-of-nobody-0123456789ab")

    async with parley("run", environment=environment, folder=tmp_path / "home") as process:
        status, _output, errors = await ended(process)

    assert status == 1
    assert errors.splitlines()[-1] == "Telegram refuses TELEGRAM_BOT_TOKEN: copy it again from @BotFather."
    assert "Traceback" not in errors


async def test_a_second_bot_on_the_same_data_is_told_so(town: Town, tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with parley("run", environment=town.environment(), folder=home) as first:
        await line_with(first.stderr, "is ready")
        async with parley("run", environment=town.environment(), folder=home) as second:
            status, _output, errors = await ended(second)

    assert status == 1
    assert errors.startswith("Another Parley is running on ")


async def test_a_stop_finishes_the_running_answer(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    async with parley("run", environment=town.environment(), folder=tmp_path / "home") as process:
        await line_with(process.stderr, "is ready")
        await town.telegram.say(ada, "{{pace: 100 30}} {{say: a whole answer in spite of the stop}}")
        await town.model.wait_for_requests(bool)

        process.send_signal(signal.SIGTERM)
        status, _output, _errors = await ended(process)

    assert status == 0
    assert "a whole answer in spite of the stop" in texts(await town.telegram.messages(ada))


async def test_what_a_stop_leaves_comes_at_the_next_start(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    home = tmp_path / "home"
    async with parley("run", environment=town.environment(), folder=home) as process:
        await line_with(process.stderr, "is ready")
        await town.telegram.say(ada, "{{pace: 100 30}} {{say: an answer that a kill cannot stop}}")
        await town.model.wait_for_requests(bool)
        process.kill()

    async with parley("run", environment=town.environment(), folder=home):
        reply = await town.telegram.next_reply(ada)

    assert reply["text"] == "an answer that a kill cannot stop"


async def test_without_any_key_the_sandbox_stands_in(tmp_path: Path) -> None:
    async with parley("run", environment={}, folder=tmp_path / "home") as process:
        line = await line_with(process.stderr, "no TELEGRAM_BOT_TOKEN")
        await line_with(process.stderr, "no OPENAI_API_KEY")
        await line_with(process.stderr, "is ready")
        root = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert root is not None
        async with TelegramClient.open(root[0]) as telegram:
            ada = await telegram.user("Ada")
            await telegram.say(ada, "/start")
            greeting = await telegram.next_reply(ada)
            offline = await telegram.next_reply(ada, after=greeting["message_id"])

    assert greeting["text"].startswith("Hello Ada!")
    assert "an offline stand-in answers" in offline["text"]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
async def test_the_log_holds_no_token_and_no_text(town: Town, tmp_path: Path, level: str) -> None:
    ada = await town.telegram.user("Ada")
    environment = town.environment(LOG_LEVEL=level)
    async with parley("run", environment=environment, folder=tmp_path / "home") as process:
        await line_with(process.stderr, "is ready")
        await town.telegram.say(ada, "my secret word is xylophone {{say: marimba}}")
        await town.telegram.next_reply(ada)
        process.send_signal(signal.SIGTERM)
        _status, output, errors = await ended(process)

    said = output + errors
    assert [word for word in ("xylophone", "marimba", environment["TELEGRAM_BOT_TOKEN"]) if word in said] == []
