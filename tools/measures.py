"""Units of measurement as pint knows them."""

import re
import threading
from functools import cache

import pint

from tools.errors import ToolFailed

_MOST_CHARACTERS = 60
# An exponent of one digit at a time: pint works powers of numbers out, whatever they come to.
_TOO_MUCH = re.compile(r"\d{2}|(?:\*\*|\^)[^*^]*(?:\*\*|\^)[^*^]*(?:\*\*|\^)|\d\s*(?:\*\*|\^)")
_lock = threading.Lock()


@cache
def _registry() -> "pint.UnitRegistry[float]":
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def converted(value: float, unit: str, to: str) -> float:
    """Raises `ToolFailed`."""
    with _lock:  # pint's registry fills its caches as it is asked
        return _converted(value, _unit(unit), _unit(to))


def _unit(text: str) -> "pint.Unit":
    if len(text) > _MOST_CHARACTERS or _TOO_MUCH.search(text):
        raise ToolFailed(f"{text[:_MOST_CHARACTERS]!r} is no unit.")
    try:
        return _registry().Unit(_usual(text))
    except Exception as error:
        # pint's parser raises whatever it stumbles over: its own errors, token errors, type and value errors
        raise ToolFailed(f"{text!r} is no unit that is known. Give its English name or symbol.") from error


def _usual(text: str) -> str:
    """As pint writes it."""
    return text.strip().replace("°C", "degC").replace("°F", "degF").replace("²", "**2").replace("³", "**3")


def _converted(value: float, unit: "pint.Unit", to: "pint.Unit") -> float:
    try:
        return float(_registry().convert(value, unit, to))  # pyright: ignore[reportUnknownMemberType]  # pint is typed in part
    except pint.DimensionalityError as error:
        raise ToolFailed(f"{error.units1} and {error.units2} measure different things.") from None
    except (OverflowError, ZeroDivisionError) as error:
        raise ToolFailed("That number is too large or too small to be converted.") from error
