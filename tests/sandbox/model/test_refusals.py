"""What is refused: unknown and ill-typed parameters, what a model does not do, wrong keys, what is too long."""

from typing import Any

import pytest

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import Asker, Json

_USER = {"role": "user", "content": "hi"}
_SOL = "gpt-6.2-sol"
_OLD = "gpt-4.1"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"colour": "blue"}, "unknown_parameter", "colour"),
        ({"seed": 1}, "unknown_parameter", "seed"),
        ({"max_tokens": 100}, "unknown_parameter", "max_tokens"),
        ({"input": None}, "missing_required_parameter", "input"),
        ({"model": None}, "missing_required_parameter", "model"),
        ({"temperature": "hot"}, "invalid_type", "temperature"),
        ({"temperature": True}, "invalid_type", "temperature"),
        ({"temperature": 2.5}, "decimal_above_max_value", "temperature"),
        ({"max_output_tokens": 5}, "integer_below_min_value", "max_output_tokens"),
        ({"truncation": "sometimes"}, "invalid_value", "truncation"),
        ({"safety_identifier": "x" * 65}, "string_above_max_length", "safety_identifier"),
        ({"reasoning": {"effort": "huge"}}, "invalid_value", "reasoning.effort"),
        ({"reasoning": {"depth": 1}}, "unknown_parameter", "reasoning.depth"),
        ({"input": [{"role": "robot", "content": "hi"}]}, "invalid_value", "input[0].role"),
        ({"input": [{"role": "user"}]}, "missing_required_parameter", "input[0].content"),
        ({"input": [_USER | {"name": "Ada"}]}, "unknown_parameter", "input[0].name"),
        ({"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}]}, "invalid_value",
         "input[0].content[0].type"),
        ({"tools": [{"type": "function"}]}, "missing_required_parameter", "tools[0].name"),
        ({"text": {"format": {"type": "yaml"}}}, "invalid_value", "text.format.type"),
        ({"stream": None, "stream_options": {"include_obfuscation": False}}, None, "stream_options"),
        ({"stream_options": {"include_usage": True}}, "unknown_parameter", "stream_options.include_usage"),
        ({"temperature": 0.5, "reasoning": {"effort": "low"}}, "unsupported_value", "temperature"),
        ({"model": _SOL}, "unsupported_value", "reasoning.effort"),
        ({"model": _SOL, "reasoning": {"effort": "low"}, "top_p": 0.5}, "unsupported_value", "top_p"),
        ({"model": _OLD}, "unsupported_parameter", "reasoning.effort"),
        ({"previous_response_id": "resp_1"}, "previous_response_not_found", "previous_response_id"),
    ],
)  # fmt: skip
async def test_responses_refuses(ask: Asker, body: Json, code: str | None, param: str) -> None:
    reply = await ask.responses("hi", **body)

    assert reply.status == 400
    assert reply.error["type"] == "invalid_request_error"
    assert (reply.error["code"], reply.error["param"]) == (code, param)
    assert reply.error["message"]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"input": "hi"}, "unknown_parameter", "input"),
        ({"messages": []}, "empty_array", "messages"),
        ({"messages": "hi"}, "invalid_type", "messages"),
        ({"messages": [{"role": "user"}]}, "missing_required_parameter", "messages[0].content"),
        ({"messages": [{"content": "hi"}]}, "missing_required_parameter", "messages[0].role"),
        ({"max_tokens": 100}, "unsupported_parameter", "max_tokens"),
        ({"stop": "."}, "unsupported_parameter", "stop"),
        ({"reasoning": {"effort": "low"}}, "unknown_parameter", "reasoning"),
        ({"model": _SOL}, "unsupported_value", "reasoning_effort"),
        ({"model": _OLD}, "unsupported_parameter", "reasoning_effort"),
        ({"stream": None, "stream_options": {"include_usage": True}}, None, "stream_options"),
        ({"n": 2}, "integer_above_max_value", "n"),
        ({"tools": [{"type": "function", "function": {"name": "clock"}}], "reasoning_effort": "low"}, None,
         "reasoning_effort"),
    ],
)  # fmt: skip
async def test_chat_refuses(ask: Asker, body: Json, code: str | None, param: str) -> None:
    reply = await ask.chat("hi", **body)

    assert reply.status == 400
    assert (reply.error["code"], reply.error["param"]) == (code, param)


