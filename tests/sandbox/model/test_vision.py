"""Pictures in a question: they are really looked at, told in the answer and the journal, and refused if bad."""

import io
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from aiohttp import web
from openai import AsyncOpenAI, BadRequestError
from PIL import Image

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json
from tests.sandbox.model.samples import data_url, picture


def _shown(*images: bytes, text: str = "what is this?", **more: Any) -> list[Json]:
    parts = [{"type": "input_image", "image_url": data_url(image), **more} for image in images]
    return [{"role": "user", "content": [{"type": "input_text", "text": text}, *parts]}]


def _chat(image_url: Json) -> list[Json]:
    parts = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": image_url}]
    return [{"role": "user", "content": parts}]


async def test_it_sees_size_and_colour_of_each_picture(ask: Asker) -> None:
    said = (await ask.responses(_shown(picture("red"), picture("blue", (100, 50))))).said

    assert "Picture 1: 640×480, mostly red" in said
    assert "Picture 2: 100×50, mostly blue" in said
    assert "> what is this?" in said


async def test_it_sees_in_chat_too(ask: Asker) -> None:
    assert (
        "Picture 1: 640×480, mostly green" in (await ask.chat(_chat({"url": data_url(picture("lime"))}))).said
    )


async def test_it_still_sees_pictures_from_before(ask: Asker) -> None:
    later: list[Json] = [
        *_shown(picture("red")),
        {"role": "assistant", "content": "nice"},
        {"role": "user", "content": "again?"},
    ]

    assert "Picture 1: 640×480, mostly red" in (await ask.responses(later)).said


async def test_scripts_tell_all_pictures(ask: Asker) -> None:
    told = (await ask.responses(_shown(picture("red"), picture("white"), text="{{pictures}}"))).said

    assert told == "Picture 1: 640×480, mostly red\nPicture 2: 640×480, mostly white"


@pytest.mark.parametrize(
    ("colour", "word"),
    [("#000", "black"), ("#fff", "white"), ("#888", "grey"), ("#f80", "orange"), ("#ff0", "yellow"),
     ("#0a0", "green"), ("#0ff", "cyan"), ("#00f", "blue"), ("#80f", "purple"), ("#f0a", "pink")],
)  # fmt: skip
async def test_it_knows_its_colours(ask: Asker, colour: str, word: str) -> None:
    assert f"mostly {word}" in (await ask.responses(_shown(picture(colour)))).said


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
async def test_other_formats_are_seen(ask: Asker, kind: str, mime: str) -> None:
    url = data_url(picture(kind=kind), f"image/{mime}")

    assert "mostly red" in (await ask.chat(_chat({"url": url}))).said


async def test_the_journal_tells_each_picture_and_keeps_it(ask: Asker, control: ModelClient) -> None:
    sent = picture(exif=True)
    await ask.responses(_shown(sent, picture("blue", (64, 32)), detail="low"))

    request = (await control.requests())[0]
    first, second = request["images"]

    assert first == {"format": "jpeg", "width": 640, "height": 480, "detail": "low", "bytes": len(sent),
                     "exif": True, "colour": "red"}  # fmt: skip
    assert (second["width"], second["exif"]) == (64, False)
    assert await control.content(request) == sent
    shown = request["body"]["input"][0]["content"][1]["image_url"]
    assert shown == f"data:image/jpeg;base64,<{len(sent)} bytes 640x480>"


async def test_half_an_emoji_beside_a_picture_does_no_harm(ask: Asker) -> None:
    assert "mostly red" in (await ask.responses(_shown(picture(), text="half \ud83d"))).said


async def test_what_was_sent_is_shown_shortened(ask: Asker) -> None:
    assert " bytes 640x480>" in (await ask.responses(_shown(picture(), text="{{sent}}"))).said


@pytest.mark.parametrize(
    ("size", "detail", "tokens"), [((640, 480), "high", 300), ((2048, 1024), "low", 128), ((33, 32), "auto", 2)]
)
async def test_seeing_costs_by_patches(ask: Asker, size: tuple[int, int], detail: str, tokens: int) -> None:
    spent = [
        (await ask.responses(_shown(picture(size=given), detail=how))).last["response"]["usage"]["input_tokens"]
        for given, how in [(size, detail), ((1, 1), "auto")]
    ]

    assert abs(spent[0] - spent[1] - tokens) <= 3


