"""Media that people send from the page, and what can be done with them there."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import FilePayload, Locator, expect

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.town import Town
from tests.web.visit import Visit

_LOTTIE: dict[str, Any] = {
    "v": "5.5.2",
    "fr": 60,
    "ip": 0,
    "op": 60,
    "w": 512,
    "h": 512,
    "layers": [{"ty": 1, "sw": 512, "sh": 512, "sc": "#ff0000", "ip": 0, "op": 60, "st": 0, "ks": {}}],
}


def _photos(*colours: str) -> list[FilePayload]:
    return [
        {"name": f"{colour}.png", "mimeType": "image/png", "buffer": samples.picture(80, 60, colour)}
        for colour in colours
    ]


@pytest.mark.parametrize(
    ("name", "mime", "content", "kind"),
    [
        ("tune.mp3", "audio/mpeg", samples.mp3(title="Moon River", artist="Ada"), "audio"),
        ("walk.mp4", "video/mp4", samples.film(), "video"),
        ("cat.gif", "image/gif", samples.gif(), "animation"),
        ("notes.txt", "text/plain", b"words", "document"),
    ],
)
async def test_a_file_is_sent_as_what_it_is(
    alone: Visit, people: TelegramClient, name: str, mime: str, content: bytes, kind: str
) -> None:
    await alone.send_files({"name": name, "mimeType": mime, "buffer": content}, caption="Here")

    await expect(alone.mine.last).to_contain_text("Here")
    message = (await people.messages(await alone.user()))[-1]
    assert next(one for one in ("animation", "audio", "video", "document") if one in message) == kind


@pytest.mark.parametrize("way", ["paste", "drop"])
async def test_a_picture_is_pasted_or_dropped(alone: Visit, way: str) -> None:
    place = alone.field if way == "paste" else alone.page.get_by_role("log", name="Messages")
    content = base64.b64encode(samples.picture(80, 60)).decode()
    await place.evaluate(_HAND_OVER, [way, content])
    await expect(alone.page.get_by_role("dialog").get_by_role("img", name="seen.png")).to_be_visible()
    await alone.confirm("Send")

    await expect(alone.mine.last.locator(".photo img")).to_be_visible()


_HAND_OVER = """(place, [way, content]) => {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], "seen.png", { type: "image/png" }));
    const about = { bubbles: true, cancelable: true, clipboardData: given, dataTransfer: given };
    place.dispatchEvent(way === "paste" ? new ClipboardEvent(way, about) : new DragEvent(way, about));
}"""


async def test_music_is_played_under_its_title(alone: Visit) -> None:
    tune = samples.mp3(title="Moon River", artist="Ada")
    await alone.send_files({"name": "tune.mp3", "mimeType": "audio/mpeg", "buffer": tune})

    await alone.mine.last.get_by_role("button", name="Play “Moon River”, 0:01").click()

    await expect(alone.mine.last.get_by_role("button", name="Pause “Moon River”")).to_be_visible()
    await expect(alone.mine.last.get_by_role("slider", name="Position")).to_be_visible()


async def test_a_gif_plays_by_itself_and_stops_when_pressed(alone: Visit) -> None:
    await alone.send_files({"name": "cat.gif", "mimeType": "image/gif", "buffer": samples.gif()})

    await alone.mine.last.get_by_role("button", name="Pause the GIF").click()

    await expect(alone.mine.last.get_by_role("button", name="Play the GIF")).to_be_visible()


async def test_a_picture_is_hidden_until_it_is_pressed(alone: Visit) -> None:
    async with alone.page.expect_file_chooser() as chooser:
        await alone.attach("Photos")
    await (await chooser.value).set_files(_photos("red"))
    await alone.page.get_by_label("Hide until pressed").check()
    await alone.confirm("Send")

    await alone.page.get_by_role("button", name="Hidden picture").click()

    await expect(alone.page.locator(".covered")).to_have_count(0)


async def test_a_built_in_sticker_is_a_picture_of_512_pixels(alone: Visit, people: TelegramClient) -> None:
    await alone.attach("Sticker")
    await alone.press("Party")

    await expect(alone.page.get_by_role("img", name="Sticker 🎉")).to_be_visible()
    sticker = (await people.messages(await alone.user()))[-1]["sticker"]
    assert (sticker["width"], sticker["height"], sticker["emoji"]) == (512, 512, "🎉")


async def test_an_animated_sticker_moves(alone: Visit, tmp_path: Path) -> None:
    drawing = tmp_path / "wave.tgs"
    drawing.write_bytes(gzip.compress(json.dumps(_LOTTIE).encode()))
    await alone.attach("Sticker")
    async with alone.page.expect_file_chooser() as chooser:
        await alone.press("A file: WebP, PNG, WebM or TGS")
    await (await chooser.value).set_files(drawing)

    canvas = alone.page.locator(".lottie canvas")
    await expect(canvas).to_be_visible()
    red = "canvas => [...canvas.getContext('2d').getImageData(20, 20, 1, 1).data].join()"
    assert await canvas.evaluate(red) == "255,0,0,255"


async def test_a_round_message_is_filmed_and_played(alone: Visit, people: TelegramClient) -> None:
    await alone.attach("Video message")
    await expect(alone.page.get_by_role("timer")).to_have_text("0:01")
    await alone.confirm("Send")

    await alone.page.get_by_role("button", name="Play the video message").click()

    await expect(alone.page.get_by_role("button", name="Pause the video message")).to_be_attached()
    note = (await people.messages(await alone.user()))[-1]["video_note"]
    assert (note["length"], note["duration"] >= 1) == (384, True)


async def test_one_photo_of_an_album_is_deleted_then_all(alone: Visit, people: TelegramClient) -> None:
    await alone.send_files(*_photos("red", "green", "blue"))
    album = alone.mine.last
    await expect(album.locator(".photo")).to_have_count(3)

    await alone.menu(album, "Delete one of them")
    await alone.page.get_by_role("dialog").get_by_role("button", name="Photo 1").click()
    await expect(album.locator(".photo")).to_have_count(2)
    await alone.menu(album, "Delete all 2")

    await expect(alone.mine).to_have_count(0)
    assert [one for one in await people.messages(await alone.user()) if "photo" in one] == []


async def test_an_album_goes_on_as_an_album(alone: Visit) -> None:
    await alone.send_files(*_photos("red", "green"), caption="Two")
    await alone.menu(alone.mine.last, "Forward the album")
    await alone.page.get_by_role("dialog").get_by_role("button", name="Book club").click()
    await alone.open_chat("Book club")

    await expect(alone.mine.last.locator(".album .photo")).to_have_count(2)
    await expect(alone.mine.last).to_contain_text("Forwarded from Ada")


async def test_a_drawing_on_a_photo_answers_it(alone: Visit, people: TelegramClient) -> None:
    await alone.send_files(*_photos("white"))
    await alone.press("Open Photo")
    await alone.press("Draw on this photo")
    await alone.page.get_by_role("radio", name="Green").check()
    await _stroke(alone, alone.page.locator("canvas.doodle"))
    await alone.page.get_by_label("Caption").fill("Make this part red")
    await alone.confirm("Send")

    await expect(alone.mine.last.locator(".reply-to")).to_contain_text("Photo")
    message = (await people.messages(await alone.user()))[-1]
    assert (message["caption"], message["photo"][-1]["width"]) == ("Make this part red", 80)
    drawn = alone.mine.last.locator(".photo img")
    assert await drawn.evaluate(_COLOUR_IN_THE_MIDDLE) == "green"


_COLOUR_IN_THE_MIDDLE = """async (image) => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const [red, green, blue] = pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
    return green > red + 40 && green > blue + 40 ? "green" : `${red} ${green} ${blue}`;
}"""


async def _stroke(visit: Visit, canvas: Locator) -> None:
    """From one corner to the other."""
    box = await canvas.bounding_box()
    assert box is not None
    mouse = visit.page.mouse
    await mouse.move(box["x"] + 5, box["y"] + 5)
    await mouse.down()
    await mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=4)
    await mouse.up()


async def test_a_player_gets_the_part_it_asks_for(town: Town) -> None:
    file_id = await town.telegram.upload(b"0123456789", "tune.mp3")
    address = f"{town.telegram_server.root}/page/files/{file_id}"
    async with aiohttp.ClientSession() as session:
        found = [await _part(session, address, wanted) for wanted in ("bytes=2-4", "bytes=7-", "bytes=x", None)]

    whole = (200, "", b"0123456789")
    assert found == [(206, "bytes 2-4/10", b"234"), (206, "bytes 7-9/10", b"789"), whole, whole]


async def _part(session: aiohttp.ClientSession, address: str, wanted: str | None) -> tuple[int, str, Any]:
    headers = {} if wanted is None else {"Range": wanted}
    async with session.get(address, headers=headers) as response:
        return response.status, response.headers.get("Content-Range", ""), await response.read()
