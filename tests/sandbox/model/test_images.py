"""Pictures: real ones in the size and format that was asked for, edits that keep what they have to keep."""

import base64
import io
from typing import Any

import aiohttp
import pytest
from openai import APIStatusError, AsyncOpenAI, BadRequestError
from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.model.pictures import colour_name, look
from tests.sandbox.model.asker import Asker, Json, loosely
from tests.sandbox.model.samples import picture

_MODEL = "gpt-image-2.6-flare"


async def _generated(client: AsyncOpenAI, prompt: str = "a red house", **more: Any) -> Any:
    given = {"model": _MODEL, "prompt": prompt, "size": "1024x1024", "quality": "low"} | more
    return await loosely(client.images.generate)(**given)


async def _edited(client: AsyncOpenAI, *images: bytes, prompt: str = "make it blue", **more: Any) -> Any:
    files = [(f"{at}.png", image, "image/png") for at, image in enumerate(images)]
    image = files[0] if len(files) == 1 else files
    return await loosely(client.images.edit)(**{"model": _MODEL, "image": image, "prompt": prompt} | more)


def _image(answer: Any, number: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(answer.data[number].b64_json)))


def _colour(image: Image.Image, x: int = 5, y: int = 5) -> str:
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return colour_name(*(int(channel) for channel in pixel))


def _mask(size: tuple[int, int] = (640, 480), *, mode: str = "RGBA") -> bytes:
    """The left half is to be changed."""
    mask = Image.new(mode, size, "black")
    if mode == "RGBA":
        mask.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    mask.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("prompt", "colour"), [("a red house", "red"), ("一只蓝色的猫", "blue"), ("بيت أخضر", "green")]
)
async def test_it_draws_in_the_colour_of_the_prompt(client: AsyncOpenAI, prompt: str, colour: str) -> None:
    answer = await _generated(client, prompt)

    assert look(base64.b64decode(answer.data[0].b64_json), detail="auto", param="").colour == colour
    assert (answer.size, answer.quality, answer.output_format) == ("1024x1024", "low", "png")
    assert answer.usage.output_tokens == 196
    assert answer.usage.total_tokens == answer.usage.input_tokens + 196


async def test_the_same_prompt_is_the_same_colour_and_each_picture_its_own(client: AsyncOpenAI) -> None:
    answer = await _generated(client, "a cat", n=2)
    again = await _generated(client, "a cat")

    assert answer.data[0].b64_json == again.data[0].b64_json != answer.data[1].b64_json


@pytest.mark.parametrize("kind", ["jpeg", "webp", "gif"])
async def test_it_draws_in_other_formats_and_sizes(client: AsyncOpenAI, kind: str) -> None:
    image = _image(await _generated(client, size="1280x720", output_format=kind))

    assert (image.format, image.size) == (kind.upper(), (1280, 720))
    assert getattr(image, "is_animated", False) == (kind == "gif")


async def test_it_draws_svg(client: AsyncOpenAI) -> None:
    answer = await _generated(client, output_format="svg")

    assert base64.b64decode(answer.data[0].b64_json).startswith(b"<svg")


async def test_compression_makes_it_smaller(client: AsyncOpenAI) -> None:
    large, small = [
        await _generated(client, output_format="jpeg", output_compression=much) for much in (95, 10)
    ]

    assert len(small.data[0].b64_json) < len(large.data[0].b64_json)


async def test_a_background_can_be_transparent(client: AsyncOpenAI) -> None:
    answer = await _generated(client, background="transparent")

    assert _image(answer).convert("RGBA").getpixel((1, 1)) == (0, 0, 0, 0)
    assert answer.background == "transparent"


