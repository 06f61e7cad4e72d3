"""With a state file, this Telegram remembers across its own restarts."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, bot_of


@asynccontextmanager
async def at(state_file: Path) -> AsyncGenerator[tuple[Bot, TelegramClient]]:
    async with (
        TelegramSandbox.open(state_file=state_file) as telegram,
        TelegramClient.open(telegram.root) as people,
        bot_of(telegram) as bot,
    ):
        yield bot, people


async def test_chats_messages_and_what_waits_outlive_a_restart(tmp_path: Path) -> None:
    async with at(tmp_path / "deep" / "state.json") as (bot, people):
        ada = await people.user("Ada")
        await people.say(ada, "hello")
        await bot("sendMessage", chat_id=ada, text="hi")
        await bot("setMyCommands", commands=[{"command": "new", "description": "Start anew"}])

    async with at(tmp_path / "deep" / "state.json") as (bot, people):
        assert [one["text"] for one in await people.messages(ada)] == ["hello", "hi"]
        assert await bot.heard() == ["hello"]
        assert len(await people.commands()) == 1
        assert await people.say(ada, "again") == 3


async def test_topics_groups_and_files_outlive_a_restart(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (bot, people):
        ada = await people.user("Ada")
        forum = await people.group(members=[ada], is_forum=True)
        topic = await people.topic(forum)
        file_id = await people.upload(b"words", "a.txt")

    async with at(tmp_path / "state.json") as (bot, people):
        assert await bot("sendMessage", chat_id=forum, text="hi", message_thread_id=topic)
        assert (await bot("getFile", file_id=file_id))["file_size"] == 5
        assert await people.user("Bob") not in {ada, forum}


async def test_numbers_of_updates_go_on_after_a_restart(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (bot, people):
        first = await people.send_update({"poll": {}})
        await bot.updates(offset=first + 1)
        await bot.updates(offset=first + 1)

    async with at(tmp_path / "state.json") as (bot, people):
        assert await people.send_update({"poll": {}}) == first + 1


async def test_the_state_of_another_bot_is_not_touched(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (_, people):
        await people.user("Ada")
    other = TelegramSandbox.open(token="7654321:" + "x" * 35, state_file=tmp_path / "state.json")

    with pytest.raises(ValueError, match="belongs to another sandbox"):
        await other.__aenter__()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"{}",
        b'{"version": 1, "bot_id": 1234567}',
        b'{"version": 1, "bot_id": 1234567, "users": 5}',
    ],
)
async def test_a_damaged_state_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    (tmp_path / "state.json").write_bytes(content)

    async with at(tmp_path / "state.json") as (_, people):
        ada = await people.user("Ada")
    async with at(tmp_path / "state.json") as (_, people):
        assert await people.messages(ada) == []

    assert (tmp_path / "state.json.damaged").read_bytes() == content
    assert "set aside as state.json.damaged" in caplog.text


async def test_half_a_character_does_not_keep_the_state_from_being_saved(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (_, people):
        ada = await people.user("Ada")
        await people.send_update({"message": {"text": "half \ud83d"}})

    async with at(tmp_path / "state.json") as (_, people):
        assert await people.messages(ada) == []
        assert await people.pending() == 1


async def test_a_token_has_the_shape_of_one() -> None:
    with pytest.raises(ValueError, match="a bot token is"):
        await TelegramSandbox.open(token="secret").__aenter__()


async def test_media_and_what_is_known_of_it_outlive_a_restart(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (bot, people):
        ada = await people.user("Ada")
        await people.send_photo(ada, samples.picture())
        await people.send_document(ada, b"words")
        photo, document = await people.messages(ada)
        await people.lose_file(document["document"]["file_id"])
        await people.forbid_voice(ada)

    async with at(tmp_path / "state.json") as (bot, people):
        again = await bot("sendPhoto", chat_id=ada, photo=photo["photo"][0]["file_id"])
        assert again["photo"] == photo["photo"]
        assert len(await people.file(again)) == photo["photo"][-1]["file_size"]
        assert "wrong file_id" in await bot.refused("getFile", file_id=document["document"]["file_id"])
        assert await bot.refused("sendVoice", chat_id=ada, voice="x") == "VOICE_MESSAGES_FORBIDDEN"


async def test_files_of_an_earlier_state_are_still_there(tmp_path: Path) -> None:
    async with at(tmp_path / "state.json") as (bot, people):
        file_id = await people.upload(b"words", "a.txt")
    saved = json.loads((tmp_path / "state.json").read_text("utf-8"))
    saved["files"] = {file_id: about["path"] for file_id, about in saved["files"].items()}
    (tmp_path / "state.json").write_text(json.dumps(saved), "utf-8")

    async with at(tmp_path / "state.json") as (bot, people):
        assert (await bot("getFile", file_id=file_id))["file_size"] == 5