def _animated() -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (data_url(b"no picture at all"), "invalid_image"),
        (data_url(b""), "empty_image_file"),
        ("data:image/png;base64,!!!!", "invalid_base64_image"),
        (data_url(picture()[:-400]), "image_parse_error"),
        (data_url(picture(size=(8, 8), kind="BMP")), "invalid_image_format"),
        (data_url(picture(size=(8, 8), kind="TIFF")), "invalid_image_format"),
        (data_url(_animated(), "image/gif"), "invalid_image_format"),
        (data_url(b"\0\0\0\x18ftypheic" + bytes(50)), "invalid_image_format"),
        (data_url(picture(), "application/octet-stream"), "unsupported_image_media_type"),
        (data_url(picture(size=(6_000, 5_100), kind="PNG"), "image/png"), "image_too_large"),
        ("ftp://example.org/a.png", "invalid_image_url"),
        ("https://example.org/a.png", "failed_to_download_image"),
    ],
)
async def test_a_picture_that_cannot_be_read_is_refused(ask: Asker, url: str, code: str) -> None:
    part = {"type": "input_image", "image_url": url}
    reply = await ask.responses([{"role": "user", "content": [part]}])

    assert (reply.status, reply.error["code"]) == (400, code)
    assert reply.error["param"] == "input[0].content[0].image_url"


@pytest.mark.parametrize(
    ("part", "code", "param"),
    [
        ({"type": "input_image"}, "missing_required_parameter", "input[0].content[0].image_url"),
        ({"type": "input_image", "image_url": "x", "detail": "huge"}, "invalid_value",
         "input[0].content[0].detail"),
        ({"type": "input_image", "file_id": "file-1"}, "image_file_not_found", "input[0].content[0].file_id"),
        ({"type": "input_file", "filename": "a"}, "missing_required_parameter",
         "input[0].content[0].file_data"),
        ({"type": "input_file", "filename": "a", "file_data": "AAAA"}, "invalid_value",
         "input[0].content[0].file_data"),
    ],
)  # fmt: skip
async def test_parts_are_checked(ask: Asker, part: Json, code: str, param: str) -> None:
    reply = await ask.responses([{"role": "user", "content": [part]}])

    assert (reply.status, reply.error["code"], reply.error["param"]) == (400, code, param)


@pytest.fixture
async def hosted() -> AsyncGenerator[str]:
    """The address of a picture on this machine."""

    async def serve(_request: web.Request) -> web.Response:
        return web.Response(body=picture("blue"), content_type="image/jpeg")

    application = web.Application()
    application.router.add_get("/a.jpg", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/a.jpg"
    await runner.cleanup()


async def test_it_fetches_pictures_from_this_machine(ask: Asker, hosted: str) -> None:
    assert "mostly blue" in (await ask.chat(_chat({"url": hosted, "detail": "high"}))).said


async def test_a_model_without_eyes_refuses_pictures_and_answers_words(
    ask: Asker, control: ModelClient
) -> None:
    await control.set_vision("text-only", sees=False)
    await control.set_vision(MODEL, sees=True)

    blind = await ask.chat(_chat({"url": data_url(picture())}), model="text-only", reasoning_effort=None)
    words = await ask.chat("{{say: hello}}", model="text-only", reasoning_effort=None)

    assert blind.status == 400
    assert "only supported by certain models" in blind.error["message"]
    assert words.said == "hello"


async def test_the_sdk_gets_answers_and_errors(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(
        model=MODEL,
        input=[{"role": "user", "content": [
            {"type": "input_image", "image_url": data_url(picture()), "detail": "original"},
        ]}],
    )  # fmt: skip
    with pytest.raises(BadRequestError) as refused:
        await client.responses.create(
            model=MODEL,
            input=[{"role": "user", "content": [
                {"type": "input_image", "image_url": data_url(b"x"), "detail": "auto"},
            ]}],
        )  # fmt: skip

    assert "mostly red" in answer.output_text
    assert refused.value.code == "invalid_image"
