"""Schemas of people are read and checked for harm; answers are checked against them, in bounded time."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.schemas import LONGEST_CHECK_SECONDS, MOST_BYTES, SchemaUnusable, check, schema_from
from domain.texts import Text

PERSON = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def _nested(levels: int) -> str:
    return '{"properties":{"a":' * levels + "{}" + "}}" * levels


def _said(text: str) -> str:
    with pytest.raises(SchemaUnusable) as raised:
        schema_from(text)
    sentence = raised.value.text
    assert isinstance(sentence, Text)
    return sentence.message.format_map(sentence.values)


def test_a_schema_is_read_with_or_without_a_fence() -> None:
    text = json.dumps(PERSON)

    assert schema_from(text) == schema_from(f"```json\n{text}\n```") == PERSON


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"type": "object",\n "properties": }', "line 2, column 16"),
        ("", "line 1, column 1"),
        ("[1]", "begins with {"),
        ("true", "begins with {"),
        ('{"minimum": NaN}', "no JSON"),
        ('{"minimum": 1e999}', "no JSON"),
        ('{"type": "objekt"}', "look at type"),
        ('{"properties": {"age": {"type": "int"}}}', "look at properties.age.type"),
        ('{"properties": {"age": {"minimum": "3"}}}', "look at properties.age.minimum"),
        ('{"pattern": "("}', "look at pattern"),
        ('{"patternProperties": {"(": {}}}', "look at pattern"),
        ('{"$ref": "https://example.com/schema.json"}', "look at $ref"),
        ('{"properties": {"a": {"$ref": "other.json#/a"}}}', "look at properties.a.$ref"),
        ('{"$ref": "#/$defs/nothing"}', "look at $ref"),
        ('{"$ref": "#/$defs/0/x", "$defs": []}', "look at"),
        ('{"$ref": "#"}', "without end"),
        ('{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}', "without end"),
        (_nested(60), "more levels"),
        ("[" * 100_000, "too long"),
        ('{"a":' * 12_000, "levels"),
        (json.dumps({"title": "x" * MOST_BYTES}), "at most 64 KB"),
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_used_is_explained(text: str, told: str) -> None:
    assert told in _said(text)


def test_a_schema_may_point_into_itself() -> None:
    tree = {"properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}

    schema = schema_from(json.dumps(tree))

    assert not check('{"children": [{"children": []}]}', schema).problems
    assert check('{"children": [{"children": 5}]}', schema).where == "children.0.children"


def test_a_property_may_be_called_like_a_keyword() -> None:
    odd = {"properties": {"pattern": {"type": "string"}, "$ref": {"type": "string"}}}

    assert schema_from(json.dumps(odd)) == odd


def test_an_older_draft_is_understood_by_its_own_rules() -> None:
    old = {"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 3, "exclusiveMinimum": True}

    assert check("3", schema_from(json.dumps(old))).problems
    assert not check("4", schema_from(json.dumps(old))).problems


@pytest.mark.parametrize(
    "text", ["", "hello", '{"a": 1', "{'a': 1}", "NaN", "[1,]", '{"a": 1e999}', "[" * 200_000]
)
def test_what_is_no_json_is_said_so(text: str) -> None:
    checked = check(text, None)

    assert checked.problems[0].startswith("this is no JSON")
    assert checked.where == ""


def test_a_wrong_answer_is_told_with_its_place() -> None:
    checked = check('{"age": "old"}', PERSON)

    assert checked.where == "age"
    assert "'old' is not of type 'integer'" in checked.problems[0]


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        ({"pattern": "^(a+)+$"}, json.dumps("a" * 60 + "!")),
        ({"patternProperties": {"^(a+)+$": {}}}, json.dumps({"a" * 60 + "!": 1})),
        (
            {
                "$defs": {
                    **{f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 4} for n in range(15)},
                    "d15": {"type": "string"},
                },
                "properties": {"x": {"$ref": "#/$defs/d0"}},
            },
            '{"x": "y"}',
        ),
    ],
)
def test_a_check_that_would_take_for_ever_ends(schema: dict[str, Any], answer: str) -> None:
    began = time.monotonic()

    check(answer, schema_from(json.dumps(schema)))

    assert time.monotonic() - began < LONGEST_CHECK_SECONDS + 1


@given(JSON)
def test_all_json_is_taken_as_it_is(value: object) -> None:
    assert check(json.dumps(value), None).value == value
    assert check(f"```\n{json.dumps(value)}\n```", None).value == value


@given(st.text())
def test_no_answer_is_too_strange_to_be_checked(text: str) -> None:
    checked = check(text, PERSON)

    assert checked.problems or isinstance(checked.value, dict)
