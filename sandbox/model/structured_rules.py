"""Which JSON may be asked for: JSON mode wants its word, a strict schema has to be closed, small and plain."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.model.asked import Asked
from sandbox.model.errors import ApiError, invalid
from sandbox.model.values import Json, as_list, as_object, as_text

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_DEEPEST = 10
_MOST_PROPERTIES, _MOST_CHOICES = 5_000, 1_000
_MOST_CHARACTERS = 120_000  # of all names and choices together
_LONG_CHOICES, _MOST_CHARACTERS_OF_CHOICES = 250, 15_000
_NOT_PERMITTED = (
    "allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "oneOf", "patternProperties",
    "unevaluatedProperties", "propertyNames", "minProperties", "maxProperties", "unevaluatedItems", "contains",
    "minContains", "maxContains", "uniqueItems", "prefixItems", "default",
)  # fmt: skip
_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
_KEYS = ("type", "enum", "const", "anyOf", "$ref")  # one of them says what a value is


def check_format(asked: Asked) -> None:
    """Raises what cannot be a format of the answer."""
    wanted = asked.format or {}
    in_chat = "messages" in asked.body
    if wanted.get("type") == "json_object" and "json" not in _words(asked, in_chat=in_chat).lower():
        raise _unannounced(in_chat=in_chat)
    if wanted.get("type") != "json_schema":
        return
    place = "response_format" if in_chat else "text.format"
    name = as_text(wanted.get("name"))
    if not _NAME.fullmatch(name):
        message = f"Invalid '{place}.name': string does not match pattern '^[a-zA-Z0-9_-]+$'."
        raise invalid(f"{place}.name", message)
    if wanted.get("strict") is True:
        _Strict(f"response_format '{name}'", f"{place}.schema", "invalid_json_schema").check(
            wanted.get("schema")
        )


def check_tools(asked: Asked) -> None:
    """Raises what cannot be a strict function. In chat a function is one level deeper."""
    for index, tool in enumerate(as_object(one) for one in as_list(asked.body.get("tools"))):
        inner = as_object(tool.get("function")) or tool
        path = f"tools[{index}].function" if inner is not tool else f"tools[{index}]"
        if inner.get("strict") is True and (inner is not tool or tool.get("type") == "function"):
            what = f"function '{as_text(inner.get('name'))}'"
            _Strict(what, f"{path}.parameters", "invalid_function_parameters").check(inner.get("parameters"))


def _words(asked: Asked, *, in_chat: bool) -> str:
    """Where the word has to stand: in the messages. Instructions of Responses are none."""
    given = json.dumps(asked.body.get("messages" if in_chat else "input"), ensure_ascii=False)
    return " ".join([given, *(message.text for message in asked.messages)])


def _unannounced(*, in_chat: bool) -> ApiError:
    if in_chat:
        wanted = "to use 'response_format' of type 'json_object'"
        return ApiError(
            400, f"'messages' must contain the word 'json' in some form, {wanted}.", None, "messages"
        )
    message = (
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
        "'json_object'."
    )
    return ApiError(400, message, None, "input")


@dataclass(frozen=True, slots=True)
class _Strict:
    """The rules of a strict schema; `what` it is for, at a `param`, refused with a `code`."""

    what: str
    param: str
    code: str

    def check(self, schema: object) -> None:
        root = as_object(schema)
        if root.get("type") != "object" or "anyOf" in root:
            raise self._no(
                (), "schema must be a JSON Schema of 'type: \"object\"', without 'anyOf' at its root."
            )
        for context, part in _parts(root, ()):
            self._check_part(context, part)
        self._check_size(root)

    def _check_part(self, context: tuple[str, ...], part: Json) -> None:
        for name in _NOT_PERMITTED:
            if name in part:
                raise self._no(context, f"'{name}' is not permitted.")
        if context and not any(name in part for name in _KEYS):
            raise self._no(context, "schema must have a 'type' key.")
        if part.get("format", _FORMATS[0]) not in _FORMATS:
            raise self._no(context, f"'{part['format']}' is not a valid format.")
        if part.get("type") == "array" and "items" not in part:
            raise self._no(context, "array schema missing items.")
        if "object" in (part.get("type"), *as_list(part.get("type"))):
            self._check_object(context, part)
        self._check_choices(context, part)

    def _check_object(self, context: tuple[str, ...], part: Json) -> None:
        if part.get("additionalProperties") is not False:
            raise self._no(context, "'additionalProperties' is required to be supplied and to be false.")
        required = as_list(part.get("required"))
        missing = [name for name in as_object(part.get("properties")) if name not in required]
        if missing:
            raise self._no(
                context,
                "'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing '{missing[0]}'.",
            )
        if extra := [name for name in required if name not in as_object(part.get("properties"))]:
            raise self._no(context, f"'required' names '{extra[0]}', which is not in properties.")

    def _check_choices(self, context: tuple[str, ...], part: Json) -> None:
        choices = as_list(part.get("enum"))
        characters = sum(len(str(choice)) for choice in choices)
        if len(choices) > _LONG_CHOICES and characters > _MOST_CHARACTERS_OF_CHOICES:
            raise self._no(context, f"enum exceeds {_MOST_CHARACTERS_OF_CHOICES} characters.")

    def _check_size(self, root: Json) -> None:
        parts = list(_parts(root, ()))
        names = [name for _, part in parts for name in as_object(part.get("properties"))]
        choices = [str(choice) for _, part in parts for choice in as_list(part.get("enum"))]
        deepest = max(sum(step in ("properties", "items") for step in context) for context, _ in parts)
        if len(names) > _MOST_PROPERTIES:
            raise self._no((), f"schema has {len(names)} properties, more than {_MOST_PROPERTIES}.")
        if deepest > _DEEPEST:
            raise self._no((), f"schema is {deepest} levels deep, more than {_DEEPEST}.")
        if len(choices) > _MOST_CHOICES:
            raise self._no((), f"schema has {len(choices)} enum values, more than {_MOST_CHOICES}.")
        if (characters := sum(map(len, (*names, *choices)))) > _MOST_CHARACTERS:
            raise self._no(
                (), f"schema has {characters} characters in its names, more than {_MOST_CHARACTERS}."
            )

    def _no(self, context: tuple[str, ...], why: str) -> ApiError:
        return invalid(self.param, f"Invalid schema for {self.what}: In context={context}, {why}", self.code)


def _parts(schema: Json, context: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    """The schema and all in it, each with where it stands."""
    yield context, schema
    for name in ("properties", "$defs", "definitions"):
        for inner, part in as_object(schema.get(name)).items():
            yield from _parts(as_object(part), (*context, name, inner))
    if "items" in schema:
        yield from _parts(as_object(schema["items"]), (*context, "items"))
    for number, part in enumerate(as_list(schema.get("anyOf"))):
        yield from _parts(as_object(part), (*context, "anyOf", str(number)))
