"""A Telegram message as lines for a terminal: entities and rich blocks as colours, or plain."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from sandbox.terminal_media import media_line

Json = dict[str, Any]
Run = tuple[str, frozenset[str]]
"""A piece of text and the styles it has."""

_PLAIN: frozenset[str] = frozenset()
_CODES = {
    "bold": "1",
    "italic": "3",
    "underline": "4",
    "strikethrough": "9",
    "spoiler": "7",
    "code": "36",
    "pre": "36",
    "mathematical_expression": "35",
    "blockquote": "2",
    "expandable_blockquote": "2",
    "text_link": "4;34",
    "url": "4;34",
    "mention": "34",
    "bot_command": "34",
    "marked": "7",
    "name": "1;32",
    "note": "2",
}


@dataclass(frozen=True, slots=True)
class Painter:
    """Turns runs into lines, with colours or without."""

    colours: bool

    def lines(self, runs: Iterable[Run]) -> list[str]:
        return "".join(self._painted(*run) for run in runs).split("\n")

    def one(self, text: str, style: str) -> str:
        return self._painted(text, frozenset({style}))

    def _painted(self, text: str, styles: frozenset[str]) -> str:
        codes = ";".join(_CODES[style] for style in sorted(styles) if style in _CODES)
        if not (codes and self.colours):
            return text
        # Each line for itself, so that a line can be erased or cut off without bleeding into the next.
        return "\n".join(f"\x1b[{codes}m{line}\x1b[0m" if line else "" for line in text.split("\n"))


def runs_of(message: Json) -> list[Run]:
    """What a message or a draft says."""
    if (rich := message.get("rich_message")) is not None:
        return _without_last_breaks(list(_blocks(rich["blocks"])))
    text = message.get("text") or message.get("caption") or ""
    carried = media_line(message)
    if not text:
        return [(carried or _kind_of(message), frozenset({"note"}))]
    words = _of_entities(text, message.get("entities") or message.get("caption_entities") or [])
    return [(f"{carried}\n", frozenset({"note"})), *words] if carried else words


def buttons_of(message: Json) -> list[list[Json]]:
    """Rows of the buttons under a message."""
    markup: Json = message.get("reply_markup") or {}
    return markup.get("inline_keyboard") or []


def width(text: str) -> int:
    """Columns the text takes, colours not counted."""
    columns, is_escape = 0, False
    for character in text:
        if character == "\x1b":
            is_escape = True
        elif is_escape:
            is_escape = character != "m"
        elif not unicodedata.combining(character) and unicodedata.category(character) not in ("Cf", "Mn", "Me"):
            columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns


def _kind_of(message: Json) -> str:
    known = {"message_id", "from", "chat", "date", "message_thread_id", "is_topic_message", "reply_to_message"}
    return f"({', '.join(sorted(message.keys() - known)) or 'nothing'})"


def _of_entities(text: str, entities: Sequence[Json]) -> list[Run]:
    """Cuts the text where entities begin and end; their offsets count UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    edges = {0, len(units) // 2}
    for entity in entities:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    runs: list[Run] = []
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        part = units[start * 2 : end * 2].decode("utf-16-le", "replace")
        here = [one for one in entities if one["offset"] <= start and end <= one["offset"] + one["length"]]
        runs.append((part, frozenset(str(one["type"]) for one in here)))
        runs += [(f" ({one['url']})", _PLAIN) for one in here if "url" in one and _ends(one) == end]
    return runs


def _ends(entity: Json) -> int:
    return entity["offset"] + entity["length"]


def _blocks(blocks: Sequence[Json], indent: str = "") -> Iterator[Run]:
    for block in blocks:
        for text, styles in _block(block):
            yield text.replace("\n", f"\n{indent}"), styles
        yield f"\n{indent}", _PLAIN


def _block(block: Json) -> Iterator[Run]:
    match block["type"]:
        case "heading":
            yield from _rich_text(block["text"], frozenset({"bold"}))
        case "pre":
            yield from _rich_text(block["text"], frozenset({"pre"}))
        case "mathematical_expression":
            yield block["expression"], frozenset({"mathematical_expression"})
        case "divider":
            yield "─" * 20, _PLAIN
        case "list":
            yield from _list(block["items"])
        case "table":
            yield from _table(block["cells"])
        case "blockquote":
            yield "▎ ", _PLAIN
            yield from _without_last_breaks(list(_blocks(block["blocks"], "▎ ")))
        case "details":
            yield from _rich_text(block["summary"], frozenset({"bold"}))
            yield "\n", _PLAIN
            yield from _without_last_breaks(list(_blocks(block["blocks"])))
        case kind:
            yield from _rich_text(block.get("text", f"({kind})"), _PLAIN)


def _list(items: Sequence[Json]) -> Iterator[Run]:
    for number, item in enumerate(items):
        label = item.get("label", "•")
        if item.get("has_checkbox"):
            label = "☑" if item.get("is_checked") else "☐"
        yield f"{_break(number)}{label} ", _PLAIN
        yield from _without_last_breaks(list(_blocks(item["blocks"], "  ")))


def _table(rows: Sequence[Sequence[Json]]) -> Iterator[Run]:
    texts = [
        ["".join(text for text, _ in _rich_text(cell.get("text", ""), _PLAIN)) for cell in row] for row in rows
    ]
    columns = max((len(row) for row in texts), default=0)
    widths = [max((width(row[n]) for row in texts if n < len(row)), default=0) for n in range(columns)]
    for number, row in enumerate(texts):
        cells = [f"{text}{' ' * (widths[n] - width(text))}" for n, text in enumerate(row)]
        style = frozenset({"bold"}) if any(cell.get("is_header") for cell in rows[number]) else _PLAIN
        yield _break(number) + " │ ".join(cells).rstrip(), style


def _break(number: int) -> str:
    return "\n" if number else ""


def _rich_text(value: Any, styles: frozenset[str]) -> Iterator[Run]:
    if isinstance(value, str):
        yield value, styles
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from _rich_text(part, styles)
    else:
        found: Json = value
        inner = found.get("text", found.get("expression", found.get("alternative_text", "")))
        yield from _rich_text(inner, styles | {str(found["type"])})
        if found["type"] == "url":
            yield f" ({found['url']})", styles


def _without_last_breaks(runs: list[Run]) -> list[Run]:
    while runs and not runs[-1][0].strip("\n▎ "):
        runs.pop()
    return runs
