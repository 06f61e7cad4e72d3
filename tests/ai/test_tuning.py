"""What people chose about an answer: each model is told what it takes, in the words of its protocol."""

import json
from typing import Any

import pytest

from ai.engine import TextEngine
from ai.provider import Provider
from domain.catalogue import Model
from domain.run import AnswerFormat, Tuning
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, Api, catalogue_of, engine_at, told
from tests.servers import CompatibleServer, compatible

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}
BODY = dict[str, Any]


async def _body(engine: TextEngine, model: ModelClient, model_id: str, **fields: Any) -> BODY:
    answer = await told(engine, "hi", model=model_id, **fields)
    assert answer.text
    return dict((await model.requests())[-1]["body"])


def _engine_at(server: CompatibleServer) -> Any:
    provider = Provider(server.base_url, "sk-x", api="chat", dialect="plain")
    return TextEngine.open(provider, OURS)


async def test_an_effort_and_a_verbosity_are_sent(engine: TextEngine, model: ModelClient, api: Api) -> None:
    body = await _body(engine, model, "gpt-6-luna", tuning=Tuning(effort="high", verbosity="low"))

    if_responses = (body.get("reasoning"), body.get("text"))
    if_chat = (body.get("reasoning_effort"), body.get("verbosity"))
    expected = {"responses": ({"effort": "high"}, {"verbosity": "low"}), "chat": ("high", "low")}
    assert {"responses": if_responses, "chat": if_chat}[api] == expected[api]


@pytest.mark.parametrize(
    ("model_id", "tuning", "sent"),
    [
        ("gpt-6-luna", Tuning(temperature=0.3), 0.3),
        ("gpt-6-luna", Tuning(temperature=0.3, effort="low"), None),
        ("gpt-6.1-terra", Tuning(temperature=0.3), None),
        ("gpt-6.1-terra", Tuning(temperature=0.3, effort="none"), 0.3),
        ("gpt-6.2-sol", Tuning(temperature=0.3), None),
        ("gpt-4o", Tuning(temperature=0.3), 0.3),
    ],
)
async def test_a_temperature_is_sent_where_the_model_takes_one(
    engine: TextEngine, model: ModelClient, model_id: str, tuning: Tuning, sent: float | None
) -> None:
    body = await _body(engine, model, model_id, tuning=tuning)

    assert body.get("temperature") == sent


