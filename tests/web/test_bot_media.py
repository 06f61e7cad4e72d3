"""Media that the bot sends: shown as Telegram's clients show them, and shown anew when they are edited."""

import io
import json
from typing import Any

import aiohttp
from playwright.async_api import expect

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot
from tests.web.visit import Visit

_BOLD = [{"type": "bold", "offset": 0, "length": 4}]


async def test_a_photo_with_a_caption_and_its_edits(alone: Visit, hand: Bot) -> None:
    ada = await alone.user()
    photo = {"photo": samples.picture(320, 200, "red")}
    message = await _post(hand, "sendPhoto", photo, chat_id=ada, caption="Look here", caption_entities=_BOLD)
    shown = alone.theirs.last
    await expect(shown.locator(".photo img")).to_be_visible()
    await expect(shown.locator(".text strong")).to_have_text("Look")

    number = message["message_id"]
    await hand("editMessageCaption", chat_id=ada, message_id=number, caption="Another caption")
    await expect(shown).to_contain_text("Another caption")
    before = await shown.locator("img").get_attribute("src")
    media = {"type": "photo", "media": "attach://new"}
    await _post(
        hand, "editMessageMedia", {"new": samples.picture()}, chat_id=ada, message_id=number, media=media
    )

    await expect(shown.locator("img")).not_to_have_attribute("src", before or "")
    await expect(shown).to_contain_text("edited")


async def test_an_album_is_one_message_with_a_viewer(alone: Visit, hand: Bot) -> None:
    ada = await alone.user()
    parts = {name: samples.picture(300, 200, name) for name in ("red", "green", "blue")}
    media = [{"type": "photo", "media": f"attach://{name}"} for name in parts]
    media[0]["caption"] = "Three colours"
    await _post(hand, "sendMediaGroup", parts, chat_id=ada, media=media)

    await expect(alone.theirs.last.locator(".album .photo")).to_have_count(3)
    await expect(alone.theirs).to_have_count(1)
    await alone.theirs.last.locator(".photo").first.click()
    viewer = alone.page.get_by_role("dialog", name="Photo")
    await expect(viewer).to_contain_text("1 of 3")
    await alone.press("Next photo")
    await expect(viewer).to_contain_text("2 of 3")
    await alone.page.keyboard.press("ArrowLeft")
    await expect(viewer).to_contain_text("1 of 3")
    await alone.page.keyboard.press("Escape")

    await expect(viewer).to_have_count(0)


async def test_a_voice_message_shows_how_loud_it_is(alone: Visit, hand: Bot) -> None:
    await _post(hand, "sendVoice", {"voice": samples.voice(2)}, chat_id=await alone.user(), caption="Spoken")

    shown = alone.theirs.last
    await expect(shown).to_contain_text("0:02")
    await expect(shown).to_contain_text("Spoken")
    await expect(shown.locator(".bars i[style]")).to_have_count(42)
    assert await shown.locator(".bars i").nth(20).evaluate("bar => parseInt(bar.style.blockSize)") > 60


async def test_sound_and_files_bear_their_names(alone: Visit, hand: Bot) -> None:
    ada = await alone.user()
    await _post(hand, "sendAudio", {"audio": samples.mp3()}, chat_id=ada, title="<i>Tune</i>", performer="Ada")
    await expect(alone.theirs.last).to_contain_text("<i>Tune</i>")
    await _post(hand, "sendDocument", {"document": b"%PDF-1.7"}, chat_id=ada)

    link = alone.theirs.last.get_by_role("link")
    async with alone.page.expect_download() as download:
        await link.click()
    assert (await (await download.value).path()).read_bytes() == b"%PDF-1.7"


async def test_films_and_stickers_are_played(alone: Visit, hand: Bot) -> None:
    ada = await alone.user()
    film = samples.film(width=64, height=64)
    await _post(hand, "sendVideoNote", {"video_note": film}, chat_id=ada, length=64, duration=1)
    await expect(alone.page.get_by_role("button", name="Play the video message")).to_be_visible()
    await _post(hand, "sendVideo", {"video": film}, chat_id=ada, caption="A film")
    await expect(alone.theirs.last.get_by_label("Video: A film")).to_be_visible()
    await _post(hand, "sendAnimation", {"animation": samples.gif()}, chat_id=ada)
    await expect(alone.theirs.last.get_by_role("button", name="Pause the GIF")).to_be_visible()
    sticker = samples.picture(512, 512, form="WEBP")
    await _post(hand, "sendSticker", {"sticker": sticker}, chat_id=ada, emoji="🙂")

    await expect(alone.theirs.last.get_by_role("img", name="Sticker")).to_be_visible()


async def test_media_among_the_blocks_of_a_rich_message(alone: Visit, people: TelegramClient) -> None:
    ada = await alone.user()
    await people.send_photo(ada, samples.picture(320, 200, "red"))
    await people.send_voice(ada, samples.voice())
    *_, first, second = await people.messages(ada)
    caption = {"text": {"type": "bold", "text": "In red"}, "credit": "Ada"}
    photo = {"type": "photo", "photo": first["photo"], "caption": caption}
    blocks: list[dict[str, Any]] = [
        photo,
        {"type": "voice_note", "voice_note": second["voice"]},
        {"type": "slideshow", "blocks": [photo, photo], "caption": {"text": "Both"}},
    ]

    await people.say(ada, "", rich_message={"blocks": blocks})

    shown = alone.mine.last
    await expect(shown.locator(".block-media > .photo img").first).to_be_visible()
    await expect(shown.locator("figcaption strong").first).to_have_text("In red")
    await expect(shown.get_by_role("button", name="Play the voice message")).to_be_visible()
    await expect(shown.get_by_role("group", name="Slides").locator("img")).to_have_count(2)


async def _post(hand: Bot, method: str, parts: dict[str, bytes], **params: Any) -> Any:
    """A call with files; its result."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, content in parts.items():
        form.add_field(name, io.BytesIO(content), filename=f"{name}.bin")
    async with hand.session.post(f"{hand.base}/{method}", data=form) as response:
        answer = await response.json()
    assert answer["ok"], answer
    return answer["result"]
