"""Editing media: the words under it, and what it is."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, Json
from tests.sandbox.telegram.test_albums import items, parts, sent_album
from tests.sandbox.telegram.test_bot_media import photo, refused, sent

KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


async def one_photo(bot: Bot, chat_id: int, **params: object) -> Json:
    message = await sent(bot, "sendPhoto", {"photo": photo()}, chat_id=chat_id, **params)
    return {"chat_id": chat_id, "message_id": message["message_id"]}


async def test_a_caption_is_changed_and_its_buttons_stay_only_if_said(bot: Bot, ada: int) -> None:
    where = await one_photo(bot, ada, caption="old", reply_markup=KEYBOARD)

    kept = await bot("editMessageCaption", **where, caption="new", reply_markup=KEYBOARD)
    gone = await bot("editMessageCaption", **where, caption="newer")

    assert (kept["caption"], kept["reply_markup"]) == ("new", KEYBOARD)
    assert (gone["caption"], "reply_markup" in gone) == ("newer", False)
    assert gone["photo"]
    assert gone["edit_date"]


async def test_a_caption_is_taken_away(bot: Bot, ada: int) -> None:
    where = await one_photo(bot, ada, caption="old")

    assert "caption" not in await bot("editMessageCaption", **where)


async def test_the_same_caption_is_no_change(bot: Bot, ada: int) -> None:
    where = await one_photo(bot, ada, caption="old")

    refusal = await bot.refused("editMessageCaption", **where, caption=" old ")

    assert refusal.startswith("message is not modified")


async def test_text_has_no_caption_and_a_photo_no_text(bot: Bot, ada: int) -> None:
    where = await one_photo(bot, ada)
    text = await bot("sendMessage", chat_id=ada, text="hi")

    captioned = await bot.refused("editMessageCaption", chat_id=ada, message_id=text["message_id"], caption="x")
    worded = await bot.refused("editMessageText", **where, text="x")

    assert captioned == "there is no caption in the message to edit"
    assert worded == "there is no text in the message to edit"


async def test_what_people_sent_cannot_be_edited(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.send_photo(ada, samples.picture())

    refusal = await bot.refused("editMessageCaption", chat_id=ada, message_id=said, caption="x")

    assert refusal == "message can't be edited"


async def test_a_photo_becomes_another_photo_or_a_film(bot: Bot, ada: int) -> None:
    where = await one_photo(bot, ada, caption="old", has_spoiler=True)

    blue = {"type": "photo", "media": "attach://0", "caption": "new"}
    again = await sent(bot, "editMessageMedia", {"0": photo("blue")}, **where, media=blue)
    film = await sent(
        bot, "editMessageMedia", parts("video"), **where, media={"type": "video", "media": "attach://0"}
    )

    assert (again["caption"], "has_media_spoiler" in again) == ("new", False)
    assert ("video" in film, "photo" in film, "caption" in film) == (True, False, False)


async def test_text_becomes_a_photo(bot: Bot, people: TelegramClient, ada: int) -> None:
    text = await bot("sendMessage", chat_id=ada, text="Drawing …")
    where = {"chat_id": ada, "message_id": text["message_id"]}

    await sent(bot, "editMessageMedia", {"0": photo()}, **where, media=items("photo")[0])

    [message] = await people.messages(ada)
    assert ("photo" in message, "text" in message) == (True, False)


async def test_the_same_photo_is_no_change(bot: Bot, people: TelegramClient, ada: int) -> None:
    where = await one_photo(bot, ada)
    [message] = await people.messages(ada)
    same = {"type": "photo", "media": message["photo"][0]["file_id"]}

    assert (await bot.refused("editMessageMedia", **where, media=same)).startswith("message is not modified")


async def test_a_voice_message_stays_one(bot: Bot, ada: int) -> None:
    voice = await sent(bot, "sendVoice", {"voice": ("a.ogg", samples.voice())}, chat_id=ada)
    where = {"chat_id": ada, "message_id": voice["message_id"]}

    refusal = await refused(bot, "editMessageMedia", {"0": photo()}, **where, media=items("photo")[0])

    assert refusal == "message media can't be edited"


async def first_of_album(bot: Bot, chat_id: int, kind: str) -> Json:
    album = await sent_album(bot, parts(kind, kind), chat_id=chat_id, media=items(kind, kind))
    return {"chat_id": chat_id, "message_id": album[0]["message_id"]}


async def test_in_an_album_a_photo_becomes_a_film(bot: Bot, ada: int) -> None:
    where = await first_of_album(bot, ada, "photo")

    edited = await sent(bot, "editMessageMedia", parts("video"), **where, media=items("video")[0])

    assert edited["video"]
    assert edited["media_group_id"]


@pytest.mark.parametrize(("kind", "becomes"), [("photo", "document"), ("document", "audio")])
async def test_an_album_keeps_its_kind(bot: Bot, ada: int, kind: str, becomes: str) -> None:
    where = await first_of_album(bot, ada, kind)

    refusal = await refused(bot, "editMessageMedia", parts(becomes), **where, media=items(becomes)[0])

    assert refusal == "can't change media type in the album"


async def test_an_edit_of_a_broken_picture_changes_nothing(bot: Bot, people: TelegramClient, ada: int) -> None:
    where = await one_photo(bot, ada)
    before = await people.messages(ada)

    refusal = await refused(
        bot, "editMessageMedia", {"0": ("a.png", b"words")}, **where, media=items("photo")[0]
    )

    assert refusal == "IMAGE_PROCESS_FAILED"
    assert await people.messages(ada) == before
