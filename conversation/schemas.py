"""JSON that people and models write: schemas read and checked for harm, answers checked against them.

All of it works, for at most `LONGEST_CHECK_SECONDS`, so it belongs in a thread.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, cast

import regex
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from domain.errors import UserFacingError
from domain.texts import Sentence, Text

log = logging.getLogger(__name__)

MOST_BYTES: Final = 64 * 1024
LONGEST_CHECK_SECONDS: Final = 2.0

_MOST_LEVELS = 40
_MOST_PROBLEMS, _LONGEST_PROBLEM = 5, 300
_LONGEST_PATTERN_SECONDS = 0.2
_FENCE = regex.compile(r"\s*(`{3,})[a-zA-Z]*\s*\n(.*?)\n?\s*\1\s*", regex.DOTALL)
_NO_SCHEMAS = frozenset({"enum", "const", "default", "examples"})  # what stands there is no schema
_NOTHING: tuple[object, ...] = ({}, [], "", 0)

# What a schema that only looks like one may do to the checking.
_STUMBLES = (RecursionError, Unresolvable, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
_untyped = cast("Any", validators)
_NO_REGISTRY = cast("Any", Registry)()  # nothing is fetched

Schema = Mapping[str, object]


class SchemaUnusable(UserFacingError):
    """`text` says what is wrong with it, and where."""

    text = Text("That is no JSON Schema.")
    may_pass = False


class _TooLong(Exception):
    """The check takes longer than it may."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`value` is what the text says. With `problems`, in English for the model, it is not what was wanted.

    `where` is the place of the first problem, empty where there is no JSON at all.
    """

    value: object = None
    problems: tuple[str, ...] = ()
    where: str = ""


def schema_from(text: str) -> Schema:
    """The JSON Schema in a text, a code fence around it or not. Raises `SchemaUnusable`."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _unusable(
            Text("That schema is too long: at most {most} KB, please.", most=MOST_BYTES // 1024), "size"
        )
    schema = _parsed_schema(unfenced(text))
    for path, part in _walked(schema, ()):
        _check_part(schema, path, part)
    try:
        _kind(schema).check_schema(schema)
    except SchemaError as error:
        raise _mistake_at(error.absolute_path) from None
    except RecursionError:
        raise _too_deep() from None
    for example in _NOTHING:
        _try_out(schema, example)
    return schema


def check(text: str, schema: Schema | None) -> Checked:
    """Whether an answer is JSON, and obeys the schema where there is one."""
    try:
        value = _loaded(unfenced(text))
    except json.JSONDecodeError as error:
        return Checked(problems=(f"this is no JSON: {error.msg} at line {error.lineno}, column {error.colno}",))
    except (ValueError, RecursionError) as error:
        return Checked(problems=(f"this is no JSON: {type(error).__name__}",))
    if schema is None:
        return Checked(value)
    try:
        problems = _problems(schema, value)
    except _TooLong:
        return Checked(value, ("checking it against the schema takes too long",), "$")
    except _STUMBLES as error:
        log.info("an answer could not be checked: %s", type(error).__name__)
        return Checked(value, (f"it cannot be checked against the schema: {type(error).__name__}",), "$")
    told = tuple(f"at {_place(one.absolute_path)}: {one.message[:_LONGEST_PROBLEM]}" for one in problems)
    return Checked(value, told, _place(problems[0].absolute_path) if problems else "")


def unfenced(text: str) -> str:
    """Without the code fence around it."""
    match = _FENCE.fullmatch(text)
    return match[2] if match else text.strip()


def _parsed_schema(text: str) -> Schema:
    try:
        schema = _loaded(text)
    except json.JSONDecodeError as error:
        sentence = Text(
            "That is no JSON: look at line {line}, column {column}.", line=error.lineno, column=error.colno
        )
        raise _unusable(sentence, error.msg) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _unusable(Text("That is no JSON."), str(error)) from None
    if not isinstance(schema, dict):
        raise _unusable(Text("A JSON Schema is an object: it begins with {brace}.", brace="{"), "no object")
    return cast("Schema", schema)


def _loaded(text: str) -> object:
    return json.loads(text, parse_constant=_no_number, parse_float=_finite)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number that is too large")
    return number


