"""JSON Schemas as OpenAI's structured outputs want them."""

from collections.abc import Mapping
from typing import Final

from ai.json_values import JsonObject, as_list, as_object

# developers.openai.com/api/docs/guides/structured-outputs: what strict mode knows, and how much of it.
_KNOWN: Final = frozenset(
    {
        "$defs", "$ref", "$schema", "$id", "title", "description", "type", "properties", "required",
        "additionalProperties", "items", "anyOf", "enum", "const", "pattern", "format", "multipleOf", "minimum",
        "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "definitions", "examples",
    }
)  # fmt: skip
_UNSENT: Final = frozenset({"$schema", "$id", "examples"})
_MOST_LEVELS, _MOST_PROPERTIES = 10, 5_000


class _NotStrict(Exception):
    """The schema says something that strict mode cannot."""


def is_object(schema: JsonObject) -> bool:
    """Whether its root is an object, which alone can be asked for."""
    return schema.get("type") == "object" or ("type" not in schema and "properties" in schema)


def strict(schema: JsonObject) -> Mapping[str, object] | None:
    """A copy in which every property is required and no other is allowed; None if that would change its sense.

    What obeys the copy obeys the schema.
    """
    if not is_object(schema) or "anyOf" in schema:
        return None
    counted = [0]
    try:
        return _strict(schema, 0, counted)
    except _NotStrict:
        return None


def _strict(schema: JsonObject, level: int, counted: list[int]) -> JsonObject:
    if not schema.keys() <= _KNOWN or level > _MOST_LEVELS:
        raise _NotStrict
    copy: dict[str, object] = {key: value for key, value in schema.items() if key not in _UNSENT}
    for name in ("$defs", "definitions"):
        if name in copy:
            parts = as_object(copy[name])
            copy[name] = {key: _strict(as_object(part), level, counted) for key, part in parts.items()}
    if "anyOf" in copy:
        copy["anyOf"] = [_strict(as_object(part), level, counted) for part in as_list(copy["anyOf"])]
    if "items" in copy:
        copy["items"] = _strict(as_object(copy["items"]), level + 1, counted)
    if is_object(schema):
        return copy | _closed(schema, level, counted)
    if not copy.keys() & {"type", "$ref", "anyOf", "enum", "const"}:
        raise _NotStrict
    if _may_be_object(schema.get("type")):
        raise _NotStrict
    return copy


def _closed(schema: JsonObject, level: int, counted: list[int]) -> dict[str, object]:
    properties = as_object(schema.get("properties"))
    is_open = schema.get("additionalProperties", False) is not False
    if is_open or not properties or not set(as_list(schema.get("required"))) <= properties.keys():
        raise _NotStrict
    counted[0] += len(properties)
    if counted[0] > _MOST_PROPERTIES:
        raise _NotStrict
    return {
        "type": "object",
        "properties": {key: _strict(as_object(part), level + 1, counted) for key, part in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def _may_be_object(kind: object) -> bool:
    return "object" in as_list(kind)
