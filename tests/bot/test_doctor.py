"""The doctor: one line a subject, and what to do where something is wrong."""

import socket
from pathlib import Path

import pytest

from bot.doctor import examine
from bot.settings import read_settings
from tests.town import BOT_NAME, Town


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


async def _told(town: Town, **given: object) -> tuple[int, dict[str, str]]:
    lines: list[str] = []
    status = await examine(town.settings(**given), lines.append)
    return status, {line[5:14].strip(): line for line in lines}


async def test_a_healthy_bot_has_nothing_bad(town: Town) -> None:
    status, told = await _told(town)

    assert status == 0
    assert f"@{BOT_NAME}" in told["token"]
    assert "none: updates are polled" in told["webhook"]
    assert {"token", "webhook", "privacy", "topics", "key", "chat", "database", "disk", "clock"} <= told.keys()


async def test_a_wrong_token_is_named(town: Town) -> None:
    status, told = await _told(town, telegram_bot_token="1234567:wrong-token-of-nobody-0123456789ab")

    assert status == 1
    assert told["token"].startswith("BAD")
    assert "@BotFather" in told["token"]


async def test_a_wrong_key_is_named(town: Town) -> None:
    status, told = await _told(town, openai_api_key="sk-wrong")

    assert status == 1
    assert "check OPENAI_API_KEY" in told["key"]


async def test_an_unreachable_provider_is_named(town: Town) -> None:
    status, told = await _told(town, openai_base_url="http://127.0.0.1:9/v1")

    assert status == 1
    assert told["key"].startswith("BAD")
    assert "does not answer" in told["key"]
    assert "refuses" not in told["key"]


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), (b"\xff", "is not UTF-8 text")])
async def test_instructions_that_cannot_be_read_are_named(
    town: Town, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "nowhere.md" if content is None else _written(tmp_path / "prompt.md", content)

    status, told = await _told(town, instructions_file=file)

    assert status == 1
    assert said in told["prompt"]
    assert "correct INSTRUCTIONS_FILE" in told["prompt"]


async def test_instructions_that_can_be_read_are_good(town: Town, tmp_path: Path) -> None:
    _status, told = await _told(town, instructions_file=_written(tmp_path / "prompt.md", b"Be brief."))

    assert told["prompt"].endswith("9 characters")


async def test_an_address_of_another_machine_cannot_be_listened_at(town: Town) -> None:
    status, told = await _told(town, webhook_listen="192.0.2.1:8080")

    assert status == 1
    assert told["listen"].startswith("BAD")
    assert "WEBHOOK_LISTEN" in told["listen"]


async def test_a_port_is_free_or_taken(town: Town) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        _status, while_taken = await _told(town, webhook_listen=address)

    status, told = await _told(town, webhook_listen=address)

    assert "is in use" in while_taken["listen"]
    assert status == 0
    assert told["listen"].endswith("is free")


async def test_a_running_bot_is_no_trouble_for_the_database(town: Town) -> None:
    async with town.bot():
        status, told = await _told(town)

    assert status == 0
    assert "in use by the bot" in told["database"]


async def test_a_folder_that_cannot_be_written_is_named(town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    status, told = await _told(town, data_dir=tmp_path / "file" / "data")

    assert status == 1
    assert told["database"].startswith("BAD")


async def test_without_keys_it_says_what_stands_in(tmp_path: Path) -> None:
    lines: list[str] = []

    status = await examine(read_settings(_env_file=None, data_dir=tmp_path), lines.append)

    assert status == 0
    assert any("the sandbox stands in" in line for line in lines)
    assert any("an offline stand-in answers" in line for line in lines)