def _walked(part: object, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], Schema]]:
    """Every object in it that may be a schema, with its place. Raises `SchemaUnusable` for too many levels."""
    if len(path) > _MOST_LEVELS:
        raise _too_deep()
    if isinstance(part, dict):
        fields = cast("Schema", part)
        yield path, fields
        for name, inner in fields.items():
            if name not in _NO_SCHEMAS:
                yield from _walked(inner, (*path, name))
    elif isinstance(part, list):
        for index, inner in enumerate(cast("list[object]", part)):
            yield from _walked(inner, (*path, index))


def _check_part(root: Schema, path: tuple[object, ...], part: Schema) -> None:
    for name in ("$ref", "$dynamicRef", "$recursiveRef"):
        reference = part.get(name)
        if isinstance(reference, str) and not _is_inside(root, reference):
            raise _unusable(
                Text(
                    "The schema points at something that is not in it: look at {where}. "
                    "I do not fetch schemas from the net.",
                    where=_place((*path, name)),
                ),
                f"{name} out of the schema",
            )
    named = part.get("patternProperties")
    patterns = [part.get("pattern"), *(cast("Schema", named) if isinstance(named, dict) else ())]
    for pattern in patterns:
        if isinstance(pattern, str):
            try:
                regex.compile(pattern)
            except (regex.error, RecursionError, OverflowError):
                raise _mistake_at((*path, "pattern")) from None


def _is_inside(root: Schema, reference: str) -> bool:
    if not reference.startswith("#/"):
        return reference.startswith("#")
    part: object = root
    for word in reference[2:].split("/"):
        name = word.replace("~1", "/").replace("~0", "~")
        if isinstance(part, dict):
            part = cast("Schema", part).get(name)
        elif isinstance(part, list) and name.isdecimal() and len(name) < 6:
            items = cast("list[object]", part)
            part = items[int(name)] if int(name) < len(items) else None
        else:
            return False
    return isinstance(part, dict | bool)


def _try_out(schema: Schema, example: object) -> None:
    """A schema that points at itself without end shows when it is used."""
    try:
        _problems(schema, example)
    except (_TooLong, RecursionError):
        raise _unusable(Text("That schema points at itself without end."), "endless") from None
    except Unresolvable:
        raise _mistake_at(("$ref",)) from None


def _problems(schema: Schema, value: object) -> Sequence[ValidationError]:
    """What is wrong with the value, the first few. Raises `_TooLong`, `RecursionError`, `Unresolvable`."""
    validator = _validator(schema, time.monotonic() + LONGEST_CHECK_SECONDS)
    found: list[ValidationError] = []
    for error in validator.iter_errors(value):
        found.append(error)
        if len(found) == _MOST_PROBLEMS:
            break
    return found


def _validator(schema: Schema, until: float) -> Any:
    """One that fetches nothing and ends in time, whatever the schema says."""
    usual = _kind(schema)
    keywords = {name: _in_time(keyword, until) for name, keyword in usual.VALIDATORS.items()}
    own = {"pattern": _in_time(_pattern, until), "patternProperties": _in_time(_pattern_properties, until)}
    bounded: Any = _untyped.extend(usual, keywords | own)
    return bounded(schema, registry=_NO_REGISTRY)


def _kind(schema: Schema) -> Any:
    """The draft that the schema names, the newest one where it names none."""
    return _untyped.validator_for(schema, default=Draft202012Validator)


Keyword = Callable[[Any, Any, Any, Any], Any]


def _in_time(keyword: Keyword, until: float) -> Keyword:
    def checked(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if time.monotonic() > until:
            raise _TooLong
        yield from keyword(validator, value, instance, schema) or ()

    return checked


def _pattern(_validator: Any, pattern: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _matches(str(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Any, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, part in patterns.items():
        for name, value in cast("dict[str, object]", instance).items():
            if _matches(pattern, name):
                yield from validator.descend(value, part, path=name, schema_path=pattern)


def _matches(pattern: str, text: str) -> bool:
    """`re` would hold the whole process up for as long as a pattern takes."""
    try:
        return regex.search(pattern, text, timeout=_LONGEST_PATTERN_SECONDS) is not None
    except TimeoutError:
        raise _TooLong from None


def _place(path: Any) -> str:
    return ".".join(str(part) for part in path)[:100] or "$"


def _mistake_at(path: Any) -> SchemaUnusable:
    where = _place(path)
    return _unusable(Text("That is no JSON Schema: look at {where}.", where=where), f"a mistake {len(where)}")


def _too_deep() -> SchemaUnusable:
    return _unusable(Text("That schema has more levels than I can follow."), "too deep")


def _unusable(sentence: Sentence, log_message: str) -> SchemaUnusable:
    return SchemaUnusable(log_message, text=sentence)
