"""People: how they wait, what they can send, and what they are told when they ask for the impossible."""

import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram.bot import Bot


async def test_a_file_can_be_sent_and_downloaded(
    bot: Bot, telegram: TelegramSandbox, people: TelegramClient, ada: int
) -> None:
    file_id = await people.upload(b"words", "notes.txt")
    document = {"file_id": file_id, "file_unique_id": "u1", "file_name": "notes.txt"}
    await people.say(ada, "", document=document, caption="read this")

    file = await bot("getFile", file_id=file_id)

    url = f"{telegram.root}/file/bot{telegram.token}/{file['file_path']}"
    async with bot.session.get(url) as response:
        assert await response.read() == b"words"


async def test_an_unknown_file_is_refused(bot: Bot, telegram: TelegramSandbox) -> None:
    assert "wrong file_id" in await bot.refused("getFile", file_id="x")
    async with bot.session.get(f"{telegram.root}/file/bot{telegram.token}/no/such") as response:
        assert response.status == 404


async def test_a_file_of_more_than_20_megabytes_is_too_big(bot: Bot, people: TelegramClient) -> None:
    file_id = await people.upload(bytes(20 * 1024 * 1024 + 1))

    assert await bot.refused("getFile", file_id=file_id) == "file is too big"


async def test_the_next_reply_is_the_bots_first_after_a_message(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await bot("sendMessage", chat_id=ada, text="old")
    said = await people.say(ada, "hello")
    await bot("sendMessage", chat_id=ada, text="new")
    await bot("sendMessage", chat_id=ada, text="newer")

    assert (await people.next_reply(ada, after=said))["text"] == "new"


async def test_waiting_in_vain_shows_what_was_there(people: TelegramClient, ada: int) -> None:
    await people.say(ada, "anybody?")

    with pytest.raises(TimeoutError, match="anybody"):
        await people.wait_for(ada, lambda messages: len(messages) == 2, timeout=0.01)


async def test_the_impossible_is_refused(people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "hello")

    with pytest.raises(SandboxRefused, match="there is no chat 5"):
        await people.say(5, "hello")
    with pytest.raises(SandboxRefused, match="message text is empty"):
        await people.say(ada, "")
    with pytest.raises(SandboxRefused, match="exists already"):
        await people.user("Eve", id=ada)
    with pytest.raises(SandboxRefused, match="QUOTE_TEXT_INVALID"):
        await people.say(ada, "x", reply_to=said, quote="bye")
    with pytest.raises(SandboxRefused, match="no message 99"):
        await people.edit(ada, 99, "x")
    with pytest.raises(SandboxRefused, match="basic group"):
        await people.migrate(ada)


async def test_a_person_can_have_a_number_of_their_choice(people: TelegramClient) -> None:
    assert await people.user("Ada", id=42) == 42


async def test_an_unknown_action_is_not_found(telegram: TelegramSandbox, bot: Bot) -> None:
    async with bot.session.post(f"{telegram.root}/sandbox/teleport", json={}) as response:
        assert response.status == 404


async def test_a_reaction_reaches_a_bot_that_asked_for_them(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("getUpdates", allowed_updates=["message_reaction"])
    message = await bot("sendMessage", chat_id=ada, text="hi")

    await people.react(ada, message["message_id"], "👍")

    change = (await bot("getUpdates"))[0]["message_reaction"]
    assert (change["old_reaction"], change["new_reaction"]) == ([], [{"type": "emoji", "emoji": "👍"}])


async def test_what_is_forwarded_keeps_its_words_and_its_origin(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    club = await people.group("Club", [ada])
    message = await bot("sendMessage", chat_id=ada, text="hi")

    await people.forward(ada, message["message_id"], club, user=ada)

    forwarded = (await people.messages(club))[-1]
    assert (forwarded["text"], forwarded["from"]["id"]) == ("hi", ada)
    assert forwarded["forward_origin"]["sender_user"]["is_bot"]


async def test_half_a_character_cannot_be_sent(bot: Bot, people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="must be encoded in UTF-8"):
        await people.say(ada, "half \ud83d")

    await people.say(ada, "whole 😀")
    assert await bot.heard() == ["whole 😀"]
