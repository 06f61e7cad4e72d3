"""Arguments of a function, taken from the words of a message: simple, but of any schema's shape.

A place after "in", amounts, units and currencies, a sum, an address, a time to come; what is left is the text.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sandbox.model.asked import Function
from sandbox.model.values import Json, as_list, as_object, as_text

_PLACE = re.compile(
    r"\b(?:in|at|for)\s+([^\W\d][\w' -]*?)(?=\s+(?:today|tomorrow|now|right|this|next|on)\b|[?.!,;]|\s*$)",
    re.IGNORECASE,
)
_HAN_PLACE = re.compile(
    r"(?:请问|现在|今天|明天)*([\u4e00-\u9fff]{2,6}?)(?:的|现在|今天|明天)*(?:天气|几点|时间)"
)
_ARABIC_PLACE = re.compile(r"في\s+([\u0621-\u064a]{3,})")
_URL = re.compile(r"https?://[^\s<>\"]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SUM = re.compile(r"[\d(√-][\d\s+\-*/×÷^().%]*[\d)%]")
_FROM_TO = re.compile(r"([^\W\d]+|[$€£¥])\s*(?:in|to|into|换成|是多少|إلى)\s*([^\W\d]+|[$€£¥])", re.IGNORECASE)
_HOW_MANY = re.compile(r"how (?:many|much) ([^\W\d]+) (?:is|are|in) [\d.,]+\s*([^\W\d]+)", re.IGNORECASE)
_LATER = re.compile(
    r"\bin (\d+|an?) ?(second|minute|hour|day|week)s?\b|(\d+) ?个?(秒|分钟|小时|天)[之以]?后"
    r"|بعد (\d+) ?(ثانية|دقيقة|دقائق|ساعة|ساعات|يوم|أيام)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\bat (\d{1,2})(?::(\d{2}))? ?(am|pm)?\b|(\d{1,2})点", re.IGNORECASE)
_TOMORROW = re.compile(r"\btomorrow\b|明天|غدا", re.IGNORECASE)
_ORDER = re.compile(
    r"^\W*(?:(?:please|can you|could you|请)\s*)*"
    r"(?:(?:remind me|remember|note|forget)(?: (?:to|that|of|about))?\b|(?:calculate|compute|convert)\b"
    r"|提醒我|记住|计算|ذكرني|تذكر|احسب)[\s:،,]*",
    re.IGNORECASE,
)
_SECONDS = {
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800,
    "秒": 1, "分钟": 60, "小时": 3_600, "天": 86_400,
    "ثانية": 1, "دقيقة": 60, "دقائق": 60, "ساعة": 3_600, "ساعات": 3_600, "يوم": 86_400, "أيام": 86_400,
}  # fmt: skip
_CURRENCIES = {
    "dollar": "USD", "dollars": "USD", "$": "USD", "美元": "USD", "دولار": "USD",
    "euro": "EUR", "euros": "EUR", "€": "EUR", "欧元": "EUR", "يورو": "EUR",
    "pound": "GBP", "pounds": "GBP", "£": "GBP", "英镑": "GBP", "yen": "JPY", "¥": "JPY", "日元": "JPY",
    "yuan": "CNY", "人民币": "CNY", "franc": "CHF", "francs": "CHF",
}  # fmt: skip
_NOTHING: dict[str, object] = {
    "boolean": False,
    "integer": 1,
    "number": 1,
    "array": [],
    "object": {},
    "null": None,
}


def filled(function: Function, text: str) -> str:
    """The arguments as JSON: what the words give, and of the rest what the schema requires."""
    properties = as_object(function.parameters.get("properties"))
    required = as_list(function.parameters.get("required"))
    numbers = iter([float(number) for number in _NUMBER.findall(text)])
    arguments: dict[str, object] = {}
    for name, part in properties.items():
        value = _value(name, as_object(part), text, numbers)
        if value is not None:
            arguments[name] = value
        elif name in required:
            arguments[name] = _required(as_object(part), text)
    return json.dumps(arguments, ensure_ascii=False)


def _kinds(schema: Json) -> list[str]:
    kind = schema.get("type", "string")
    kinds = [as_text(one) for one in as_list(kind)] or [as_text(kind)]
    return [as_text(as_object(one).get("type")) for one in as_list(schema.get("anyOf"))] or kinds


def _required(schema: Json, text: str) -> object:
    kinds = _kinds(schema)
    if "null" in kinds:
        return None
    if choices := as_list(schema.get("enum")):
        return choices[0]
    if kinds[0] == "array":
        return [_required(as_object(schema.get("items")), text)]
    return _NOTHING.get(kinds[0], _rest(text))


def _value(name: str, schema: Json, text: str, numbers: Iterator[float]) -> object | None:
    """What the words say about it; None if nothing."""
    if choices := as_list(schema.get("enum")):
        return next((one for one in choices if isinstance(one, str) and one.lower() in text.lower()), None)
    kinds = _kinds(schema)
    if "integer" in kinds or "number" in kinds:
        number = _delay(name, text) or next(numbers, None)
        return int(number) if number is not None and number == int(number) else number
    if "string" not in kinds:
        return None
    reader = next((read for words, read in _READERS if words.search(name)), None)
    return reader(text, schema) if reader else None


def _place(text: str, _schema: Json) -> str | None:
    for pattern in (_PLACE, _HAN_PLACE, _ARABIC_PLACE):
        if match := pattern.search(text):
            return match[1].strip()
    return None


def _from(text: str, schema: Json) -> str | None:
    if match := _HOW_MANY.search(text):
        return _unit(match[2], schema)
    match = _FROM_TO.search(text)
    return _unit(match[1], schema) if match else None


def _to(text: str, schema: Json) -> str | None:
    if match := _HOW_MANY.search(text):
        return _unit(match[1], schema)
    match = _FROM_TO.search(text)
    return _unit(match[2], schema) if match else None


def _unit(word: str, _schema: Json) -> str:
    return _CURRENCIES.get(word.lower(), word)


def _sum(text: str, _schema: Json) -> str:
    found = [match.strip() for match in _SUM.findall(text)]
    return max(found, key=len) if found else _rest(text)


def _address(text: str, _schema: Json) -> str | None:
    match = _URL.search(text)
    return match[0].rstrip(".,;!?)") if match else None


def _when(text: str, schema: Json) -> str | None:
    """A time as ISO 8601 in UTC where a function wants it so, else in the person's words."""
    match = _LATER.search(text) or _CLOCK.search(text) or _TOMORROW.search(text)
    if match is None:
        return None
    told = f"{schema.get('format', '')} {schema.get('description', '')}".lower()
    return (
        _moment(text).isoformat(timespec="seconds")
        if "date-time" in told or "iso" in told
        else match[0].strip()
    )


