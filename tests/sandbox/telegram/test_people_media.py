"""People send media: what the bot hears of it, and what it downloads."""

import io

import pytest
import telegram as ptb
from PIL import Image

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, Json


async def heard(bot: Bot) -> Json:
    """The one message that waits for the bot, which python-telegram-bot reads whole."""
    [update] = await bot.updates()
    message = ptb.Update.de_json(update, None).message
    assert message is not None
    assert not message.api_kwargs
    return update["message"]


async def downloaded(bot: Bot, file_id: str) -> bytes:
    file = await bot("getFile", file_id=file_id)
    url = f"{bot.base.replace('/bot', '/file/bot')}/{file['file_path']}"
    async with bot.session.get(url) as response:
        assert response.status == 200
        return await response.read()


async def test_a_photo_comes_in_several_sizes(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.picture(1000, 500), caption="Look")

    message = await heard(bot)

    sizes = [(size["width"], size["height"]) for size in message["photo"]]
    assert sizes == [(90, 45), (320, 160), (800, 400), (1000, 500)]
    assert message["caption"] == "Look"


async def test_a_photo_is_a_jpeg_without_metadata_of_2560_pixels_at_most(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    await people.send_photo(ada, samples.picture(3000, 1500, form="JPEG", exif=exif))

    largest = (await heard(bot))["photo"][-1]

    with Image.open(io.BytesIO(await downloaded(bot, largest["file_id"]))) as image:
        assert (image.format, image.size, len(image.getexif())) == ("JPEG", (1280, 2560), 0)
    assert (largest["width"], largest["height"]) == (1280, 2560)


async def test_the_same_picture_has_the_same_unique_ids(bot: Bot, people: TelegramClient, ada: int) -> None:
    for _ in range(2):
        await people.send_photo(ada, samples.picture())

    first, second = [update["message"]["photo"] for update in await bot.updates()]

    assert [one["file_unique_id"] for one in first] == [one["file_unique_id"] for one in second]
    assert len({one["file_unique_id"] for one in first}) == len(first)
    assert first[0]["file_id"] != second[0]["file_id"]


async def test_an_album_is_several_updates_of_one_group(bot: Bot, people: TelegramClient, ada: int) -> None:
    ids = await people.send_album(
        ada, [samples.picture(colour=one) for one in ("red", "blue")], caption="Both", reply_to=None
    )

    first, second = [update["message"] for update in await bot.updates()]

    assert [first["message_id"], second["message_id"]] == ids
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("Both", False)


async def test_a_voice_message_is_measured(bot: Bot, people: TelegramClient, ada: int) -> None:
    recorded = samples.voice(2.0)
    await people.send_voice(ada, recorded)

    voice = (await heard(bot))["voice"]

    assert (voice["duration"], voice["mime_type"], voice["file_size"]) == (2, "audio/ogg", len(recorded))
    assert await downloaded(bot, voice["file_id"]) == recorded


async def test_a_recording_that_cannot_be_played_can_be_sent(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.send_voice(ada, b"OggS and nothing", duration=7)

    assert (await heard(bot))["voice"]["duration"] == 7


async def test_a_document_is_sent_as_it_is(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_document(ada, b"# words", name="notes.md")

    document = (await heard(bot))["document"]

    assert (document["file_name"], document["mime_type"]) == ("notes.md", "text/markdown")
    assert await downloaded(bot, document["file_id"]) == b"# words"


async def test_music_brings_its_title(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_audio(ada, samples.mp3(title="Für Elise", artist="Ada"), name="elise.mp3")

    audio = (await heard(bot))["audio"]

    assert (audio["title"], audio["performer"], audio["file_name"]) == ("Für Elise", "Ada", "elise.mp3")
    assert (audio["mime_type"], audio["duration"]) == ("audio/mpeg", 1)


async def test_a_video_is_measured_and_has_a_thumbnail(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_video(ada, samples.film(2.0), caption="Waves")

    video = (await heard(bot))["video"]

    assert (video["width"], video["height"], video["duration"]) == (64, 48, 2)
    assert (video["mime_type"], video["thumbnail"]["width"]) == ("video/mp4", 64)


async def test_a_video_note_is_square(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_video_note(ada, samples.film(1.0, 64, 64))

    note = (await heard(bot))["video_note"]

    assert (note["length"], note["duration"]) == (64, 1)


async def test_a_gif_comes_as_a_film_and_as_a_document(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_animation(ada, samples.gif(), name="spin.gif")

    message = await heard(bot)

    animation = message["animation"]
    assert (animation["mime_type"], animation["file_name"]) == ("video/mp4", "spin.mp4")
    assert (animation["width"], animation["height"], animation["duration"]) == (42, 32, 1)
    assert message["document"]["file_id"] == animation["file_id"]
    assert b"ftyp" in (await downloaded(bot, animation["file_id"]))[:16]


async def test_a_sticker_is_a_webp(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_sticker(ada, samples.picture(512, 400, form="WEBP"), emoji="🦊")

    sticker = (await heard(bot))["sticker"]

    assert (sticker["width"], sticker["height"], sticker["emoji"]) == (512, 400, "🦊")
    assert (sticker["is_animated"], sticker["is_video"], sticker["type"]) == (False, False, "regular")


async def test_animated_and_video_stickers_say_so(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_sticker(ada, b"\x1f\x8b drawing", is_animated=True)
    await people.send_sticker(ada, samples.film(1.0, 512, 256, form="webm", codec="libvpx-vp9"), is_video=True)

    drawn, filmed = [update["message"]["sticker"] for update in await bot.updates()]

    assert (drawn["is_animated"], drawn["width"]) == (True, 512)
    assert (filmed["is_video"], filmed["height"]) == (True, 256)


async def test_a_live_photo_is_a_film_behind_a_picture(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_live_photo(ada, samples.film(), samples.picture(640, 480))

    live = (await heard(bot))["live_photo"]

    assert (live["width"], live["duration"], live["photo"][-1]["width"]) == (64, 1, 640)


async def test_a_live_photo_stands_still_at_its_beginning(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_live_photo(ada, samples.film())

    assert (await heard(bot))["live_photo"]["photo"][-1]["width"] == 64


async def test_a_live_photo_of_nothing_is_refused(people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="IMAGE_PROCESS_FAILED"):
        await people.send_live_photo(ada, b"words")


async def test_a_recording_without_a_length_is_measured(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_voice(ada, samples.streamed(3.0), mime="audio/webm")

    voice = (await heard(bot))["voice"]

    assert (voice["duration"], voice["mime_type"]) == (3, "audio/webm")


async def test_a_transparent_picture_lies_on_white(people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.transparent())
    [message] = await people.messages(ada)

    with Image.open(io.BytesIO(await people.file(message))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


async def test_only_so_much_is_sent_at_once(people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="1 to 10 files"):
        await people.send_album(ada, [b"words"] * 11, kind="document")


async def test_what_is_no_picture_is_no_photo(people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="IMAGE_PROCESS_FAILED"):
        await people.send_photo(ada, b"words")


async def test_a_person_edits_a_caption(bot: Bot, people: TelegramClient, ada: int) -> None:
    sent = await people.send_photo(ada, samples.picture(), caption="helo")
    await people.edit_caption(ada, sent, "hello @somebody")

    update = (await bot.updates())[-1]

    assert update["edited_message"]["caption"] == "hello @somebody"
    assert update["edited_message"]["caption_entities"][0]["type"] == "mention"
    assert update["edited_message"]["photo"]


async def test_a_caption_can_be_added_and_taken_away(people: TelegramClient, ada: int) -> None:
    sent = await people.send_photo(ada, samples.picture())
    await people.edit(ada, sent, "hello")
    [captioned] = await people.messages(ada)
    await people.edit_caption(ada, sent, "")

    [message] = await people.messages(ada)

    assert (captioned["caption"], "text" in captioned) == ("hello", False)
    assert "caption" not in message


async def test_people_save_what_a_message_carries(people: TelegramClient, ada: int) -> None:
    await people.send_document(ada, b"words")
    [message] = await people.messages(ada)

    assert await people.file(message) == b"words"


async def test_in_a_group_a_caption_calls_the_bot(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada])
    await people.send_photo(club, samples.picture(), user=ada, caption="@parley_sandbox_bot what is this?")
    await people.send_photo(club, samples.picture(), user=ada)

    message = await heard(bot)

    assert message["caption"].startswith("@parley")


async def test_a_photo_answers_is_forwarded_and_stands_in_a_topic(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    bob = await people.user("Bob")
    forum = await people.group(members=[ada], is_forum=True, bot_is_admin=True)
    topic = await people.topic(forum)
    said = await people.say(forum, "hello", topic=topic)
    await people.send_photo(forum, samples.picture(), topic=topic, reply_to=said, forward_from=bob)

    message = (await bot.updates())[-1]["message"]

    assert message["message_thread_id"] == topic
    assert message["reply_to_message"]["message_id"] == said
    assert message["forward_origin"]["sender_user"]["id"] == bob


async def test_a_lost_file_is_lost_to_the_bot_only(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_document(ada, b"words")
    file_id = (await heard(bot))["document"]["file_id"]
    await people.lose_file(file_id)

    refusal = await bot.refused("getFile", file_id=file_id)

    assert refusal == "wrong file_id or the file is temporarily unavailable"
    assert await people.download(file_id) == b"words"


async def test_a_message_can_have_further_fields(people: TelegramClient, ada: int) -> None:
    await people.send_photo(ada, samples.picture(), fields={"has_media_spoiler": True})

    assert (await people.messages(ada))[0]["has_media_spoiler"]


async def test_a_word_that_means_nothing_is_no_field(people: TelegramClient, ada: int) -> None:
    with pytest.raises(TypeError, match="not sent with reply"):
        await people.send_photo(ada, b"", reply=5)  # pyright: ignore[reportCallIssue] -- the mistake to be refused
