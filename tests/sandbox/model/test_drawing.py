"""The image tool in Responses: used when asked for, with partial pictures, edits and refusals."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.model.pictures import look
from tests.sandbox.model.asker import Asker, Json
from tests.sandbox.model.samples import data_url, picture

_TOOL: Json = {"type": "image_generation", "size": "1024x1024", "quality": "low", "partial_images": 2}


async def _drawn(ask: Asker, text: str | list[Json], **more: Any) -> Json:
    """The finished response."""
    return (await ask.responses(text, **{"tools": [_TOOL]} | more)).last["response"]


def _call(response: Json) -> Json:
    return next(item for item in response["output"] if item["type"] == "image_generation_call")


def _colour(item: Json) -> str:
    return look(base64.b64decode(item["result"]), detail="auto", param="").colour


@pytest.mark.parametrize(
    "words", ["{{draw: a red house}}", "draw a red house", "请画红色的房子", "ارسم بيت أحمر"]
)
async def test_it_draws_when_it_is_asked_to(ask: Asker, words: str) -> None:
    response = await _drawn(ask, words)

    item = _call(response)
    assert (item["status"], item["action"], item["size"], item["quality"]) == (
        "completed", "generate", "1024x1024", "low",
    )  # fmt: skip
    assert _colour(item) == "red"
    assert item["revised_prompt"]
    assert response["tool_usage"]["image_gen"]["output_tokens"] == 196 + 200


async def test_its_events_come_in_order(ask: Asker, control: ModelClient) -> None:
    await control.pace_images(0.03)
    reply = await ask.responses("draw a red house {{say: Done.}}", tools=[_TOOL])

    names = [name.removeprefix("response.") for name in reply.names]
    first = names.index("output_item.added")
    assert names[first : first + 7] == [
        "output_item.added", "image_generation_call.in_progress", "image_generation_call.generating",
        "image_generation_call.partial_image", "image_generation_call.partial_image",
        "image_generation_call.completed", "output_item.done",
    ]  # fmt: skip
    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))
    assert reply.said == "Done."
    request = (await control.requests())[0]
    assert request["finished_at"] - request["at"] >= 0.03
    assert request["paid"] == 2


async def test_without_streaming_it_is_there_at_once(ask: Asker) -> None:
    tool = {"type": "image_generation"}
    reply = await ask.responses("draw a red house", stream=None, tools=[tool])

    assert _colour(_call(reply.json)) == "red"
    assert reply.said == "Here is your picture: draw a red house"


@pytest.mark.parametrize(
    ("words", "more"),
    [("draw a house", {"tools": None}), ("hello", {}), ("draw a house", {"tool_choice": "none"})],
)
async def test_otherwise_it_does_not(ask: Asker, words: str, more: Json) -> None:
    response = await _drawn(ask, words, **more)

    assert [item["type"] for item in response["output"]] == ["message"]
    assert response["tool_usage"]["image_gen"]["total_tokens"] == 0


async def test_it_changes_the_picture_that_is_shown(ask: Asker) -> None:
    parts = [
        {"type": "input_text", "text": "{{draw: make it blue}}"},
        {"type": "input_image", "image_url": data_url(picture("white"))},
    ]
    item = _call(await _drawn(ask, [{"role": "user", "content": parts}], tools=[{"type": "image_generation"}]))

    assert (item["action"], item["size"], _colour(item)) == ("edit", "640x480", "blue")


async def test_it_changes_only_what_the_mask_leaves_open(ask: Asker) -> None:
    mask = Image.new("RGBA", (64, 64), "black")
    mask.paste((0, 0, 0, 0), (0, 0, 32, 64))
    written = io.BytesIO()
    mask.save(written, "PNG")
    tool: Json = {"type": "image_generation", "input_image_mask": {"image_url": data_url(written.getvalue())}}
    shown = {"type": "input_image", "image_url": data_url(picture("white", (64, 64), kind="PNG"), "image/png")}
    asked = {"role": "user", "content": [{"type": "input_text", "text": "{{draw: red}}"}, shown]}

    result = base64.b64decode(_call(await _drawn(ask, [asked], tools=[tool]))["result"])

    image = Image.open(io.BytesIO(result)).convert("RGB")
    assert (image.getpixel((1, 1)), image.getpixel((60, 1))) == ((214, 40, 40), (255, 255, 255))


async def test_it_goes_on_from_what_it_drew(ask: Asker) -> None:
    item = _call(await _drawn(ask, "draw a white wall"))
    later = [{"role": "user", "content": "draw a white wall"}, item, {"role": "user", "content": "draw it red"}]

    changed = _call(await _drawn(ask, later, tools=[{"type": "image_generation"}]))

    assert (changed["action"], _colour(changed)) == ("edit", "red")


async def test_what_the_safety_system_blocks_is_told_in_the_item(ask: Asker, control: ModelClient) -> None:
    response = await _drawn(ask, "{{draw: a fight}} {{refuse_image: violence}}")

    item = _call(response)
    assert (item["status"], item["result"]) == ("failed", None)
    assert item["error"]["code"] == "moderation_blocked"
    assert item["error"]["moderation_details"]["categories"] == ["violence"]
    assert [request["paid"] for request in await control.requests()] == [1]


@pytest.mark.parametrize(
    ("tool", "param"),
    [
        ({"colour": "red"}, "tools[0].colour"),
        ({"partial_images": 4}, "tools[0].partial_images"),
        ({"quality": "hd"}, "quality"),
        ({"model": "gpt-6-luna"}, "model"),
        ({"size": "17x17"}, "size"),
    ],
)
async def test_what_the_tool_does_not_take_is_refused(
    ask: Asker, control: ModelClient, tool: Json, param: str
) -> None:
    reply = await ask.responses("draw a house", tools=[_TOOL | tool])

    assert (reply.status, reply.error["param"]) == (400, param)
    assert (await control.requests())[0]["paid"] == 0