def _moment(text: str) -> datetime:
    now = datetime.now(UTC)
    if seconds := _delay("seconds", text):
        return now + timedelta(seconds=seconds)
    day = now + timedelta(days=1) if _TOMORROW.search(text) else now
    if (match := _CLOCK.search(text)) is None:
        return day
    hour = int(match[1] or match[4]) % 24 + (
        12 if (match[3] or "").lower() == "pm" and int(match[1]) < 12 else 0
    )
    at = day.replace(hour=hour, minute=int(match[2] or 0), second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)


def _delay(name: str, text: str) -> float | None:
    """The time from now on in the unit that the name tells, if the words tell one."""
    unit = next((unit for unit in ("second", "minute", "hour", "day") if unit in name.lower()), None)
    match = _LATER.search(text)
    if unit is None or match is None:
        return None
    count, told = next((match[at], match[at + 1]) for at in (1, 3, 5) if match[at])
    amount = float(count) if count.isdecimal() else 1.0
    return amount * _SECONDS[told.lower()] / _SECONDS[unit]


def _said(text: str, _schema: Json) -> str:
    return _rest(text)


def _rest(text: str) -> str:
    """The message without the order at its beginning and the time in it."""
    said = _ORDER.sub("", text, count=1)
    for pattern in (_LATER, _CLOCK, _TOMORROW):
        said = pattern.sub("", said)
    return " ".join(said.split()).strip(" ,،.") or text


_TEXT = r"text|what|fact|note|message|content|quer|question|task|topic|title|remind|thing"
_READERS: tuple[tuple[re.Pattern[str], Callable[[str, Json], str | None]], ...] = (
    (re.compile(r"city|place|location|where|town|zone|^tz$", re.IGNORECASE), _place),
    (re.compile(r"^(from|source|base)|^unit$|_from$", re.IGNORECASE), _from),
    (re.compile(r"^(to|target|into|symbol)|_to$", re.IGNORECASE), _to),
    (re.compile(r"expression|formula|equation|^sum$", re.IGNORECASE), _sum),
    (re.compile(r"url|link", re.IGNORECASE), _address),
    (re.compile(r"when|time|^at$|due|date|moment", re.IGNORECASE), _when),
    (re.compile(_TEXT, re.IGNORECASE), _said),
)
