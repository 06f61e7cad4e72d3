"""Servers that are not OpenAI's: legal streams of another look, and lists of models we do not know."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ai.engine import TextEngine
from ai.errors import RouteMissing
from ai.provider import Provider
from domain.errors import AnswerBroken
from domain.events import ToolCalled
from domain.turn import Ending
from tests.ai.asking import OURS, Api, Told, told
from tests.servers import compatible

MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "hello"}]}
CALL = {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"}

DONE = {"type": "response.completed", "response": {"status": "completed"}}
STREAMS: dict[str, list[dict[str, Any]]] = {
    "responses": [{"type": "response.output_text.delta", "delta": "hello"}, DONE],
    "chat": [
        {"choices": [{"delta": {"content": "hello"}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    ],
}


@asynccontextmanager
async def _engine(api: Api, between: str = "", models: Sequence[str] = ()) -> AsyncGenerator[TextEngine]:
    """An engine at a server that writes `between` before each event and lists these models."""

    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/models"):
            return web.json_response({"data": [{"id": model_id} for model_id in models]})
        events = "".join(f"{between}data: {json.dumps(event)}\n\n" for event in STREAMS[api])
        return web.Response(text=events, content_type="text/event-stream")

    async with RawTestServer(serve) as server:
        provider = Provider(str(server.make_url("/v1")), "sk-x", api=api, dialect="openai")
        async with TextEngine.open(provider, OURS) as engine:
            yield engine


@pytest.mark.parametrize(
    "between",
    ["retry: 1000\n\n", "event: ping\n\n", "event: ping\ndata:\n\n", "id: 7\n\n: keepalive\n\n", ": hm\n\n"],
)
async def test_events_without_data_are_none(api: Api, between: str) -> None:
    async with _engine(api, between) as engine:
        assert (await told(engine, "hi")).text == "hello"


@pytest.mark.parametrize(
    ("refusal", "status", "api", "name"),
    [
        ({"error": {"message": "no", "param": "input[1].phase", "code": None}}, 400, "responses", "phase"),
        (
            {"detail": [{"loc": ["body", "safety_identifier"], "msg": "Extra inputs are not permitted"}]},
            422,
            "chat",
            "safety_identifier",
        ),
        (
            {"detail": [{"loc": ["body", "store"], "msg": "Extra inputs are not permitted"}]},
            422,
            "responses",
            "store",
        ),
    ],
)
async def test_other_refusals_are_healed_too(refusal: dict[str, Any], status: int, api: Api, name: str) -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        if f'"{name}"' in await request.text():
            return web.json_response(refusal, status=status)
        events = "".join(f"data: {json.dumps(event)}\n\n" for event in STREAMS[api])
        return web.Response(text=events, content_type="text/event-stream")

    async with RawTestServer(serve) as server:
        provider = Provider(str(server.make_url("/v1")), "sk-x", api=api, dialect="openai")
        async with TextEngine.open(provider, OURS) as engine:
            answer = await told(engine, "hi", "hello", "and now?")

    assert answer.text == "hello"


@pytest.mark.parametrize("chosen", ["auto", "chat"])
async def test_a_server_with_responses_only_is_found_where_nothing_was_chosen(
    chosen: Literal["auto", "chat"],
) -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        if not request.path.endswith("/responses"):
            return web.json_response({"detail": "Not Found"}, status=404)
        events = "".join(f"data: {json.dumps(event)}\n\n" for event in STREAMS["responses"])
        return web.Response(text=events, content_type="text/event-stream")

    async with (
        RawTestServer(serve) as server,
        TextEngine.open(Provider(str(server.make_url("/v1")), "sk-x", api=chosen), OURS) as engine,
    ):
        answers = await asyncio.gather(told(engine, "hi"), told(engine, "you"), return_exceptions=True)

    texts = [answer.text if isinstance(answer, Told) else type(answer) for answer in answers]
    assert texts == (["hello"] * 2 if chosen == "auto" else [RouteMissing] * 2)


async def test_an_answer_without_deltas_is_read_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [{"type": "message", "content": [{"type": "output_text", "text": "hello"}]}]
    whole = {"type": "response.completed", "response": {"status": "completed", "output": said}}
    monkeypatch.setitem(STREAMS, "responses", [whole])

    async with _engine("responses") as engine:
        assert (await told(engine, "hi")).text == "hello"


@pytest.mark.parametrize(
    ("models", "offered"),
    [
        (["gpt-4o-mini", "gpt-4.1"], {"gpt-4o-mini", "gpt-4.1"}),
        (["text-embedding-3-small", "whisper-1", "llama-9"], {"llama-9"}),
        ([f"llama-{number}" for number in range(30)], {f"llama-{number}" for number in range(20)}),
    ],
)
async def test_what_a_server_lists_is_offered_where_nothing_better_is_there(
    models: list[str], offered: set[str]
) -> None:
    async with _engine("chat", models=models) as engine:
        await engine.source.refresh()

        assert {model.id for model in engine.catalogue.of("chat")} == offered


async def _said(**given: Any) -> str:
    async with compatible(**given) as server:
        provider = Provider(server.base_url, "sk-x", api="chat", dialect="plain")
        async with TextEngine.open(provider, OURS) as engine:
            return (await told(engine, "hi", model="llama4:8b")).text


async def test_an_answer_that_ends_without_a_reason_is_whole_when_the_server_is_done() -> None:
    assert await _said(ends_with_reason=False) == "hello"


async def test_an_answer_that_just_ends_is_broken() -> None:
    with pytest.raises(AnswerBroken):
        await _said(ends_with_reason=False, ends_with_done=False)


async def test_nothing_but_an_end_is_no_answer() -> None:
    with pytest.raises(AnswerBroken):
        await _said(ends_with_reason=False, answers=[""])


async def test_a_server_that_does_not_stream_is_read_as_a_whole() -> None:
    assert await _said(streams=False) == "hello"


@pytest.mark.parametrize(
    ("whole", "calls"),
    [
        ({"object": "response", "status": "completed", "output": [MESSAGE]}, []),
        ({"object": "response", "status": "completed", "output": [MESSAGE, CALL]}, ["look"]),
    ],
)
async def test_a_whole_response_is_read_too(whole: dict[str, Any], calls: list[str]) -> None:
    async def serve(_request: web.BaseRequest) -> web.Response:
        return web.json_response(whole)

    async with RawTestServer(serve) as server:
        provider = Provider(str(server.make_url("/v1")), "sk-x", api="responses", dialect="openai")
        async with TextEngine.open(provider, OURS) as engine:
            answer = await told(engine, "hi")

    assert [event.call.name for event in answer.events if isinstance(event, ToolCalled)] == calls
    assert answer.finished.ending is Ending.COMPLETED


async def test_calls_in_a_whole_chat_answer_are_kept_apart() -> None:
    function = [
        {"id": f"c{n}", "type": "function", "function": {"name": f"f{n}", "arguments": "{}"}} for n in (1, 2)
    ]
    message = {"role": "assistant", "content": None, "tool_calls": function}

    async def serve(_request: web.BaseRequest) -> web.Response:
        return web.json_response({"choices": [{"message": message, "finish_reason": "tool_calls"}]})

    async with RawTestServer(serve) as server:
        provider = Provider(str(server.make_url("/v1")), "sk-x", api="chat", dialect="plain")
        async with TextEngine.open(provider, OURS) as engine:
            answer = await told(engine, "hi", model="llama4:8b")

    assert [event.call.name for event in answer.events if isinstance(event, ToolCalled)] == ["f1", "f2"]


async def test_a_list_without_models_changes_nothing() -> None:
    async with _engine("chat", models=["", ""]) as engine:
        before = engine.catalogue

        await engine.source.refresh()

        assert engine.catalogue == before
