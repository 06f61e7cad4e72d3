"""Edits and deletions."""

from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot

STOP = {"inline_keyboard": [[{"text": "Stop", "callback_data": "stop"}]]}
RICH = {"blocks": [{"type": "paragraph", "text": "rich"}]}


@pytest.fixture
async def sent(bot: Bot, ada: int) -> dict[str, Any]:
    """Where the bot's message with a Stop button is."""
    message = await bot("sendMessage", chat_id=ada, text="Thinking", reply_markup=STOP)
    return {"chat_id": ada, "message_id": message["message_id"]}


async def test_an_edit_replaces_text_and_takes_the_keyboard_away(bot: Bot, sent: dict[str, Any]) -> None:
    edited = await bot("editMessageText", text="Done", **sent)

    assert edited["text"] == "Done"
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]


async def test_the_same_content_is_not_modified(bot: Bot, sent: dict[str, Any]) -> None:
    refusal = await bot.refused("editMessageText", text=" Thinking ", reply_markup=STOP, **sent)

    assert refusal.startswith("message is not modified")


async def test_a_text_becomes_rich_and_a_text_again(bot: Bot, sent: dict[str, Any]) -> None:
    rich = await bot("editMessageText", rich_message=RICH, **sent)
    plain = await bot("editMessageText", text="plain", **sent)

    assert rich["rich_message"] == RICH
    assert "text" not in rich
    assert plain["text"] == "plain"
    assert "rich_message" not in plain


async def test_text_and_rich_message_exclude_each_other(bot: Bot, sent: dict[str, Any]) -> None:
    assert "not both" in await bot.refused("editMessageText", text="x", rich_message=RICH, **sent)


async def test_an_edit_without_content_is_refused(bot: Bot, sent: dict[str, Any]) -> None:
    assert await bot.refused("editMessageText", **sent) == "message text is empty"


async def test_a_keyboard_is_changed_alone_and_only_if_it_differs(bot: Bot, sent: dict[str, Any]) -> None:
    edited = await bot("editMessageReplyMarkup", **sent)
    refusal = await bot.refused("editMessageReplyMarkup", **sent)

    assert edited["text"] == "Thinking"
    assert "reply_markup" not in edited
    assert refusal.startswith("message is not modified")


@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
async def test_a_missing_message_cannot_be_edited(bot: Bot, ada: int, method: str) -> None:
    content = {"text": "x"} if method == "editMessageText" else {"reply_markup": STOP}

    assert await bot.refused(method, chat_id=ada, message_id=99, **content) == "message to edit not found"


async def test_a_persons_message_cannot_be_edited(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "mine")

    refusal = await bot.refused("editMessageText", chat_id=ada, message_id=said, text="yours")

    assert refusal == "message can't be edited"


async def test_a_message_that_its_reader_deleted_is_gone(
    bot: Bot, people: TelegramClient, sent: dict[str, Any]
) -> None:
    await people.delete(**sent)

    assert await bot.refused("editMessageText", text="Done", **sent) == "message to edit not found"
    assert await bot.refused("deleteMessage", **sent) == "message to delete not found"


async def test_a_deleted_message_is_gone(bot: Bot, people: TelegramClient, sent: dict[str, Any]) -> None:
    await bot("deleteMessage", **sent)

    assert await people.messages(sent["chat_id"]) == []


async def test_a_bot_deletes_what_it_may_and_is_not_told_of_the_rest(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    club = await people.group(members=[ada])
    theirs = await people.say(club, "mine")
    own = (await bot("sendMessage", chat_id=club, text="hi"))["message_id"]

    await bot("deleteMessages", chat_id=club, message_ids=[theirs, own, 99])

    assert [one["message_id"] for one in await people.messages(club)] == [theirs]


async def test_a_bot_that_is_no_admin_cannot_delete_others_messages(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    club = await people.group(members=[ada])
    theirs = await people.say(club, "mine")

    assert await bot.refused("deleteMessage", chat_id=club, message_id=theirs) == "message can't be deleted"


async def test_an_admin_bot_can(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada], bot_is_admin=True)
    theirs = await people.say(club, "mine")

    assert await bot("deleteMessage", chat_id=club, message_id=theirs) is True


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"message_id": 1}, "chat_id is empty"),
        ({"chat_id": 1}, "message identifier is not specified"),
        ({"inline_message_id": "x"}, "MESSAGE_ID_INVALID"),
    ],
)
async def test_an_edit_names_its_message(bot: Bot, params: dict[str, Any], refusal: str) -> None:
    assert await bot.refused("editMessageText", text="x", **params) == refusal


async def test_a_message_without_text_has_none_to_edit(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.configure(topics_in_private=True)
    opened = await bot("createForumTopic", chat_id=ada, name="Maths")
    where = {"chat_id": ada, "message_id": opened["message_thread_id"]}

    refusal = await bot.refused("editMessageText", text="x", **where)

    assert refusal == "there is no text in the message to edit"


async def test_something_must_be_deleted(bot: Bot, ada: int) -> None:
    refusal = await bot.refused("deleteMessages", chat_id=ada, message_ids=[])

    assert refusal == "message identifiers are not specified"
