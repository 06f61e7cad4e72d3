"""Seeing: photos, albums and files are looked at and remembered; what cannot be opened is explained."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.media.made import Scene, tone, video
from tests.media.pdfs import pdf
from tests.pictures import animation, picture, with_position
from tests.town import BOT_NAME, Town, answered, last_question


async def _reply(telegram: TelegramClient, chat: int, message_id: int) -> str:
    return str((await telegram.next_reply(chat, after=message_id))["text"])


async def _images(model: ModelClient) -> list[dict[str, Any]]:
    """The pictures that came with the last request."""
    return (await model.requests())[-1]["images"]


def _sizes(images: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(image["width"], image["height"]) for image in images]


async def test_a_photo_is_talked_about(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    reply = await _reply(telegram, ada, await telegram.send_photo(ada, picture(), caption="What is this?"))

    assert "640×480" in reply
    assert "red" in reply
    assert "What is this?" in await last_text(model)


async def last_text(model: ModelClient) -> str:
    """The words of the last question, without its pictures."""
    content = (await model.requests())[-1]["body"]["input"][-1]["content"]
    return str(content) if isinstance(content, str) else str(content[0]["text"])


async def test_a_photo_without_a_word_is_described_with_an_offer(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    await _reply(telegram, ada, await telegram.send_photo(ada, picture()))

    assert "without a word" in await last_text(model)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIC", "GIF", "BMP", "TIFF"])
async def test_a_picture_sent_as_a_file_is_looked_at(
    telegram: TelegramClient, model: ModelClient, format_: str
) -> None:
    ada = await telegram.user()

    sent = await telegram.send_document(
        ada, picture("blue", (128, 64), format_), name="p.dat", caption="Colour?"
    )

    assert "blue" in await _reply(telegram, ada, sent)
    assert _sizes(await _images(model)) == [(128, 64)]


async def test_the_position_in_a_photo_is_not_passed_on(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await _reply(telegram, ada, await telegram.send_document(ada, with_position(), name="IMG_1.jpg"))

    [image] = await _images(model)
    assert not image["exif"]
    assert (image["width"], image["height"]) == (480, 640)


async def test_an_album_is_one_question(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    sent = await telegram.send_album(ada, [picture("red"), picture("blue")], caption="What is different?")

    reply = await _reply(telegram, ada, sent[-1])
    assert "red" in reply
    assert "blue" in reply
    assert len(await model.requests()) == 1


async def test_a_broken_picture_of_an_album_leaves_the_others(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    pieces = [picture("red", format_="PNG"), b"\x89PNG\r\n\x1a\nbroken", picture("blue", format_="PNG")]

    sent = await telegram.send_album(ada, pieces, kind="document", caption="Colours?")

    reply = await _reply(telegram, ada, sent[-1])
    assert len(await _images(model)) == 2
    assert "damaged" in reply


async def test_follow_up_questions_keep_the_picture_in_mind(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _reply(telegram, ada, await telegram.send_photo(ada, picture("green"), caption="What is this?"))

    await answered(telegram, ada, "And its size?")

    assert _sizes(await _images(model)) == [(640, 480)]


async def test_pictures_are_remembered_across_a_restart(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot():
        await _reply(town.telegram, ada, await town.telegram.send_photo(ada, picture("green"), caption="What?"))

    async with town.bot():
        await answered(town.telegram, ada, "And its size?")

    assert _sizes(await _images(town.model)) == [(640, 480)]


async def test_a_copy_that_is_gone_is_fetched_again(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot() as bot:
        await _reply(town.telegram, ada, await town.telegram.send_photo(ada, picture("green"), caption="What?"))
        for path in (town.data_dir / "media").glob("??/*"):  # a handful of names
            path.unlink()

        await answered(town.telegram, ada, "And its size?")

        assert _sizes(await _images(town.model)) == [(640, 480)]
        assert bot.me


async def test_replying_to_an_older_picture_shows_it_again(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    photo = await telegram.send_photo(ada, picture("green"), caption="What is this?")
    await _reply(telegram, ada, photo)
    await answered(telegram, ada, "/new")

    await answered(telegram, ada, "and this one?", reply_to=photo)

    assert _sizes(await _images(model)) == [(640, 480)]
    assert "of the message replied to" in await last_text(model)


async def test_another_persons_picture_counts_when_replied_to(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user(), await telegram.user("Bob")
    club = await telegram.group("Club", [ada, bob])
    photo = await telegram.send_photo(club, picture("blue"), user=bob)

    asked = await telegram.say(club, f"@{BOT_NAME} what is this?", user=ada, reply_to=photo)

    assert "blue" in await _reply(telegram, club, asked)


async def test_in_a_group_an_album_is_called_as_a_whole(telegram: TelegramClient, model: ModelClient) -> None:
    await telegram.configure(privacy=False)
    ada = await telegram.user()
    club = await telegram.group("Club", [ada])

    sent = await telegram.send_album(
        club, [picture("red"), picture("blue")], user=ada, caption=f"@{BOT_NAME} compare"
    )

    await _reply(telegram, club, sent[-1])
    assert len(await _images(model)) == 2


async def test_a_picture_in_a_group_that_calls_nobody_is_left_alone(
    telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(privacy=False)
    ada = await telegram.user()
    club = await telegram.group("Club", [ada])

    await telegram.send_photo(club, picture("red"), user=ada)
    await answered(telegram, club, f"@{BOT_NAME} hello", user=ada)

    assert await _images(model) == []


async def test_moving_pictures_are_seen_frame_by_frame(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    sent = await telegram.send_document(
        ada, animation("red", "green", "blue"), name="a.gif", caption="What moves?"
    )

    await _reply(telegram, ada, sent)
    assert len(await _images(model)) == 3
    assert "Pictures 1 to 3: frames of a.gif" in await last_text(model)


async def test_retrying_does_not_fetch_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await _reply(telegram, ada, await telegram.send_photo(ada, picture("red"), caption="What?"))
    before = len(await telegram.calls("getFile"))

    await answered(telegram, ada, "/retry")

    assert len(await telegram.calls("getFile")) == before
    assert _sizes(await _images(model)) == [(640, 480)]


async def test_a_new_caption_is_answered_anew_with_the_picture(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    photo = await telegram.send_photo(ada, picture("red"), caption="What is this?")
    first = await telegram.next_reply(ada, after=photo)

    await telegram.edit_caption(ada, photo, "Which colour?")

    await telegram.wait_for(
        ada, lambda seen: any(m["message_id"] == first["message_id"] and "edit_date" in m for m in seen)
    )
    assert "Which colour?" in await last_text(model)
    assert _sizes(await _images(model)) == [(640, 480)]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.png", "empty"),
        (picture(format_="PNG")[:200], "half.png", "damaged"),
        (b"\x00\x01\x02\x03" * 99, "what.bin", "kind I do not know"),
    ],
)
async def test_what_cannot_be_opened_is_explained(
    telegram: TelegramClient, model: ModelClient, content: bytes, name: str, says: str
) -> None:
    ada = await telegram.user()

    reply = await _reply(telegram, ada, await telegram.send_document(ada, content, name=name))

    assert says in reply
    assert await model.requests() == []


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    reply = await _reply(
        telegram, ada, await telegram.send_document(ada, bytes(21 * 1024 * 1024), name="big.png")
    )

    assert "20 MB" in reply


async def test_a_file_that_telegram_has_lost_is_asked_for_again(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    photo = await telegram.send_photo(ada, picture("red"), caption="What?")
    await _reply(telegram, ada, photo)
    await answered(telegram, ada, "/new")
    [message] = [one for one in await telegram.messages(ada) if one["message_id"] == photo]
    for size in message["photo"]:
        await telegram.lose_file(size["file_id"])

    reply = await answered(telegram, ada, "/ask", reply_to=photo)

    assert "send it again" in reply["text"]


async def test_detail_is_chosen_with_a_word_or_a_tap(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    menu = await answered(telegram, ada, "/detail low")
    await _reply(telegram, ada, await telegram.send_photo(ada, picture("red", (2_000, 1_000)), caption="What?"))

    assert "tokens" in menu["text"]
    [image] = await _images(model)
    assert image["detail"] == "low"
    assert (image["width"], image["height"]) == (512, 256)


async def test_a_text_file_is_read(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    sent = await telegram.send_document(
        ada, "姓名,数\n李,3\n".encode("utf-16"), name="list.csv", caption="How many?"
    )

    await _reply(telegram, ada, sent)
    assert "李,3" in await last_question(model)


@asynccontextmanager
async def _served(content: bytes, media_type: str = "image/jpeg") -> AsyncGenerator[tuple[str, str]]:
    """A web server with one page; its address, and the host to be trusted."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(body=content, content_type=media_type)

    async with TestServer(_application(page)) as server:
        host = server.make_url("/").authority
        yield f"http://{host}/cat.jpg", host


