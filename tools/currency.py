"""Money, converted at the reference rates of central banks (Frankfurter)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import tool
from tools.web import NotFound, Service

_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Currency:
    rates: Service

    @tool(seconds=25, activity=Text("Looking up the exchange rate…"), title=Text("Converting currencies"))
    async def convert_currency(self, amount: float, currency: str, to: str) -> object:
        """Converts an amount of money at the latest reference rate of the central banks, of a working day.

        amount: how much
        currency: what it is in, as a code of three letters such as USD
        to: the currency that is wanted, as a code of three letters such as EUR
        """
        base, target = _code(currency), _code(to)
        if base == target:
            return {"amount": amount, "currency": target}
        try:
            answer = await self.rates.get("/v1/latest", {"base": base, "symbols": target})
            rate = Decimal(str(answer["rates"][target]))
        except (NotFound, KeyError, TypeError, ArithmeticError):
            raise ToolFailed(f"There is no rate from {base} to {target}.") from None
        converted = (Decimal(str(amount)) * rate).quantize(Decimal("0.01"))
        return {
            "amount": f"{converted} {target}",
            "rate": f"1 {base} = {rate} {target}",
            "date": str(answer.get("date", "")),
        }


def _code(currency: str) -> str:
    code = currency.strip().upper()
    if not _CODE.fullmatch(code):
        raise ToolFailed(f"{currency[:20]!r} is no currency: give the three letters of its code, as EUR.")
    return code
