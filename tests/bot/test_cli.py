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


async def test_a_second_signal_does_not_wait_for_answers(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    async with parley("run", environment=town.environment(), folder=tmp_path / "home") as process:
        await line_with(process.stderr, "is ready")
        await town.telegram.say(ada, "{{pace: 100 1000}} {{words: 100}}")
        await town.model.wait_for_requests(bool)

        process.send_signal(signal.SIGTERM)
        await line_with(process.stderr, "stopping")
        process.send_signal(signal.SIGTERM)
        status, _output, errors = await ended(process)

    assert status == 128 + signal.SIGTERM
    assert "Traceback" not in errors


async def test_what_it_keeps_is_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with parley("run", environment={}, folder=home) as process:
        await line_with(process.stderr, "is ready")
        process.send_signal(signal.SIGTERM)
        await ended(process)

    kept = [home / "data", *(home / "data").rglob("*")]
    assert [path for path in kept if path.stat().st_mode & 0o077] == []
    assert {"parley.db", "telegram.json"} <= {path.name for path in kept}


@pytest.mark.parametrize("command", ["run", "sandbox"])
async def test_a_second_sandbox_on_the_same_data_is_told_so_at_once(tmp_path: Path, command: str) -> None:
    home = tmp_path / "home"
    async with parley("run", environment={}, folder=home) as first:
        await line_with(first.stderr, "is ready")
        async with parley(command, environment={}, folder=home) as second:
            status, output, errors = await ended(second)

    assert (status, output) == (1, "")
    assert errors == "Another Parley is running on data: stop it, or set DATA_DIR.\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATA_DIR", "/proc/nope", "DATA_DIR is '/proc/nope': it cannot be made a folder"),
        ("DATA_DIR", __file__, f"DATA_DIR is '{__file__}': it cannot be made a folder"),
        ("CATALOGUE_FILE", "/nowhere.toml", "CATALOGUE_FILE: /nowhere.toml: cannot be read"),
        ("CATALOGUE_FILE", __file__, f"CATALOGUE_FILE: {__file__}: "),
        ("WEBHOOK_LISTEN", "192.0.2.1:1", "WEBHOOK_LISTEN is 192.0.2.1:1: "),
    ],
)
async def test_what_cannot_be_used_ends_the_start_with_one_line(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    async with parley("run", environment={name: value}, folder=tmp_path / "home") as process:
        status, _output, errors = await ended(process)

    assert status == 2
    assert errors.splitlines()[-1].startswith(said)
    assert "Traceback" not in errors


async def test_a_misspelt_name_gets_a_warning(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".env").write_text("OPENAI_KEY=sk-x\n")

    async with parley("run", environment={}, folder=home) as process:
        assert "Is OPENAI_API_KEY meant?" in await line_with(process.stderr, "OPENAI_KEY is not a setting")


async def test_a_damaged_sandbox_begins_anew(tmp_path: Path) -> None:
    state = tmp_path / "home" / "data" / "sandbox" / "telegram.json"
    state.parent.mkdir(parents=True)
    state.write_text('{"version": 1, "use')

    async with parley("run", environment={}, folder=tmp_path / "home") as process:
        await line_with(process.stderr, "telegram.json is damaged: set aside as telegram.json.damaged")
        await line_with(process.stderr, "is ready")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "127.0.0.1:9", "http://", "ftp://[", "nonsense"])
async def test_joining_nobody_is_told_in_one_line(tmp_path: Path, address: str) -> None:
    async with parley("sandbox", "--at", address, environment={}, folder=tmp_path / "home") as process:
        status, output, errors = await ended(process)

    assert (status, output) == (1, "")
    assert errors == f"No sandbox answers at {address}: copy the address that `parley run` prints.\n"


async def test_joining_works_without_the_scheme(town: Town, tmp_path: Path) -> None:
    address = town.telegram_server.root.removeprefix("http://")

    async with parley("sandbox", "--at", address, environment={}, folder=tmp_path / "home") as process:
        status, output, _errors = await ended(process)

    assert status == 0
    assert "This is the sandbox" in output


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