async def test_an_effort_that_a_model_lacks_leaves_its_usual_one(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    async with engine_at(sandbox) as engine:
        body = await _body(engine, model, "gpt-6.2-sol", tuning=Tuning(effort="none"))

    assert body["reasoning"] == {"effort": "low"}


async def test_a_length_is_narrowed(engine: TextEngine, model: ModelClient) -> None:
    body = await _body(engine, model, "gpt-6-luna", tuning=Tuning(max_output_tokens=500))

    assert 500 in (body.get("max_output_tokens"), body.get("max_completion_tokens"))


async def test_a_seed_is_sent_where_the_protocol_has_one(
    engine: TextEngine, model: ModelClient, api: Api
) -> None:
    body = await _body(engine, model, "gpt-6-luna", tuning=Tuning(seed=10086))

    assert body.get("seed") == {"responses": None, "chat": 10086}[api]
    assert engine.limits(OURS.models["gpt-6-luna"]).seed is (api == "chat")


async def test_a_refused_seed_is_not_offered_any_more(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.refuse("gpt-6-luna", ["seed"])
    async with engine_at(sandbox, "chat") as engine:
        before = engine.limits(OURS.models["gpt-6-luna"]).seed

        await told(engine, "hi", tuning=Tuning(seed=1))

        assert before
        assert not engine.limits(OURS.models["gpt-6-luna"]).seed


async def test_a_fingerprint_is_told() -> None:
    async with compatible(fingerprint="fp_1") as server, _engine_at(server) as engine:
        answer = await told(engine, "hi", model="llama4:8b", tuning=Tuning(seed=7))

    assert server.asked[-1]["seed"] == 7
    assert answer.finished.fingerprint == "fp_1"


async def test_json_is_asked_for_in_words_and_by_parameter(engine: TextEngine, model: ModelClient) -> None:
    answer = await told(engine, "{{say: 4}}", format=AnswerFormat())

    assert json.loads(answer.text) == {"answer": "4"}


async def test_a_schema_is_closed_for_strict_mode(engine: TextEngine, model: ModelClient, api: Api) -> None:
    answer = await told(engine, "{{say: Ada}}", format=AnswerFormat(PERSON, "person"))

    body = (await model.requests())[-1]["body"]
    format_ = body["text"]["format"] if api == "responses" else body["response_format"]["json_schema"]
    assert json.loads(answer.text) == {"name": "Ada", "age": 1}
    assert (format_["name"], format_["strict"]) == ("person", True)
    assert format_["schema"]["required"] == ["name", "age"]
    assert format_["schema"]["additionalProperties"] is False


async def test_a_schema_that_strict_mode_lacks_is_asked_for_loosely(
    engine: TextEngine, model: ModelClient, api: Api
) -> None:
    open_ended = {"type": "object", "properties": {"a": {"type": "string"}}, "minProperties": 1}

    await told(engine, "hi", format=AnswerFormat(open_ended))

    body = (await model.requests())[-1]["body"]
    format_ = body["text"]["format"] if api == "responses" else body["response_format"]["json_schema"]
    assert (format_["strict"], format_["schema"]) == (False, open_ended)


async def test_a_refused_schema_is_asked_for_in_words(engine: TextEngine, model: ModelClient, api: Api) -> None:
    path = "/v1/responses" if api == "responses" else "/v1/chat/completions"
    await model.fault(path=path, times=2, status=400, code="invalid_json_schema", message="Invalid schema")

    answer = await told(engine, "hi", format=AnswerFormat(PERSON))

    requests = await model.requests()
    assert [request["status"] for request in requests] == [400, 400, 200]
    assert '"required": ["name"]' in json.dumps(requests[-1]["body"]).replace('\\"', '"')
    assert "answer" in json.loads(answer.text)


async def test_a_server_that_refuses_formats_is_told_in_words() -> None:
    async with (
        compatible(refuses=frozenset({"response_format"}), answers=['{"name": "Ada"}']) as server,
        _engine_at(server) as engine,
    ):
        answer = await told(engine, "who?", model="llama4:8b", format=AnswerFormat(PERSON))

    assert answer.text == '{"name": "Ada"}'
    assert "response_format" not in server.asked[-1]
    assert '"age"' in server.asked[-1]["messages"][-1]["content"]


async def test_an_array_is_asked_for_in_words_only(engine: TextEngine, model: ModelClient, api: Api) -> None:
    await told(engine, "hi", format=AnswerFormat({"type": "array", "items": {"type": "string"}}))

    body = (await model.requests())[-1]["body"]
    assert "response_format" not in body
    assert "text" not in body


async def test_a_compatible_server_is_sent_nothing_that_nobody_chose() -> None:
    async with compatible() as server, _engine_at(server) as engine:
        await told(engine, "hi", model="llama4:8b")

    assert set(server.asked[-1]) == {"model", "messages", "max_tokens", "stream", "stream_options"}


async def test_an_operators_efforts_are_sent_to_a_compatible_server_when_chosen() -> None:
    thinker = Model("thinker", "chat", "T", efforts=("low", "high"))
    async with compatible() as server:
        provider = Provider(server.base_url, "sk-x", api="chat", dialect="plain")
        async with TextEngine.open(provider, catalogue_of(thinker)) as engine:
            await told(engine, "hi", model="thinker", tuning=Tuning(effort="high"))

    assert server.asked[-1]["reasoning_effort"] == "high"
