"""Pictures and files go to the model as they are; one that cannot see is replaced for that prompt."""

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ai.engine import TextEngine
from ai.json_values import as_list, as_object
from ai.provider import Provider
from domain.catalogue import Model, Vision
from domain.engine import PromptMessage
from domain.errors import NobodySees, PictureRefused, PromptRefused, Unreadable
from domain.events import ModelReplaced
from domain.media import Detail
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, OURS, Api, Told, catalogue_of, engine_at, noting, told
from tests.ai.pictures import document, picture, showing
from tests.ai.test_other_servers import STREAMS

TERRA = "gpt-6.1-terra"


async def _told(engine: TextEngine, *messages: PromptMessage, model: str = LUNA) -> Told:
    return await told(engine, model=model, messages=messages)


async def test_the_model_sees_all_pictures_in_order(
    engine: TextEngine, model: ModelClient, tmp_path: Path
) -> None:
    red, blue = await picture(tmp_path, "red"), await picture(tmp_path, "blue", size=(300, 200))

    answer = await _told(engine, showing("what is on them?", red, blue))

    assert "640×480, mostly red" in answer.text
    assert "300×200, mostly blue" in answer.text
    assert answer.text.index("red") < answer.text.index("blue")
    assert [request["status"] for request in await model.requests()] == [200]


@pytest.mark.parametrize("detail", list(Detail))
async def test_the_detail_is_asked_for(
    engine: TextEngine, model: ModelClient, tmp_path: Path, detail: Detail
) -> None:
    await _told(engine, showing("hm?", await picture(tmp_path, detail=detail)))

    assert f'"detail": "{detail}"' in json.dumps((await model.requests())[0]["body"])


async def test_a_picture_needs_no_words(engine: TextEngine, tmp_path: Path) -> None:
    assert "mostly red" in (await _told(engine, showing("", await picture(tmp_path)))).text


async def test_documents_come_with_their_name(engine: TextEngine, model: ModelClient, tmp_path: Path) -> None:
    await _told(engine, showing("read it", files=(await document(tmp_path),)))

    request = (await model.requests())[0]
    assert request["status"] == 200
    assert "My plan.pdf" in json.dumps(request["body"])


async def test_pictures_of_earlier_messages_are_sent_again(engine: TextEngine, tmp_path: Path) -> None:
    shown = showing("look", await picture(tmp_path))

    answer = await _told(engine, shown, PromptMessage("assistant", "I see."), PromptMessage("user", "and?"))

    assert answer.finished.usage.input_tokens >= 15 * 20  # patches of 32 pixels


async def test_every_byte_arrives(api: Api, tmp_path: Path) -> None:
    content = bytes(range(256)) * 2_111 + b"end"  # more than one piece, and no multiple of three
    async with _server(api) as (engine, bodies):
        await _told(engine, showing('a "quote" \\ and 👋', files=(await document(tmp_path, content),)))

    head, _, encoded = _found(bodies[0], "file_data").partition(",")
    assert head == "data:application/pdf;base64"
    assert base64.b64decode(encoded, validate=True) == content
    assert _found(bodies[0], "text") == 'a "quote" \\ and 👋'


async def test_text_alone_is_sent_as_a_string(engine: TextEngine, model: ModelClient, api: Api) -> None:
    await told(engine, "hi")

    body = (await model.requests())[0]["body"]
    assert body["input" if api == "responses" else "messages"][-1] == {"role": "user", "content": "hi"}


async def test_other_servers_get_the_picture_and_nothing_more(tmp_path: Path) -> None:
    async with _server("chat", dialect="plain") as (engine, bodies):
        await _told(engine, showing("look", await picture(tmp_path, detail=Detail.LOW)))

    text, image = bodies[0]["messages"][-1]["content"]
    assert text == {"type": "text", "text": "look"}
    assert set(image["image_url"]) == {"url"}


async def test_a_lost_connection_sends_the_pictures_again(
    engine: TextEngine, model: ModelClient, tmp_path: Path
) -> None:
    await model.fault(kind="reset")

    assert "mostly red" in (await _told(engine, showing("?", await picture(tmp_path)))).text


async def test_a_healed_request_has_the_pictures_too(
    engine: TextEngine, model: ModelClient, tmp_path: Path
) -> None:
    await model.refuse(LUNA, ["store"])

    assert "mostly red" in (await _told(engine, showing("?", await picture(tmp_path)))).text


async def test_a_picture_that_is_gone_is_told(engine: TextEngine, model: ModelClient, tmp_path: Path) -> None:
    gone = replace(await picture(tmp_path), path=tmp_path / "gone.jpg")

    with pytest.raises(Unreadable):
        await _told(engine, showing("?", gone))

    assert await model.requests() == []


