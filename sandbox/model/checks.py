"""Checks of JSON values, put together into the shapes an endpoint accepts; the first fault is refused."""

import re
from collections.abc import Callable, Mapping

from sandbox.model.errors import invalid, missing, unknown
from sandbox.model.values import as_list, as_object

_FUNCTION_NAME = re.compile(r"^[a-zA-Z0-9_-]+$")

Check = Callable[[object, str], None]
"""Raises `ApiError` when the value at a path (`input[0].content`) is not what it has to be."""


def anything(_value: object, _path: str) -> None:
    return


def flag(value: object, path: str) -> None:
    if not isinstance(value, bool):
        raise _ill_typed(value, path, "a boolean")


def text(value: object, path: str) -> None:
    if not isinstance(value, str):
        raise _ill_typed(value, path, "a string")


def json_object(value: object, path: str) -> None:
    if not isinstance(value, dict):
        raise _ill_typed(value, path, "an object")


def text_up_to(longest: int) -> Check:
    def check(value: object, path: str) -> None:
        text(value, path)
        if len(str(value)) > longest:
            raise invalid(
                path,
                f"Invalid '{path}': string too long. Expected a string with maximum length {longest}, "
                f"but got a string with length {len(str(value))} instead.",
                "string_above_max_length",
            )

    return check


def absent(_value: object, path: str) -> None:
    """For what is gone, like prompts of the dashboard since 2026-11-30."""
    raise invalid(path, f"The '{path}' parameter is no longer supported.", "unsupported_parameter")


def function_name(value: object, path: str) -> None:
    """What functions and schemas may be called."""
    text_up_to(64)(value, path)
    if not _FUNCTION_NAME.fullmatch(str(value)):
        message = f"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern"
        raise invalid(path, f"{message} '{_FUNCTION_NAME.pattern}'.")


def number(low: float, high: float) -> Check:
    def check(value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _ill_typed(value, path, "a decimal")
        _bounded(value, path, low, high, "decimal")

    return check


def integer(low: int = -(2**63), high: int = 2**63 - 1) -> Check:
    def check(value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _ill_typed(value, path, "an integer")
        _bounded(value, path, low, high, "integer")

    return check


def one_of(*choices: str) -> Check:
    def check(value: object, path: str) -> None:
        text(value, path)
        if value not in choices:
            raise invalid(path, f"Invalid value: '{value}'. Supported values are: {_quoted(choices)}.")

    return check


def optional(check: Check) -> Check:
    """`null` is the same as leaving it out."""
    return lambda value, path: None if value is None else check(value, path)


def either(*, string: Check, otherwise: Check) -> Check:
    return lambda value, path: (string if isinstance(value, str) else otherwise)(value, path)


def list_of(check: Check, *, at_least: int = 0, at_most: int = 10_000) -> Check:
    def check_list(value: object, path: str) -> None:
        items = as_list(value)
        if not _is_list(value):
            raise _ill_typed(value, path, "an array of objects")
        if not at_least <= len(items) <= at_most:
            code = "empty_array" if len(items) < at_least else "array_above_max_length"
            raise invalid(path, f"Invalid '{path}': an array of {len(items)} is not accepted.", code)
        for index, item in enumerate(items):
            check(item, f"{path}[{index}]")

    return check_list


def shape(fields: Mapping[str, Check], *, needs: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others."""

    def check(value: object, path: str) -> None:
        json_object(value, path)
        given = as_object(value)
        prefix = f"{path}." if path else ""
        for name in needs:
            if given.get(name) is None:
                raise missing(prefix + name)
        for name, part in given.items():
            if name not in fields:
                raise unknown(prefix + name)
            fields[name](part, prefix + name)

    return check


def by_field(name: str, checks: Mapping[str, Check], *, default: str = "") -> Check:
    """An object whose field (`type`, `role`) says which shape it has."""

    def check(value: object, path: str) -> None:
        json_object(value, path)
        kind = as_object(value).get(name, default or None)
        if kind is None:
            raise missing(f"{path}.{name}")
        one_of(*checks)(kind, f"{path}.{name}")
        checks[str(kind)](value, path)

    return check


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _bounded(value: float, path: str, low: float, high: float, kind: str) -> None:
    if value < low:
        raise _out_of_bounds(value, path, f"{kind} below minimum value. Expected a value >= {low}")
    if value > high:
        raise _out_of_bounds(value, path, f"{kind} above maximum value. Expected a value <= {high}")


def _out_of_bounds(value: float, path: str, what: str) -> Exception:
    kind, side, limit, *_ = what.split()
    return invalid(
        path, f"Invalid '{path}': {what}, but got {value} instead.", f"{kind}_{side}_{limit[:3]}_value"
    )


def _ill_typed(value: object, path: str, wanted: str) -> Exception:
    message = f"Invalid type for '{path}': expected {wanted}, but got {_kind(value)} instead."
    return invalid(path, message, "invalid_type")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a decimal number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _quoted(choices: tuple[str, ...]) -> str:
    return ", ".join(f"'{choice}'" for choice in choices)