async def test_partial_pictures_come_on_the_way(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.pace_images(0.06)

    stream = await _generated(client, stream=True, partial_images=2)
    events = [event async for event in stream]

    assert [event.type.rpartition(".")[2] for event in events] == [
        "partial_image",
        "partial_image",
        "completed",
    ]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert len({event.b64_json for event in events}) == 3
    assert events[-1].usage.output_tokens == 196 + 200
    request = (await control.requests())[0]
    assert request["finished_at"] - request["at"] >= 0.06


async def test_with_a_mask_the_rest_stays_to_the_pixel(client: AsyncOpenAI, control: ModelClient) -> None:
    before = picture("yellow", kind="PNG")
    after = _image(await _edited(client, before, mask=("mask.png", _mask(), "image/png")))

    assert after.size == (640, 480)
    assert _colour(after) == "blue"
    right = (320, 0, 640, 480)
    assert after.crop(right).tobytes() == Image.open(io.BytesIO(before)).crop(right).tobytes()
    request = (await control.requests())[0]
    assert [file["field"] for file in request["files"]] == ["image", "mask"]
    assert [(image["field"], image["width"]) for image in request["images"]] == [("image", 640), ("mask", 640)]
    assert await control.content(request, 1) == _mask()


async def test_without_a_mask_it_is_tinted(client: AsyncOpenAI) -> None:
    after = _image(await _edited(client, picture("white", kind="PNG"), prompt="make it red"))

    assert _colour(after) == "red"
    assert after.size == (640, 480)


async def test_a_variation_is_nearly_the_same(client: AsyncOpenAI) -> None:
    answer = await _edited(client, picture("#d22", kind="PNG"), prompt="Create a new variation.", n=2)

    assert [_colour(_image(answer, number)) for number in (0, 1)] == ["red", "red"]
    assert answer.data[0].b64_json != answer.data[1].b64_json


async def test_many_pictures_are_joined_and_streamed(client: AsyncOpenAI, control: ModelClient) -> None:
    pictures = [picture(colour, (64, 64), kind="PNG") for colour in ("red", "lime", "blue")]
    stream = await _edited(client, *pictures, size="1024x1024", stream=True, partial_images=1)
    events = [event async for event in stream]

    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]
    assert events[-1].usage.input_tokens_details.image_tokens == 12
    assert len((await control.requests())[0]["images"]) == 3


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"response_format": "b64_json"}, "unknown_parameter", "response_format"),
        ({"style": "vivid"}, "unknown_parameter", "style"),
        ({"quality": "hd"}, "invalid_value", "quality"),
        ({"quality": "max", "model": "gpt-image-2"}, "invalid_value", "quality"),
        ({"size": "512x512"}, "invalid_value", "size"),
        ({"size": "1000x1000"}, "invalid_value", "size"),
        ({"size": "3840x1024"}, "invalid_value", "size"),
        ({"size": "huge"}, "invalid_value", "size"),
        ({"size": "1280x720", "model": "gpt-image-1.5"}, "invalid_value", "size"),
        ({"n": 11}, "integer_above_max_value", "n"),
        ({"output_format": "bmp"}, "invalid_value", "output_format"),
        ({"output_format": "gif", "model": "gpt-image-2"}, "unsupported_value", "output_format"),
        ({"output_compression": 50}, "invalid_png_output_compression", "output_compression"),
        ({"background": "transparent", "output_format": "jpeg"}, "invalid_value", "background"),
        ({"background": "transparent", "model": "gpt-image-2"}, "unsupported_value", "background"),
        ({"partial_images": 2}, "invalid_value", "partial_images"),
        ({"partial_images": 4, "stream": True}, "integer_above_max_value", "partial_images"),
        ({"complexity": "low", "model": "gpt-image-2.5-flare"}, "unsupported_parameter", "complexity"),
        ({"prompt": " "}, "string_below_min_length", "prompt"),
        ({"prompt": "x" * 32_001}, "string_above_max_length", "prompt"),
        ({"model": "gpt-6-luna"}, "invalid_value", "model"),
        ({"extra_body": {"seed": 1}}, "unknown_parameter", "seed"),
    ],
)
async def test_what_it_cannot_draw_is_refused(client: AsyncOpenAI, given: Json, code: str, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _generated(client, **given)

    assert (refused.value.code, refused.value.param) == (code, param)


_PNG = picture(kind="PNG")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"mask": ("m.png", _mask((64, 64)), "image/png")}, "invalid_mask_image_size"),
        ({"mask": ("m.png", _mask(mode="RGB"), "image/png")}, "invalid_mask_image_format"),
        ({"mask": ("m.jpg", picture(), "image/jpeg")}, "invalid_mask_image_format"),
        ({"mask": ("m.png", bytes(4 * 1024 * 1024), "image/png")}, "image_file_too_large"),
        ({"image": ("a.png", b"no picture", "image/png")}, "invalid_image_file"),
        ({"image": ("a.bin", _PNG, "application/octet-stream")}, "unsupported_file_mimetype"),
        ({"image": ("a.gif", picture(kind="GIF"), "image/gif")}, "unsupported_file_mimetype"),
        ({"image": [("a.png", _PNG, "image/png")] * 17}, "array_above_max_length"),
        ({"input_fidelity": "high"}, "unsupported_parameter"),
    ],
    ids=["size", "alpha", "jpeg", "large", "broken", "type", "gif", "many", "fidelity"],
)
async def test_what_it_cannot_edit_is_refused(client: AsyncOpenAI, files: Json, code: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _edited(client, _PNG, **files)

    assert refused.value.code == code


async def test_a_mark_up_guides_newer_models_only(client: AsyncOpenAI) -> None:
    markup: Json = {"markup": ("markup.png", _mask(), "image/png")}

    assert _image(await _edited(client, _PNG, **markup)).size == (640, 480)
    with pytest.raises(BadRequestError) as refused:
        await _edited(client, _PNG, model="gpt-image-2", **markup)
    assert refused.value.param == "markup"


async def test_the_safety_system_says_what_it_blocked(client: AsyncOpenAI, control: ModelClient) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _generated(client, "a fight {{refuse_image: violence}}")

    assert refused.value.code == "moderation_blocked"
    assert refused.value.type == "image_generation_user_error"
    body: Any = refused.value.body
    assert body["moderation_details"] == {"moderation_stage": "input", "categories": ["violence"]}
    assert [request["paid"] for request in await control.requests()] == [0]


async def test_scripts_and_faults_work_here_too(client: AsyncOpenAI, control: ModelClient) -> None:
    with pytest.raises(APIStatusError) as failed:
        await _generated(client, "a cat {{fail: 429 rate_limit_exceeded times=1}}")
    await control.fault(path="/v1/images/generations", status=500)
    with pytest.raises(APIStatusError):
        await _generated(client, "a cat")
    await _generated(client, "a cat", n=3)

    assert failed.value.code == "rate_limit_exceeded"
    assert [request["paid"] for request in await control.requests()] == [0, 0, 3]


async def test_a_stream_can_be_cut_after_a_partial_picture(ask: Asker, control: ModelClient) -> None:
    await control.fault(path="/v1/images/generations", kind="cut", tokens=1)

    with pytest.raises(aiohttp.ClientPayloadError):
        await ask.post(
            "images/generations", {"model": _MODEL, "prompt": "a cat", "stream": True, "partial_images": 3}
        )


async def test_retired_models_can_be_had_back(ask: Asker, client: AsyncOpenAI, control: ModelClient) -> None:
    with pytest.raises(APIStatusError) as gone:
        await _generated(client, model="dall-e-3", quality="hd")
    await control.revive_model("dall-e-3")
    answer = await _generated(client, model="dall-e-3", quality="hd", style="natural", size="1792x1024")
    async with aiohttp.ClientSession() as session, session.get(answer.data[0].url) as response:
        image = Image.open(io.BytesIO(await response.read()))

    assert gone.value.status_code == 404
    assert image.size == (1792, 1024)
    assert answer.data[0].revised_prompt
    assert answer.usage is None
    reply = await ask.post("images/generations", {"model": "dall-e-3", "prompt": "x", "n": 2})
    assert reply.error["param"] == "n"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (picture(size=(64, 64), kind="PNG"), ""),
        (picture(kind="PNG"), "square"),
        (picture(size=(64, 64)), "PNG"),
    ],
    ids=["square", "oblong", "jpeg"],
)
async def test_variations_need_a_square_png(ask: Asker, control: ModelClient, image: bytes, words: str) -> None:
    await control.revive_model("dall-e-2")
    name = "a.png" if image.startswith(b"\x89PNG") else "a.jpg"
    reply = await ask.form(
        "images/variations",
        {"n": "2", "size": "256x256", "response_format": "b64_json"},
        ("image", name, image),
    )

    assert (words in reply.error["message"]) if words else (len(reply.json["data"]) == 2)
