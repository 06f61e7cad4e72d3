"""Units of measurement, converted."""

import importlib
from collections.abc import Callable

from tools.kit import tool

_DIGITS = 10


@tool(seconds=20)
def convert_units(value: float, unit: str, to: str) -> str:
    """Converts a measurement from one unit to another. Not for currencies: use convert_currency for money.

    value: the number
    unit: what it is in, by its English name or symbol: "mile", "km/h", "celsius", "cup", "kWh", "GiB"
    to: the unit that is wanted
    """
    # Pint takes half a second and 17 MB: only who converts something loads it.
    converted: Callable[[float, str, str], float] = importlib.import_module("tools.measures").converted
    return f"{_written(value)} {unit.strip()} = {_written(converted(value, unit, to))} {to.strip()}"


def _written(number: float) -> str:
    return f"{number:.{_DIGITS}g}"
