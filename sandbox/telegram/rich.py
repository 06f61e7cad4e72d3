"""Rich messages: every block read exactly, counted, cleaned, and turned into what a reader receives."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.telegram.errors import Refused, bad
from sandbox.telegram.keyboards import check_action
from sandbox.telegram.objects import LOCATION, RICH_BUTTON, USER
from sandbox.telegram.rich_shapes import CAPTION, LIST_ITEM, RICH_BLOCKS, RICH_TEXTS, TABLE_CELL, Part
from sandbox.telegram.text import clean_text, is_visible, sound_url
from sandbox.telegram.values import Json, as_list, as_object, is_whole

MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500
MOST_DEPTH = 16
MOST_COLUMNS = 20
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTED_STRINGS = {"expression", "alternative_text"}
_CHOICES: Mapping[tuple[str, str], frozenset[str]] = {
    ("item", "type"): frozenset("aAiI1"),
    ("cell", "align"): frozenset({"left", "center", "right"}),
    ("cell", "valign"): frozenset({"top", "middle", "bottom"}),
    ("buttons", "align"): frozenset({"left", "center", "right"}),
}
_RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("heading", "size"): (1, 6),
    ("map", "zoom"): (0, 24),
    ("cell", "colspan"): (1, MOST_COLUMNS),
    ("cell", "rowspan"): (1, MOST_BLOCKS),
}
_MEDIA_ONLY = {"photo", "video", "animation", "audio", "voice_note", "document"}


def rich_message(given: Json, *, draft: bool = False) -> Json:
    """The `RichMessage` that `InputRichMessage` becomes; raises what the server answers to a bad one."""
    if len(given.keys() & {"blocks", "markdown", "html"}) != 1:
        raise bad("RICH_MESSAGE_CONTENT_REQUIRED")
    if "blocks" not in given:
        raise bad("this sandbox reads blocks, not markdown or html")
    reader = _Reader(draft=draft)
    blocks = reader.blocks(given["blocks"], "blocks", 0)
    if not blocks or not (reader.visible or draft):
        raise bad("RICH_MESSAGE_EMPTY")
    return {"blocks": blocks, **({"is_rtl": True} if given.get("is_rtl") else {})}


class _Reader:
    """Reads one message, counting what is limited. `depth` counts blocks and formatting around a value."""

    def __init__(self, *, draft: bool) -> None:
        self.draft = draft
        self.visible = False
        self._characters = 0
        self._blocks = 0
        self._readers: dict[str, Callable[[Any, str, int], Any]] = {
            "rich_text": self.rich_text,
            "blocks": self.blocks,
            "string": self._string,
            "whole": _whole,
            "flag": _flag,
            "items": self._items,
            "rows": self._rows,
            "caption": lambda value, where, depth: self._object(value, where, depth, "caption", CAPTION),
            "media": _media,
            "location": lambda value, where, depth: _of_shape(LOCATION.check, value, where),
            "user": lambda value, where, depth: _of_shape(USER.check, value, where),
            "buttons": self._buttons,
            "button": self._button,
        }

    def blocks(self, value: Any, where: str, depth: int) -> list[Json]:
        return [self._block(one, f"{where}[{n}]", depth + 1) for n, one in enumerate(_array(value, where))]

    def _block(self, value: Any, where: str, depth: int) -> Json:
        self._count_block()
        block = as_object(value)
        kind = str(block.get("type")) if block is not None else ""
        parts = RICH_BLOCKS.get(kind)
        if block is None or parts is None or (kind == "thinking" and not self.draft):
            raise _unreadable(where, f'there is no block of type "{kind}"')
        if kind in {"collage", "slideshow"}:
            _check_media_only(block, where)
        read = self._object(_untagged(block), where, depth, kind, parts)
        self.visible = self.visible or kind in {"mathematical_expression", "map", "buttons"} | _MEDIA_ONLY
        return {"type": kind, **read}

    def rich_text(self, value: Any, where: str, depth: int) -> Any:
        """A string, a list of rich texts, or an object that formats one."""
        if isinstance(value, str):
            return self._words(value)
        several = as_list(value)
        if several is not None:
            return [self.rich_text(one, f"{where}[{n}]", depth) for n, one in enumerate(several)]
        styled = as_object(value)
        kind = str(styled.get("type")) if styled is not None else ""
        if styled is None or kind not in RICH_TEXTS:
            raise _unreadable(where, f'there is no rich text of type "{kind}"')
        read = self._object(_untagged(styled), where, depth + 1, kind, RICH_TEXTS[kind])
        _check_address(kind, read)
        return {"type": kind, **read}

    def _words(self, text: str) -> str:
        text = clean_text(text)
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise bad("RICH_MESSAGE_TEXT_TOO_LONG")
        self.visible = self.visible or is_visible(text)
        return text

    def _count_block(self) -> None:
        self._blocks += 1
        if self._blocks > MOST_BLOCKS:
            raise bad("RICH_MESSAGE_BLOCKS_TOO_MANY")

    def _object(self, value: Any, where: str, depth: int, kind: str, parts: Mapping[str, Part]) -> Json:
        """An object with exactly these fields."""
        if depth > MOST_DEPTH:
            raise bad("RICH_MESSAGE_DEPTH_INVALID")
        found = as_object(value)
        if found is None:
            raise _unreadable(where, "an object is expected")
        if unknown := found.keys() - parts.keys():
            raise _unreadable(where, f'"{min(unknown)}" is not known')
        if missing := [name for name, part in parts.items() if part.required and name not in found]:
            raise _unreadable(where, f'"{missing[0]}" is required')
        read: Json = {}
        for name, part in parts.items():
            if name in found:
                read[name] = self._readers[part.reader](found[name], f"{where}.{name}", depth)
                _check_choice(kind, name, read[name], where)
                if name in _COUNTED_STRINGS:
                    self._words(read[name])
        return read

    def _string(self, value: Any, where: str, depth: int) -> str:
        if not isinstance(value, str):
            raise _unreadable(where, "a string is expected")
        return clean_text(value)

    def _items(self, value: Any, where: str, depth: int) -> list[Json]:
        items: list[Json] = []
        for number, one in enumerate(_array(value, where), start=1):
            self._count_block()
            item = self._object(one, f"{where}[{number - 1}]", depth + 1, "item", LIST_ITEM)
            items.append({"label": _label(item, number), **item})
        return items

    def _rows(self, value: Any, where: str, depth: int) -> list[list[Json]]:
        rows: list[list[Json]] = []
        for number, row in enumerate(_array(value, where)):
            self._count_block()
            place = f"{where}[{number}]"
            cells = [self._object(one, place, depth + 1, "cell", TABLE_CELL) for one in _array(row, place)]
            if sum(cell.get("colspan", 1) for cell in cells) > MOST_COLUMNS:
                raise bad("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
            rows.append(cells)
        return rows

    def _buttons(self, value: Any, where: str, depth: int) -> list[Json]:
        buttons = _array(value, where)
        if not 1 <= len(buttons) <= 8:
            raise _unreadable(where, "1 to 8 buttons are expected")
        return [self._button(one, f"{where}[{n}]", depth) for n, one in enumerate(buttons)]

    def _button(self, value: Any, where: str, depth: int) -> Json:
        button: Json = _of_shape(RICH_BUTTON.check, value, where)
        check_action(button)
        return button | {"text": self.rich_text(button["text"], f"{where}.text", depth)}


def _untagged(value: Json) -> Json:
    return {name: part for name, part in value.items() if name != "type"}


def _label(item: Json, number: int) -> str:
    """What stands before a list item on the screen."""
    ordered = "value" in item or "type" in item
    return f"{item.get('value', number)}." if ordered else "•"


def _check_choice(kind: str, name: str, value: Any, where: str) -> None:
    choices = _CHOICES.get((kind, name))
    if choices is not None and value not in choices:
        raise _unreadable(where, f'"{name}" must be one of {", ".join(sorted(choices))}')
    low, high = _RANGES.get((kind, name), (None, None))
    if low is not None and high is not None and not low <= value <= high:
        raise _unreadable(where, f'"{name}" must be between {low} and {high}')


def _check_address(kind: str, read: Json) -> None:
    if kind == "url" and not sound_url(read["url"]):
        raise bad("RICH_MESSAGE_URL_INVALID")
    if kind == "email_address" and not _EMAIL.fullmatch(read["email_address"]):
        raise bad("RICH_MESSAGE_EMAIL_INVALID")
    if kind == "custom_emoji" and read["alternative_text"].isascii():
        raise bad("RICH_MESSAGE_EMOJI_INVALID")


def _check_media_only(block: Json, where: str) -> None:
    for one in as_list(block.get("blocks")) or []:
        inner = as_object(one)
        if inner is None or inner.get("type") not in _MEDIA_ONLY:
            raise _unreadable(where, "only media blocks are expected")


def _media(value: Any, where: str, depth: int) -> Any:
    """Nothing can be uploaded here, and the sandbox fetches nothing."""
    raise bad("RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND")


def _of_shape(check: Callable[[Any, str], None], value: Any, where: str) -> Any:
    check(value, where)
    return value


def _array(value: Any, where: str) -> list[Any]:
    found = as_list(value)
    if found is None:
        raise _unreadable(where, "an array is expected")
    return found


def _whole(value: Any, where: str, depth: int) -> int:
    if not is_whole(value):
        raise _unreadable(where, "an integer is expected")
    return value


def _flag(value: Any, where: str, depth: int) -> bool:
    if not isinstance(value, bool):
        raise _unreadable(where, "a boolean is expected")
    return value


def _unreadable(where: str, why: str) -> Refused:
    return bad(f"can't parse InputRichBlock: {where}: {why}")
