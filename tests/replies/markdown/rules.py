"""Telegram's rules for what we send, written from its documentation and not from our writers."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from domain.steps import JsonValue
from replies.markdown import Styled

STYLES: Final = {"bold", "italic", "strikethrough"}
_KINDS: Final = STYLES | {"code", "pre", "text_link", "blockquote", "expandable_blockquote"}
_QUOTES: Final = ("blockquote", "expandable_blockquote")
_SCHEMES: Final = ("http://", "https://", "mailto:", "tel:", "tg://")
_TEXT_ONLY: Final = {"bold", "italic", "strikethrough", "code"}
_ALIGNS: Final = {"left", "center", "right"}

Strict = Mapping[str, JsonValue]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def covered(styled: Styled, offset: int, length: int) -> str:
    """The stretch an entity covers; fails where it cuts a character in two."""
    return styled.text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


def check_entities(styled: Styled) -> None:
    assert styled.text == styled.text.strip()
    assert styled.entities == tuple(sorted(styled.entities, key=lambda e: (e.offset, -e.length)))
    for entity in styled.entities:
        assert entity.type in _KINDS
        assert entity.length > 0
        assert entity.offset >= 0
        assert entity.offset + entity.length <= utf16(styled.text)
        text = covered(styled, entity.offset, entity.length)
        assert entity.type == "pre" or text == text.strip()
        assert (entity.type == "text_link") == bool(entity.url)
        assert not entity.url or entity.url.lower().startswith(_SCHEMES)
        assert entity.type == "pre" or not entity.language
    _check_nesting(styled)


def _check_nesting(styled: Styled) -> None:
    """Entities are sorted, so those that are still open enclose the next one or have to be passed."""
    enclosing: list[tuple[str, int]] = []
    for entity in styled.entities:
        while enclosing and enclosing[-1][1] <= entity.offset:
            enclosing.pop()
        end = entity.offset + entity.length
        assert all(end <= outer_end for _, outer_end in enclosing), "entities overlap"
        for outer, _ in enclosing:
            _check_pair(outer, entity.type)
        enclosing.append((entity.type, end))


def _check_pair(outer: str, inner: str) -> None:
    assert outer not in ("code", "pre"), f"{inner} in {outer}"
    assert outer != inner, f"{inner} in {outer}"
    if inner in ("code", "pre"):
        assert outer in _QUOTES, f"{inner} in {outer}"
    if inner in _QUOTES:
        assert outer in STYLES, f"{inner} in {outer}"


class BlocksCheck:
    """Checks InputRichBlocks against core.telegram.org/bots/api#inputrichblock, and counts as Telegram does."""

    def __init__(self) -> None:
        self.count = 0
        self.depth = 0
        self.columns = 0
        self.characters = 0
        self.texts: list[str] = []
        self._checks: dict[str, Callable[[Strict, int], None]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "pre": self._pre,
            "mathematical_expression": self._formula,
            "divider": self._divider,
            "blockquote": self._quote,
            "expandable_blockquote": self._paragraph,
            "list": self._list,
            "table": self._table,
        }

    def blocks(self, blocks: JsonValue, depth: int = 0) -> None:
        assert isinstance(blocks, list)
        assert blocks or not depth
        for block in blocks:
            fields = _object(block)
            kind = fields["type"]
            assert isinstance(kind, str)
            self._enter(depth + 1)
            self.count += 1
            self._checks[kind](fields, depth + 1)

    def _enter(self, depth: int) -> None:
        self.depth = max(self.depth, depth)

    def _say(self, text: JsonValue) -> None:
        assert isinstance(text, str)
        text.encode()
        self.characters += len(text)
        self.texts.append(text)

    def _paragraph(self, block: Strict, depth: int) -> None:
        assert block.keys() == {"type", "text"}
        self._filled(block["text"], depth)

    def _heading(self, block: Strict, depth: int) -> None:
        assert block.keys() == {"type", "text", "size"}
        assert block["size"] in range(1, 7)
        self._filled(block["text"], depth)

    def _pre(self, block: Strict, depth: int) -> None:
        assert block.keys() in ({"type", "text"}, {"type", "text", "language"})
        assert isinstance(block["text"], str)
        self._filled(block["text"], depth)

    def _formula(self, block: Strict, _depth: int) -> None:
        assert block.keys() == {"type", "expression"}
        assert block["expression"]
        self._say(block["expression"])

    def _divider(self, block: Strict, _depth: int) -> None:
        assert block.keys() == {"type"}

    def _quote(self, block: Strict, depth: int) -> None:
        assert block.keys() == {"type", "blocks"}
        self.blocks(block["blocks"], depth)

    def _list(self, block: Strict, depth: int) -> None:
        assert block.keys() == {"type", "items"}
        items = block["items"]
        assert isinstance(items, list)
        assert items
        for item in map(_object, items):
            self.count += 1
            assert item.keys() <= {"blocks", "has_checkbox", "is_checked", "value", "type"}
            assert item.get("type", "1") == "1"
            assert isinstance(item.get("value", 0), int)
            assert item.get("has_checkbox", True) is True
            assert isinstance(item.get("is_checked", False), bool)
            self._enter(depth + 1)
            self.blocks(item["blocks"], depth + 1)

    def _table(self, block: Strict, depth: int) -> None:
        assert block.keys() == {"type", "cells", "is_bordered"}
        rows = block["cells"]
        assert isinstance(rows, list)
        widths: set[int] = set()
        for row in rows:
            assert isinstance(row, list)
            self.count += 1
            widths.add(len(row))
            for cell in map(_object, row):
                self._cell(cell, depth + 2)
        assert len(widths) == 1
        self.columns = max(self.columns, *widths)

    def _cell(self, cell: Strict, depth: int) -> None:
        assert cell.keys() in ({"text", "align", "valign"}, {"text", "align", "valign", "is_header"})
        assert cell["align"] in _ALIGNS
        assert cell["valign"] in {"top", "middle", "bottom"}
        self._rich(cell["text"], depth)

    def _filled(self, text: JsonValue, depth: int) -> None:
        before = self.characters
        self._rich(text, depth)
        assert self.characters > before

    def _rich(self, text: JsonValue, depth: int) -> None:
        self._enter(depth)
        if isinstance(text, str):
            self._say(text)
        elif isinstance(text, list):
            assert len(text) > 1
            for part in text:
                assert part != ""
                assert not isinstance(part, list)
                self._rich(part, depth)
        else:
            self._object(_object(text), depth + 1)

    def _object(self, rich: Strict, depth: int) -> None:
        self._enter(depth)
        kind = rich["type"]
        if kind == "mathematical_expression":
            return self._formula(rich, depth)
        extra = {"url": "url", "email_address": "email_address", "phone_number": "phone_number"}
        if kind in extra:
            assert rich.keys() == {"type", "text", extra[str(kind)]}
            assert rich[extra[str(kind)]]
            assert kind != "url" or str(rich["url"]).lower().startswith(_SCHEMES)
        else:
            assert kind in _TEXT_ONLY
            assert rich.keys() == {"type", "text"}
        return self._filled(rich["text"], depth)


def _object(value: JsonValue) -> Strict:
    assert isinstance(value, dict)
    return value


def checked_blocks(blocks: list[dict[str, JsonValue]]) -> BlocksCheck:
    check = BlocksCheck()
    check.blocks(cast("JsonValue", blocks))  # list is invariant
    return check
