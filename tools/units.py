"""Units of measurement, converted."""

from typing import TYPE_CHECKING

from domain.on_demand import OnDemand
from domain.texts import Text
from tools.kit import tool

if TYPE_CHECKING:
    from tools import measures
else:
    measures = OnDemand("tools.measures")  # pint takes half a second and 17 MB

_DIGITS = 10


@tool(seconds=20, title=Text("Converting units"))
def convert_units(value: float, unit: str, to: str) -> str:
    """Converts a measurement from one unit to another. Not for currencies: use convert_currency for money.

    value: the number
    unit: what it is in, by its English name or symbol: "mile", "km/h", "celsius", "cup", "kWh", "GiB"
    to: the unit that is wanted
    """
    return f"{_written(value)} {unit.strip()} = {_written(measures.converted(value, unit, to))} {to.strip()}"


def _written(number: float) -> str:
    return f"{number:.{_DIGITS}g}"
