"""Exchange rates as Frankfurter tells them: `/v1/latest`, `/v1/DATE`, `/v2/rate/…`, `/v2/rates`."""

from collections.abc import Mapping
from datetime import date, timedelta

from sandbox.world.asked import Query, Refused, check_names

NAMES: Mapping[str, str] = {
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Renminbi Yuan",
    "EUR": "Euro",
    "GBP": "British Pound",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "KRW": "South Korean Won",
    "MXN": "Mexican Peso",
    "SEK": "Swedish Krona",
    "TRY": "Turkish Lira",
    "USD": "United States Dollar",
}
_PER_EURO: Mapping[str, float] = {
    "AUD": 1.75, "BRL": 6.3, "CAD": 1.6, "CHF": 0.94, "CNY": 8.2, "EUR": 1.0, "GBP": 0.86, "INR": 101.0,
    "JPY": 178.0, "KRW": 1_650.0, "MXN": 21.4, "SEK": 11.0, "TRY": 49.0, "USD": 1.16,
}  # fmt: skip
_FIRST = date(1999, 1, 4)


def latest(query: Query, day: date) -> dict[str, object]:
    """Of the first version: an object, in which one unit (or `amount`) of `base` is worth so much."""
    check_names(query, ("base", "symbols", "from", "to", "amount"))
    base = (query.get("base") or query.get("from") or "EUR").upper()
    wanted = [one.upper() for one in (query.get("symbols") or query.get("to") or "").split(",") if one]
    if base not in NAMES or (wanted and not set(wanted) & set(NAMES)):
        raise Refused("not found", 404)
    amount = _amount(query.get("amount", "1"))
    rates = {
        name: _rate(base, name, amount) for name in NAMES if name != base and (not wanted or name in wanted)
    }
    return {"amount": amount, "base": base, "date": str(_of_bank(day)), "rates": rates}


def rate(base: str, quote: str, query: Query, today: date) -> dict[str, object]:
    """Of the second version: one pair."""
    check_names(query, ("date", "providers"))
    day = _of_bank(_day(query.get("date"), today))
    return {
        "date": str(day),
        "base": _known(base),
        "quote": _known(quote),
        "rate": _rate(_known(base), _known(quote)),
    }


def rates(query: Query, today: date) -> list[dict[str, object]]:
    """Of the second version: a row for each pair."""
    check_names(query, ("base", "quotes", "date", "providers"))
    base = _known(query.get("base", "EUR"))
    wanted = [_known(one) for one in query.get("quotes", "").split(",") if one] or list(NAMES)
    day = str(_of_bank(_day(query.get("date"), today)))
    return [
        {"date": day, "base": base, "quote": quote, "rate": _rate(base, quote)}
        for quote in wanted
        if quote != base
    ]


def day_of(text: str) -> date:
    """The day of an address; 404 for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("not found", 404) from error


def _rate(base: str, quote: str, amount: float = 1.0) -> float:
    return float(f"{amount * _PER_EURO[quote] / _PER_EURO[base]:.5g}")


def _known(code: str) -> str:
    if code.upper() not in NAMES:
        raise Refused(f"invalid currency: {code.upper()}", 422)
    return code.upper()


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Refused("invalid amount", 422) from error


def _day(text: str | None, today: date) -> date:
    try:
        day = today if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refused("invalid date", 422) from error
    if not _FIRST <= day <= today:
        raise Refused("not found", 404)
    return day


def _of_bank(day: date) -> date:
    """The last working day: banks rest on weekends."""
    return day - timedelta(days=max(0, day.weekday() - 4))