def _application(page: Handler) -> web.Application:
    application = web.Application()
    application.router.add_get("/cat.jpg", page)
    return application


async def test_a_picture_behind_a_link_is_looked_at(town: Town) -> None:
    ada = await town.telegram.user()
    async with _served(picture("blue")) as (url, host), town.bot(trusted_hosts=[host]):
        reply = await answered(town.telegram, ada, f"What is in {url} ?")

    assert "blue" in reply["text"]


async def test_a_page_is_not_mistaken_for_a_picture(town: Town) -> None:
    ada = await town.telegram.user()
    async with _served(b"<!DOCTYPE html><p>hi", "text/html") as (url, host), town.bot(trusted_hosts=[host]):
        await answered(town.telegram, ada, f"What is in {url} ?")

    assert await _images(town.model) == []


async def test_an_address_inside_the_house_is_not_asked(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    reply = await answered(telegram, ada, "{{say: hm}} http://169.254.169.254/latest/meta-data/cat.jpg")

    assert reply["text"].startswith("hm")
    assert "link" in reply["text"]
    assert await _images(model) == []


async def test_links_are_left_to_the_provider_where_the_settings_say_so(town: Town) -> None:
    ada = await town.telegram.user()
    async with _served(picture("blue")) as (url, _), town.bot(linked_pictures="provider"):
        await answered(town.telegram, ada, f"What is in {url} ?")

    _, image = (await town.model.requests())[-1]["body"]["input"][-1]["content"]
    assert image["image_url"] == url


async def test_a_video_is_seen_and_heard(telegram: TelegramClient, model: ModelClient, tmp_path: Path) -> None:
    ada = await telegram.user()
    scenes = [Scene("red", 1), Scene("green", 1), Scene("blue", 1)]
    film = await asyncio.to_thread(video, tmp_path / "film.mp4", scenes, pcm=tone(3, hertz=450))

    sent = await telegram.send_video(ada, film.read_bytes(), caption="What happens in this video?")

    reply = await _reply(telegram, ada, sent)
    assert all(colour in reply for colour in ("red", "green", "blue"))
    asked = await last_text(model)
    assert "0:03 long" in asked
    assert "What is said in video" in asked


async def test_a_video_without_sound_is_only_seen(
    telegram: TelegramClient, model: ModelClient, tmp_path: Path
) -> None:
    ada = await telegram.user()
    film = await asyncio.to_thread(video, tmp_path / "film.mp4", [Scene("red", 1)])

    await _reply(telegram, ada, await telegram.send_video_note(ada, film.read_bytes()))

    assert [request["path"] for request in await model.requests()] == ["/v1/responses"]
    assert await _images(model)


async def test_a_pdf_goes_to_the_model_as_a_file(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    sent = await telegram.send_document(ada, pdf("Cats sleep 16 hours."), name="cats.pdf", caption="Summary?")

    await _reply(telegram, ada, sent)
    _, file = (await model.requests())[-1]["body"]["input"][-1]["content"]
    assert (file["type"], file["filename"]) == ("input_file", "cats.pdf")


async def test_a_scan_is_looked_at_page_by_page(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    scan = Image.new("RGB", (600, 800), "green")
    written = io.BytesIO()
    scan.save(written, "PDF", save_all=True, append_images=[scan])

    sent = await telegram.send_document(ada, written.getvalue(), name="scan.pdf", caption="What does it say?")

    await _reply(telegram, ada, sent)
    assert "pages of scan.pdf, a scan" in await last_text(model)
    assert await _images(model)


async def test_a_model_that_cannot_see_is_replaced_and_the_person_told_once(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await model.set_vision("gpt-6-luna", sees=False)

    first = await _reply(telegram, ada, await telegram.send_photo(ada, picture("red"), caption="What?"))
    second = await answered(telegram, ada, "And now?")

    assert "cannot look at this" in first
    assert "red" in first
    assert "cannot look" not in second["text"]


async def test_older_pictures_are_shown_small_then_described(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    for number in range(5):
        album = [picture("red", (1_600, 1_200))] * 6
        sent = await telegram.send_album(ada, album, caption=f"Which colour, number {number}?")
        await _reply(telegram, ada, sent[-1])

    asked = [one["body"]["input"] for one in await model.requests() if "number 4" in str(one["body"]["input"])]
    first, second, third, fourth, _ = (one["content"] for one in asked[0] if one["role"] == "user")
    assert "Not shown again: " in first
    assert [{part["detail"] for part in content[1:]} for content in (second, third, fourth)] == [
        {"low"},
        {"low"},
        {"auto"},
    ]


async def test_a_picture_exchanged_for_another_is_answered_anew(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    photo = await telegram.send_photo(ada, picture("red"), caption="Which colour?")
    first = await telegram.next_reply(ada, after=photo)
    other = await telegram.send_photo(ada, picture("blue"))
    await telegram.next_reply(ada, after=other)
    sent = {one["message_id"]: one for one in await telegram.messages(ada)}

    await telegram.send_update({"edited_message": {**sent[other], "photo": sent[photo]["photo"]}})

    await telegram.wait_for(ada, lambda seen: any("edit_date" in m for m in seen if m["message_id"] > other))
    assert first
    assert "red" in str((await telegram.messages(ada))[-1]["text"])


async def test_a_picture_of_another_chat_counts_when_replied_to(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user(), await telegram.user("Bob")
    sent = await telegram.send_photo(bob, picture("blue"))
    [photo] = [one for one in await telegram.messages(bob) if one["message_id"] == sent]
    origin = {"type": "user", "date": 1, "sender_user": {"id": bob, "is_bot": False, "first_name": "Bob"}}

    asked = await telegram.say(ada, "what is this?", external_reply={"origin": origin, "photo": photo["photo"]})

    assert "blue" in await _reply(telegram, ada, asked)