@pytest.mark.parametrize(
    "body",
    [
        {"temperature": 0.5, "top_p": 0.9},
        {"model": _OLD, "reasoning": None, "temperature": 1.5},
        {"model": _SOL, "reasoning": {"effort": "max"}},
        {"temperature": None, "user": "ada", "metadata": {"a": "b"}},
        {"include": ["reasoning.encrypted_content"], "parallel_tool_calls": False, "service_tier": "flex"},
    ],
)
async def test_what_the_model_does_is_accepted(ask: Asker, body: Json) -> None:
    assert (await ask.responses("{{say: ok}}", **body)).said == "ok"


async def test_what_is_no_json_is_refused(ask: Asker) -> None:
    headers = {"Authorization": f"Bearer {ask.sandbox.api_key}"}
    async with ask.session.post(f"{ask.sandbox.base_url}/responses", data=b"{", headers=headers) as response:
        assert response.status == 400
        assert "JSON" in (await response.json())["error"]["message"]


async def test_a_wrong_key_is_refused_and_not_repeated(ask: Asker) -> None:
    reply = await ask.post("responses", {"model": "gpt-6-luna", "input": "hi"}, key="sk-mine-0000")

    assert (reply.status, reply.error["code"]) == (401, "invalid_api_key")
    assert "sk-mine" not in reply.text


async def test_no_key_is_refused(ask: Asker) -> None:
    async with ask.session.get(f"{ask.sandbox.base_url}/models") as response:
        assert response.status == 401


@pytest.mark.parametrize("model", ["gpt-2", "gpt-3.5-turbo", "o1"])
async def test_a_model_that_is_unknown_or_gone_is_not_found(ask: Asker, model: str) -> None:
    reply = await ask.responses("hi", model=model, reasoning=None)

    assert (reply.status, reply.error["code"]) == (404, "model_not_found")


async def test_what_does_not_fit_is_refused_unless_it_may_be_cut(ask: Asker, control: ModelClient) -> None:
    await control.set_context("gpt-6-luna", 100)
    long = "word " * 200

    refused = await ask.responses(long)
    in_chat = await ask.chat(long)
    cut = await ask.responses(long, truncation="auto")

    assert (refused.status, refused.error["code"]) == (400, "context_length_exceeded")
    assert (in_chat.status, in_chat.error["param"]) == (400, "messages")
    assert cut.status == 200


async def test_a_parameter_can_be_made_unwelcome(ask: Asker, control: ModelClient) -> None:
    await control.refuse("gpt-6-luna", ["truncation"])

    reply = await ask.responses("hi", truncation="auto")

    assert (reply.error["code"], reply.error["param"]) == ("unsupported_parameter", "truncation")


async def test_an_address_that_is_not_there_is_404(ask: Asker) -> None:
    assert (await ask.post("engines", {})).status == 404


def _nested(depth: int) -> Any:
    return {"deeper": _nested(depth - 1)} if depth else 1


async def test_nonsense_never_breaks_it(ask: Asker) -> None:
    bodies: list[object] = [[], "x", 5, {"input": _nested(50), "model": []}]

    replies = [await ask.post("responses", body) for body in bodies]

    assert [reply.status for reply in replies] == [400, 400, 400, 400]


async def test_what_is_far_too_large_is_refused(ask: Asker) -> None:
    reply = await ask.send("responses", bytes(65 * 1024 * 1024))

    assert (reply.status, reply.error["type"]) == (413, "invalid_request_error")
