"""Structured answers: JSON mode, and schemas that are kept to."""

import json
from typing import Any

import jsonschema
import pytest

from tests.sandbox.model.asker import Asker, Json

_TEXT: Json = {"type": "string"}


def _closed(**properties: Any) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _wanted(schema: Json, name: str = "review") -> Json:
    return {"format": {"type": "json_schema", "name": name, "strict": True, "schema": schema}}


async def test_json_mode_answers_in_json(ask: Asker) -> None:
    reply = await ask.responses("as JSON {{say: hello}}", text={"format": {"type": "json_object"}})

    assert json.loads(reply.said) == {"answer": "hello"}


async def test_json_mode_wants_the_word(ask: Asker) -> None:
    reply = await ask.chat("{{say: hello}}", response_format={"type": "json_object"})

    assert (reply.status, reply.error["param"]) == (400, "messages")


async def test_a_schema_is_filled(ask: Asker) -> None:
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string"}, "stars": {"type": "integer"}, "kind": {"enum": ["a", "b"]}},
        "required": ["title", "stars", "kind"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "name": "review", "strict": True, "schema": schema}

    reply = await ask.responses("{{say: hello}}", text={"format": wanted})

    assert json.loads(reply.said) == {"title": "hello", "stars": 1, "kind": "a"}


async def test_a_strict_schema_must_be_closed(ask: Asker) -> None:
    wanted = {"type": "json_schema", "name": "review", "strict": True, "schema": {"type": "object"}}

    reply = await ask.responses("hi", text={"format": wanted})

    assert (reply.status, reply.error["code"]) == (400, "invalid_json_schema")


async def test_the_word_in_the_instructions_does_not_count(ask: Asker) -> None:
    wanted = {"format": {"type": "json_object"}}

    reply = await ask.responses("hello", instructions="Answer in JSON.", text=wanted)

    assert (reply.status, reply.error["param"]) == (400, "input")


@pytest.mark.parametrize(
    "schema",
    [
        _closed(when={"type": "string", "format": "date"}, mail={"type": "string", "format": "email"}),
        _closed(many={"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 2}),
        _closed(
            maybe={"anyOf": [{"type": "null"}, _TEXT]},
            kind={"enum": ["a", "b"]},
            old={"type": ["string", "null"]},
        ),
        _closed(child={"$ref": "#/$defs/node"})
        | {
            "$defs": {"node": _closed(name=_TEXT, next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})}
        },
    ],
)
async def test_the_answer_fits_the_schema(ask: Asker, schema: Json) -> None:
    reply = await ask.responses("{{say: hello}}", text=_wanted(schema))

    jsonschema.validate(json.loads(reply.said), schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array", "items": _TEXT}, "type: \"object\""),
        (_closed(a=_TEXT) | {"anyOf": [_closed()]}, "anyOf"),
        (_closed(a=_TEXT) | {"required": list[str]()}, "Missing 'a'"),
        (_closed(a=_TEXT) | {"required": ["a", "b"]}, "'b'"),
        (_closed(a=_closed(b=_TEXT) | {"additionalProperties": True}), "('properties', 'a')"),
        (_closed(a={"type": "array", "items": {"type": "object"}}), "('properties', 'a', 'items')"),
        (_closed(a={"type": "array"}), "items"),
        (_closed(a={"description": "anything"}), "'type'"),
        (_closed(a={"type": "string", "format": "uri"}), "'uri'"),
        (_closed(a={"oneOf": [_TEXT]}), "'oneOf' is not permitted"),
        (_closed(a={"type": "string", "default": "b"}), "'default' is not permitted"),
        (_closed(a=_TEXT, b={"enum": [str(number) for number in range(1_001)]}), "1001 enum values"),
        (_closed(**{f"name{number}": _TEXT for number in range(5_001)}), "5001 properties"),
        (_closed(**{"n" * 60_001: _TEXT, "m" * 60_000: _TEXT}), "120001 characters"),
    ],
)  # fmt: skip
async def test_a_strict_schema_is_closed_small_and_plain(ask: Asker, schema: Json, words: str) -> None:
    reply = await ask.responses("hi", text=_wanted(schema))

    assert (reply.status, reply.error["code"]) == (400, "invalid_json_schema")
    assert reply.error["param"] == "text.format.schema"
    assert words in reply.error["message"]


async def test_a_strict_schema_is_ten_levels_deep_at_most(ask: Asker) -> None:
    schema = _closed(a=_TEXT)
    for _ in range(9):
        schema = _closed(a=schema)

    assert (await ask.responses("{{say: hi}}", text=_wanted(schema))).status == 200
    assert (await ask.responses("{{say: hi}}", text=_wanted(_closed(a=schema)))).status == 400


async def test_a_schema_needs_a_plain_name(ask: Asker) -> None:
    reply = await ask.responses("hi", text=_wanted(_closed(), "my review"))

    assert (reply.status, reply.error["param"]) == (400, "text.format.name")


async def test_a_strict_function_follows_the_same_rules(ask: Asker) -> None:
    parameters: Json = {"type": "object", "properties": {"city": _TEXT}}
    flat: Json = {"type": "function", "name": "clock", "strict": True, "parameters": parameters}
    nested: Json = {
        "type": "function",
        "function": {"name": "clock", "strict": True, "parameters": parameters},
    }

    responses = await ask.responses("hi", tools=[flat])
    chat = await ask.chat("hi", tools=[nested])

    assert responses.error["code"] == chat.error["code"] == "invalid_function_parameters"
    assert responses.error["param"] == "tools[0].parameters"
    assert chat.error["param"] == "tools[0].function.parameters"
    assert (await ask.responses("hi", tools=[{**flat, "strict": False}])).status == 200
