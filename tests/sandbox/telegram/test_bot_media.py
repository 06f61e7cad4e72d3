"""The bot sends media: what is taken for what, what a message shows, what is refused."""

import io
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import telegram as ptb

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, Json

BOLD = {"type": "bold", "offset": 0, "length": 4}
Parts = dict[str, tuple[str, bytes]]


async def posted(bot: Bot, method: str, parts: Parts, **params: Any) -> tuple[int, Json]:
    """A call as multipart form: files beside parameters."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, (filename, content) in parts.items():
        form.add_field(name, io.BytesIO(content), filename=filename)
    async with bot.session.post(f"{bot.base}/{method}", data=form) as response:
        return response.status, await response.json()


async def sent(bot: Bot, method: str, parts: Parts, **params: Any) -> Json:
    """The message, which python-telegram-bot reads whole."""
    status, answer = await posted(bot, method, parts, **params)
    assert status == 200, answer
    assert not ptb.Message.de_json(answer["result"], None).api_kwargs
    return answer["result"]


async def refused(bot: Bot, method: str, parts: Parts, **params: Any) -> str:
    status, answer = await posted(bot, method, parts, **params)
    assert status == 400, answer
    return answer["description"].removeprefix("Bad Request: ")


def photo(colour: str = "red") -> tuple[str, bytes]:
    return "p.png", samples.picture(colour=colour)


async def test_a_photo_is_sent_with_its_caption(bot: Bot, people: TelegramClient, ada: int) -> None:
    message = await sent(
        bot,
        "sendPhoto",
        {"photo": photo()},
        chat_id=ada,
        caption="  Look at @me_too",
        caption_entities=[{"type": "bold", "offset": 2, "length": 4}],
        has_spoiler=True,
        show_caption_above_media=True,
    )

    assert [size["width"] for size in message["photo"]] == [90, 320, 640]
    assert message["caption"] == "Look at @me_too"
    assert [one["type"] for one in message["caption_entities"]] == ["bold", "mention"]
    assert message["has_media_spoiler"]
    assert message["show_caption_above_media"]
    assert await people.messages(ada) == [message]


async def test_a_part_of_another_name_is_attached(bot: Bot, ada: int) -> None:
    message = await sent(bot, "sendPhoto", {"p1": photo()}, chat_id=ada, photo="attach://p1")

    assert message["photo"]


async def test_what_is_not_attached_is_missing(bot: Bot, ada: int) -> None:
    assert await refused(bot, "sendPhoto", {}, chat_id=ada) == "there is no photo in the request"
    refusal = await refused(bot, "sendPhoto", {}, chat_id=ada, photo="attach://p1")
    assert refusal == "there is no photo in the request"


async def test_a_part_that_nothing_points_at_is_refused(bot: Bot, ada: int) -> None:
    refusal = await refused(bot, "sendPhoto", {"photo": photo(), "p1": photo()}, chat_id=ada)

    assert refusal == 'a file was sent as "p1": this takes no uploads'


async def test_the_journal_names_a_part_and_does_not_hold_it(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await sent(bot, "sendPhoto", {"photo": photo()}, chat_id=ada)

    [call] = await people.calls("sendPhoto")

    assert call["params"] == {"chat_id": ada, "photo": "attach://photo"}


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda: b"", "file must be non-empty"),
        (lambda: b"words", "IMAGE_PROCESS_FAILED"),
        (lambda: samples.picture()[:80], "IMAGE_PROCESS_FAILED"),
        (lambda: samples.picture(9950, 60), "PHOTO_INVALID_DIMENSIONS"),
        (lambda: samples.picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (lambda: samples.picture() + bytes(10 * 1024 * 1024), "for a photo; the maximum size is 10485760"),
    ],
)
async def test_unfit_photos_are_refused(bot: Bot, ada: int, made: Callable[[], bytes], refusal: str) -> None:
    assert refusal in await refused(bot, "sendPhoto", {"photo": ("p.png", made())}, chat_id=ada)


async def test_more_than_50_megabytes_cannot_be_uploaded(bot: Bot, people: TelegramClient, ada: int) -> None:
    large = {"document": ("a.bin", bytes(50 * 1024 * 1024 + 1))}

    status, answer = await posted(bot, "sendDocument", large, chat_id=ada)
    await people.configure(local_server=True)

    assert (status, answer["description"]) == (413, "Request Entity Too Large")
    assert await sent(bot, "sendDocument", large, chat_id=ada)


@pytest.mark.parametrize(
    ("method", "parameter", "name", "made", "shown"),
    [
        ("sendVoice", "voice", "a.ogg", lambda: samples.voice(), "voice"),
        ("sendVoice", "voice", "a.mp3", lambda: samples.mp3(), "voice"),
        ("sendVoice", "voice", "a.m4a", lambda: samples.m4a(), "voice"),
        ("sendVoice", "voice", "a.wav", lambda: samples.wav(), "audio"),
        ("sendVoice", "voice", "a.txt", lambda: b"words", "document"),
        ("sendAudio", "audio", "a.mp3", lambda: samples.mp3(), "audio"),
        ("sendAudio", "audio", "a.txt", lambda: b"words", "document"),
        ("sendVideo", "video", "a.mp4", lambda: samples.film(), "video"),
        ("sendVideo", "video", "a.txt", lambda: b"words", "document"),
        ("sendAnimation", "animation", "a.mp4", lambda: samples.film(), "animation"),
        ("sendAnimation", "animation", "a.gif", lambda: samples.gif(), "animation"),
        ("sendVideoNote", "video_note", "a.mp4", lambda: samples.film(1.0, 64, 64), "video_note"),
        ("sendVideoNote", "video_note", "a.mp4", lambda: samples.film(), "video"),
        ("sendDocument", "document", "a.gif", lambda: samples.gif(), "animation"),
        ("sendDocument", "document", "a.mp3", lambda: samples.mp3(), "document"),
        ("sendSticker", "sticker", "a.webp", lambda: samples.picture(512, 512, form="WEBP"), "sticker"),
        ("sendVideo", "video", "a.webm", lambda: samples.film(form="webm", codec="libvpx-vp9"), "document"),
        ("sendVideo", "video", "a.mp3", samples.mp3, "document"),
        ("sendVoice", "voice", "a.mp4", samples.film, "document"),
        ("sendSticker", "sticker", "a.tgs", lambda: b"\x1f\x8b drawing", "sticker"),
        ("sendSticker", "sticker", "a.webm", lambda: samples.film(form="webm", codec="libvpx-vp9"), "sticker"),
        ("sendSticker", "sticker", "a.png", lambda: samples.picture(), "document"),
    ],
)
async def test_the_server_looks_into_a_file(
    bot: Bot, ada: int, method: str, parameter: str, name: str, made: Callable[[], bytes], shown: str
) -> None:
    message = await sent(bot, method, {parameter: (name, made())}, chat_id=ada)

    assert shown in message


async def test_a_voice_message_is_measured(bot: Bot, ada: int) -> None:
    message = await sent(bot, "sendVoice", {"voice": ("a.ogg", samples.voice(2.0))}, chat_id=ada, caption="Hi")

    voice = message["voice"]
    assert (voice["duration"], voice["mime_type"], message["caption"]) == (2, "audio/ogg", "Hi")
    assert "file_name" not in voice


async def test_audio_has_what_the_bot_says_of_it(bot: Bot, ada: int) -> None:
    message = await sent(
        bot,
        "sendAudio",
        {"audio": ("elise.mp3", samples.mp3()), "thumbnail": photo()},
        chat_id=ada,
        title="Für Elise",
        performer="Ada",
        duration=7,
    )

    audio = message["audio"]
    assert (audio["title"], audio["performer"], audio["duration"]) == ("Für Elise", "Ada", 7)
    assert (audio["file_name"], audio["thumbnail"]["width"]) == ("elise.mp3", 320)


async def test_a_document_has_its_name_type_and_thumbnail(bot: Bot, ada: int) -> None:
    parts = {"document": ("notes.pdf", b"%PDF-"), "small": photo()}

    message = await sent(bot, "sendDocument", parts, chat_id=ada, thumbnail="attach://small")

    document = message["document"]
    assert (document["file_name"], document["mime_type"]) == ("notes.pdf", "application/pdf")
    assert document["thumbnail"]["height"] == 240


async def test_a_thumbnail_that_is_no_picture_is_left_out(bot: Bot, ada: int) -> None:
    parts = {"document": ("notes.pdf", b"%PDF-"), "thumbnail": ("t.jpg", b"words")}

    assert "thumbnail" not in (await sent(bot, "sendDocument", parts, chat_id=ada))["document"]


async def test_a_gif_stays_a_document_where_nothing_is_to_be_detected(bot: Bot, ada: int) -> None:
    parts = {"document": ("a.gif", samples.gif())}

    message = await sent(bot, "sendDocument", parts, chat_id=ada, disable_content_type_detection=True)

    assert "animation" not in message


async def test_a_video_has_a_cover_and_a_start(bot: Bot, ada: int) -> None:
    parts = {"video": ("a.mp4", samples.film(2.0)), "cover": photo()}

    video = (await sent(bot, "sendVideo", parts, chat_id=ada, start_timestamp=1, supports_streaming=True))[
        "video"
    ]

    assert (video["start_timestamp"], video["cover"][-1]["width"]) == (1, 640)
    assert (video["width"], video["height"], video["duration"]) == (64, 48, 2)


async def test_a_live_photo_is_film_and_picture(bot: Bot, ada: int) -> None:
    parts = {"live_photo": ("a.mp4", samples.film()), "photo": photo()}

    message = await sent(bot, "sendLivePhoto", parts, chat_id=ada)

    assert message["live_photo"]["photo"] == message["photo"]


@pytest.mark.parametrize("made", [lambda: b"words", lambda: samples.film(12.0)])
async def test_a_live_photo_is_a_short_film(bot: Bot, ada: int, made: Callable[[], bytes]) -> None:
    parts = {"live_photo": ("a.mp4", made()), "photo": photo()}

    assert await refused(bot, "sendLivePhoto", parts, chat_id=ada) == "VIDEO_CONTENT_TYPE_INVALID"


async def test_a_file_is_sent_again_by_its_id(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_voice(ada, samples.voice(2.0), caption="first")
    first = (await people.messages(ada))[0]["voice"]

    again = await bot("sendVoice", chat_id=ada, voice=first["file_id"], duration=9, caption="second")

    assert again["voice"] == first
    assert again["caption"] == "second"


async def test_any_size_sends_the_whole_photo(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.picture())
    sizes = (await people.messages(ada))[0]["photo"]

    again = await bot("sendPhoto", chat_id=ada, photo=sizes[0]["file_id"])

    assert again["photo"] == sizes


async def test_what_the_server_has_stays_what_it_is(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_voice(ada, samples.voice())
    voice = (await people.messages(ada))[0]["voice"]

    again = await bot("sendDocument", chat_id=ada, document=voice["file_id"])

    assert again["voice"] == voice


async def test_a_document_is_no_photo_and_a_photo_no_document(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.send_photo(ada, samples.picture())
    await people.send_document(ada, samples.picture(), name="a.png")
    shown, filed = await people.messages(ada)
    document = filed["document"]

    refusals = [
        await bot.refused("sendDocument", chat_id=ada, document=shown["photo"][0]["file_id"]),
        await bot.refused("sendPhoto", chat_id=ada, photo=document["file_id"]),
        await bot.refused("sendPhoto", chat_id=ada, photo=document["thumbnail"]["file_id"]),
    ]

    assert refusals == [
        "can't use file of type Photo as Document",
        "can't use file of type Document as Photo",
        "can't use file of type Thumbnail as Photo",
    ]


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        ("AgACAgIAAxkBAAIB", "wrong file identifier/HTTP URL specified"),
        ("https://example.com/a.png", "failed to get HTTP URL content"),
    ],
)
async def test_files_from_elsewhere_are_refused(bot: Bot, ada: int, value: str, refusal: str) -> None:
    assert await bot.refused("sendPhoto", chat_id=ada, photo=value) == refusal


async def test_a_lost_file_cannot_be_sent_again(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_document(ada, b"words")
    file_id = (await people.messages(ada))[0]["document"]["file_id"]
    await people.lose_file(file_id)

    refusal = await bot.refused("sendDocument", chat_id=ada, document=file_id)

    assert refusal == "wrong file identifier/HTTP URL specified"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"caption": "x" * 1025}, "message caption is too long"),
        ({"caption": "*x*", "parse_mode": "MarkdownV2"}, "parse_mode"),
        ({"caption": "hi", "caption_entities": [BOLD]}, "ends after the end of the text"),
        ({"caption": "hello", "entities": [BOLD]}, 'sendPhoto has no parameter "entities"'),
        ({"thumbnail": "AgAC"}, 'sendPhoto has no parameter "thumbnail"'),
    ],
)
async def test_unfit_captions_are_refused(bot: Bot, ada: int, said: Json, refusal: str) -> None:
    assert refusal in await refused(bot, "sendPhoto", {"photo": photo()}, chat_id=ada, **said)


async def test_1024_characters_fit_under_a_photo(bot: Bot, ada: int) -> None:
    message = await sent(bot, "sendPhoto", {"photo": photo()}, chat_id=ada, caption="😀" * 1024)

    assert len(message["caption"]) == 1024


async def test_a_thumbnail_has_to_be_uploaded(bot: Bot, ada: int) -> None:
    parts = {"document": ("a.txt", b"words")}

    refusal = await refused(bot, "sendDocument", parts, chat_id=ada, thumbnail="AgACAgIAAx")

    assert refusal == 'parameter "thumbnail" must be a file that is uploaded'


async def test_some_people_take_no_voice_messages(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.forbid_voice(ada)
    voice = {"voice": ("a.ogg", samples.voice())}

    refusal = await refused(bot, "sendVoice", voice, chat_id=ada)
    await people.forbid_voice(ada, forbidden=False)

    assert refusal == "VOICE_MESSAGES_FORBIDDEN"
    assert await sent(bot, "sendVoice", voice, chat_id=ada)


async def test_media_answers_has_buttons_and_stands_in_a_topic(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    forum = await people.group(members=[ada], is_forum=True, bot_is_admin=True)
    topic = await people.topic(forum)
    said = await people.say(forum, "hello", topic=topic)
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}

    message = await sent(
        bot,
        "sendPhoto",
        {"photo": photo()},
        chat_id=forum,
        message_thread_id=topic,
        reply_parameters={"message_id": said},
        reply_markup=keyboard,
    )

    assert (message["message_thread_id"], message["reply_markup"]) == (topic, keyboard)
    assert message["reply_to_message"]["message_id"] == said


async def test_media_is_copied_with_another_caption_and_forwarded(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    said = await people.send_video(ada, samples.film(), caption="old")
    where = {"chat_id": ada, "from_chat_id": ada, "message_id": said}

    await bot("copyMessage", **where, caption="new")
    await bot("forwardMessage", **where)

    first, copy, forwarded = await people.messages(ada)
    assert first["video"] == copy["video"] == forwarded["video"]
    assert [one["caption"] for one in (first, copy, forwarded)] == ["old", "new", "old"]


async def test_a_place_is_sent(bot: Bot, ada: int) -> None:
    message = await bot("sendLocation", chat_id=ada, latitude=0.0, longitude=13.4)

    assert message["location"] == {"latitude": 0.0, "longitude": 13.4}


@pytest.mark.parametrize(
    ("place", "refusal"),
    [
        ({"latitude": 91, "longitude": 0}, "invalid location"),
        ({"latitude": 9, "longitude": 0, "live_period": 5}, "live location period"),
        ({"latitude": 9, "longitude": 0, "horizontal_accuracy": 1501}, "horizontal accuracy"),
        ({"latitude": 9}, '"longitude" is required'),
    ],
)
async def test_impossible_places_are_refused(bot: Bot, ada: int, place: Json, refusal: str) -> None:
    assert refusal in await bot.refused("sendLocation", chat_id=ada, **place)
