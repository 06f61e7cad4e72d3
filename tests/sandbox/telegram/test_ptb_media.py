"""python-telegram-bot itself sends, downloads and edits media here."""

import io
from collections.abc import AsyncGenerator

import pytest
import telegram as ptb
from PIL import Image

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram import samples


@pytest.fixture
async def parley(telegram: TelegramSandbox) -> AsyncGenerator[ptb.Bot]:
    base, files = f"{telegram.root}/bot", f"{telegram.root}/file/bot"
    async with ptb.Bot(telegram.token, base_url=base, base_file_url=files) as bot:
        yield bot


async def test_a_photo_is_sent_and_downloaded(parley: ptb.Bot, ada: int) -> None:
    message = await parley.send_photo(ada, samples.picture(), caption="Look", filename="look.png")

    file = await message.photo[-1].get_file()
    with Image.open(io.BytesIO(await file.download_as_bytearray())) as image:
        assert (image.format, image.size) == ("JPEG", (640, 480))


async def test_a_voice_message_and_music_are_sent(parley: ptb.Bot, ada: int) -> None:
    spoken = await parley.send_voice(ada, samples.voice(), caption="Listen")
    played = await parley.send_audio(
        ada, samples.mp3(), title="Für Elise", filename="elise.mp3", thumbnail=samples.picture(form="JPEG")
    )

    assert spoken.voice is not None
    assert played.audio is not None
    assert (played.audio.file_name, played.audio.title) == ("elise.mp3", "Für Elise")
    assert played.audio.thumbnail is not None


async def test_a_document_is_sent_with_its_name(parley: ptb.Bot, ada: int) -> None:
    message = await parley.send_document(ada, b"# words", filename="answer.md")

    assert message.document is not None
    assert (message.document.file_name, message.document.mime_type) == ("answer.md", "text/markdown")


async def test_an_album_is_sent(parley: ptb.Bot, ada: int) -> None:
    media = [ptb.InputMediaPhoto(samples.picture(colour=one)) for one in ("red", "blue")]

    album = await parley.send_media_group(ada, media, caption="Both")

    assert [one.caption for one in album] == ["Both", None]
    assert len({one.media_group_id for one in album}) == 1


async def test_a_picture_takes_the_place_of_another(parley: ptb.Bot, people: TelegramClient, ada: int) -> None:
    message = await parley.send_photo(ada, samples.picture())

    await message.edit_media(ptb.InputMediaPhoto(samples.picture(320, 200), caption="Sharper"))
    await message.edit_caption("Done")

    [shown] = await people.messages(ada)
    assert (shown["caption"], shown["photo"][-1]["width"]) == ("Done", 320)


async def test_other_media_is_sent(parley: ptb.Bot, ada: int) -> None:
    film = samples.film(1.0, 64, 64)

    video = await parley.send_video(ada, film, supports_streaming=True)
    note = await parley.send_video_note(ada, film)
    moving = await parley.send_animation(ada, samples.gif(), filename="a.gif")
    live = await parley.send_live_photo(ada, film, samples.picture())
    sticker = await parley.send_sticker(ada, samples.picture(512, 512, form="WEBP"))
    place = await parley.send_location(ada, 52.5, 13.4)

    assert all(
        (video.video, note.video_note, moving.animation, live.live_photo, sticker.sticker, place.location)
    )


async def test_what_people_send_is_sent_back(parley: ptb.Bot, people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.picture())
    [update] = await parley.get_updates()
    assert update.message is not None

    back = await parley.send_photo(ada, update.message.photo[-1])

    assert back.photo[-1].file_unique_id == update.message.photo[-1].file_unique_id