async def test_a_picture_that_is_none_is_told(engine: TextEngine, tmp_path: Path) -> None:
    broken = await picture(tmp_path)
    (broken.path or tmp_path).write_bytes(b"\xff\xd8\xff\xe0 nothing")

    with pytest.raises(PictureRefused):
        await _told(engine, showing("?", broken))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("image_too_large", PictureRefused),
        ("image_parse_error", PictureRefused),
        ("unsupported_image_media_type", PictureRefused),
        ("image_content_policy_violation", PromptRefused),
    ],
)
async def test_refused_pictures_are_told_by_code(
    engine: TextEngine, model: ModelClient, tmp_path: Path, code: str, error: type[Exception]
) -> None:
    await model.fault(status=400, code=code, param="input[0].content[1].image_url", message="image no good")

    with pytest.raises(error):
        await _told(engine, showing("?", await picture(tmp_path)))


async def test_a_model_known_to_be_blind_is_replaced_before_it_is_asked(
    engine: TextEngine, model: ModelClient, tmp_path: Path
) -> None:
    engine.source.availability.blind(TERRA)

    answer = await _told(engine, showing("?", await picture(tmp_path)), model=TERRA)

    assert answer.replacements == [ModelReplaced(TERRA, "gpt-6.2-sol", "blind")]
    assert [request["body"]["model"] for request in await model.requests()] == ["gpt-6.2-sol"]


async def test_a_blind_model_answers_text_itself(engine: TextEngine) -> None:
    engine.source.availability.blind(TERRA)

    answer = await told(engine, "{{say: fine}}", model=TERRA)

    assert (answer.text, answer.replacements) == ("fine", [])


async def test_a_model_that_turns_out_blind_is_replaced_and_not_shown_pictures_again(
    engine: TextEngine, model: ModelClient, tmp_path: Path
) -> None:
    await model.set_vision(LUNA, sees=False)
    shown = showing("?", await picture(tmp_path))
    first = await _told(engine, shown)
    await model.clear()

    second = await _told(engine, shown)

    assert first.replacements == second.replacements == [ModelReplaced(LUNA, "gpt-5.6-luna", "blind")]
    assert [request["body"]["model"] for request in await model.requests()] == ["gpt-5.6-luna"]
    assert engine.catalogue.models[LUNA].vision is None


async def test_blindness_is_no_reason_to_tell_the_admin(
    sandbox: ModelSandbox, model: ModelClient, api: Api, tmp_path: Path
) -> None:
    told_of: list[tuple[str, str]] = []
    await model.set_vision(LUNA, sees=False)

    async with engine_at(sandbox, api, on_model_gone=noting(told_of)) as engine:
        await _told(engine, showing("?", await picture(tmp_path)))

    assert told_of == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "At most 0 image(s) may be provided in one prompt."),
        (400, "llama is not a multimodal model"),
        (500, "image input is not supported - hint: you may need to provide the mmproj"),
        (404, "No endpoints found that support image input"),
        (400, "This model does not support images"),
        (422, "messages[1]: unknown variant `image_url`, expected `text`"),
        (500, "Failed to create new sequence: this model is missing data required for image input"),
    ],
)
async def test_other_servers_say_in_other_words_that_a_model_is_blind(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path, status: int, message: str
) -> None:
    await model.fault(status=status, message=message)

    async with engine_at(sandbox, "chat") as engine:
        answer = await _told(engine, showing("?", await picture(tmp_path)))

    assert answer.replacements == [ModelReplaced(LUNA, "gpt-5.6-luna", "blind")]


async def test_where_nobody_sees_that_is_told(sandbox: ModelSandbox, api: Api, tmp_path: Path) -> None:
    only = Model("gpt-6-luna", "chat", "Luna", is_default=True)

    async with engine_at(sandbox, api, catalogue=catalogue_of(only)) as engine:
        with pytest.raises(NobodySees):
            await _told(engine, showing("?", await picture(tmp_path)))


async def test_files_go_to_a_model_that_reads_them(sandbox: ModelSandbox, api: Api, tmp_path: Path) -> None:
    sees = Model("gpt-6-luna", "chat", "Luna", vision=Vision(), is_default=True)
    reads = Model("gpt-6.1-terra", "chat", "Terra", vision=Vision(), reads_files=True)

    async with engine_at(sandbox, api, catalogue=catalogue_of(sees, reads)) as engine:
        answer = await _told(engine, showing("?", files=(await document(tmp_path),)))

    assert answer.finished.model == reads.id


@asynccontextmanager
async def _server(api: Api, **given: Any) -> AsyncGenerator[tuple[TextEngine, list[dict[str, Any]]]]:
    """An engine at a server that keeps the whole bodies, which the sandbox shortens."""
    bodies: list[dict[str, Any]] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        assert request.content_length is not None
        bodies.append(await request.json())
        events = "".join(f"data: {json.dumps(event)}\n\n" for event in STREAMS[api])
        return web.Response(text=events, content_type="text/event-stream")

    chosen: dict[str, Any] = {"api": api, "dialect": "openai"} | given
    async with (
        RawTestServer(serve) as server,
        TextEngine.open(Provider(str(server.make_url("/v1")), "sk-x", **chosen), OURS) as engine,
    ):
        yield engine, bodies


def _found(value: object, name: str) -> str:
    """The first field of that name, wherever it is."""
    fields = as_object(value)
    if name in fields:
        return str(fields[name])
    parts = (*fields.values(), *as_list(value))
    return next((found for part in parts if (found := _found(part, name))), "")
