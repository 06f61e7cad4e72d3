"""Schemas for strict mode: closed where that keeps their sense, left alone where not."""

from typing import Any

import pytest

from ai.schemas import is_object, strict

WORD = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_every_object_inside_is_closed() -> None:
    schema = _object(pets={"type": "array", "items": _object(name=WORD)}, home={"$ref": "#/$defs/home"})
    schema["$defs"] = {"home": _object(city=WORD)}

    closed: Any = strict(schema)

    inside = [closed, closed["properties"]["pets"]["items"], closed["$defs"]["home"]]
    assert [(one["additionalProperties"], one["required"]) for one in inside] == [
        (False, ["pets", "home"]),
        (False, ["name"]),
        (False, ["city"]),
    ]


def test_what_is_given_is_not_changed() -> None:
    schema = _object(a=WORD)

    strict(schema)

    assert schema == _object(a=WORD)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": WORD},
        _object(),
        _object(a={}),
        _object(a=WORD) | {"additionalProperties": True},
        _object(a=WORD) | {"additionalProperties": WORD},
        _object(a=WORD) | {"required": ["b"]},
        _object(a=WORD) | {"patternProperties": {"^x": WORD}},
        _object(a=WORD) | {"anyOf": [_object(a=WORD)]},
        _object(a={"type": ["object", "null"]}),
        _object(a={"oneOf": [WORD]}),
    ],
)
def test_what_strict_mode_cannot_say_is_left_alone(schema: dict[str, Any]) -> None:
    assert strict(schema) is None


def test_too_many_levels_are_left_alone() -> None:
    schema = _object(a=WORD)
    for _ in range(11):
        schema = _object(a=schema)

    assert strict(schema) is None


def test_an_object_need_not_say_that_it_is_one() -> None:
    assert is_object({"properties": {"a": WORD}})
    assert not is_object({"type": "array"})
