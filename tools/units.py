"""Units of measurement, converted (pint)."""

import re
import threading
from functools import cache

import pint

from tools.errors import ToolFailed
from tools.kit import tool

_MOST_CHARACTERS = 60
_DIGITS = 10
# An exponent of one digit at a time: pint works powers of numbers out, whatever they come to.
_TOO_MUCH = re.compile(r"\d{2}|(?:\*\*|\^)[^*^]*(?:\*\*|\^)[^*^]*(?:\*\*|\^)|\d\s*(?:\*\*|\^)")
_lock = threading.Lock()


@cache
def _registry() -> "pint.UnitRegistry[float]":
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


@tool(seconds=20)
def convert_units(value: float, unit: str, to: str) -> str:
    """Converts a measurement from one unit to another. Not for currencies: use convert_currency for money.

    value: the number
    unit: what it is in, by its English name or symbol: "mile", "km/h", "celsius", "cup", "kWh", "GiB"
    to: the unit that is wanted
    """
    with _lock:  # pint's registry fills its caches as it is asked
        converted = _converted(value, _unit(unit), _unit(to))
    return f"{_written(value)} {unit.strip()} = {_written(converted)} {to.strip()}"


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


def _written(number: float) -> str:
    return f"{number:.{_DIGITS}g}"
