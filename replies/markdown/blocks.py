"""The tree as the blocks of a rich message, Telegram's own tables, lists and formulas."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from domain.steps import JsonValue
from replies.markdown.characters import visible
from replies.markdown.inlines import label
from replies.markdown.layout import DIVIDER
from replies.markdown.plain import to_plain
from replies.markdown.tables import as_text
from replies.markdown.tree import (
    Align,
    Block,
    Blocks,
    Break,
    Code,
    CodeBlock,
    Divider,
    Document,
    Formula,
    FormulaBlock,
    Heading,
    Inline,
    Inlines,
    Item,
    Link,
    List,
    Paragraph,
    Quote,
    Row,
    Style,
    Styled,
    Table,
    Text,
)

MOST_COLUMNS: Final = 20

# Telegram allows a nesting of 16, formatting included; 14 leaves a margin, since what exactly counts is not
# said. Formatting takes up to 5 (bold, italic, strikethrough, link, code), a paragraph 1, a table's cell 3.
DEEPEST_CONTAINER: Final = 8
_DEEPEST_WITH_TABLE: Final = 6

RichBlock = dict[str, JsonValue]
"""An InputRichBlock as the Bot API takes it."""
_NO_STYLES: Final[frozenset[Style]] = frozenset()


def to_blocks(document: Document) -> list[RichBlock]:
    """The whole document, however long; none if nothing but dividers can be seen, which Telegram refuses."""
    if not visible(to_plain(document).replace(DIVIDER, "")):
        return []
    return list(_blocks(document.blocks, 0))


def needs_rich(document: Document) -> bool:
    """Whether a text message would show less than a rich one: a table, or a formula on lines of its own."""
    kinds = list(_all(document.blocks))
    if any(isinstance(block, Table) and block.columns > MOST_COLUMNS for block in kinds):
        return False
    return any(isinstance(block, Table | FormulaBlock) for block in kinds)


def _all(blocks: Blocks) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Quote):
            yield from _all(block.blocks)
        elif isinstance(block, List):
            for item in block.items:
                yield from _all(item.blocks)


def _blocks(blocks: Blocks, depth: int) -> Iterator[RichBlock]:
    for block in blocks:
        yield from _block(block, depth)


def _block(block: Block, depth: int) -> Iterator[RichBlock]:
    match block:
        case Paragraph(children) if visible(label(children)):
            yield {"type": "paragraph", "text": _rich(children)}
        case Heading(level, children) if visible(label(children)):
            yield {"type": "heading", "size": level, "text": _rich(children)}
        case CodeBlock(content, language):
            yield {"type": "pre", "text": content, **({"language": language} if language else {})}
        case FormulaBlock(latex):
            yield {"type": "mathematical_expression", "expression": latex}
        case Divider():
            yield {"type": "divider"}
        case Quote():
            yield from _quote(block, depth)
        case List():
            yield from _list(block, depth)
        case Table():
            yield from _table(block, depth)
        case _:
            pass


def _quote(quote: Quote, depth: int) -> Iterator[RichBlock]:
    lines = [block.children for block in quote.blocks if isinstance(block, Paragraph)]
    if depth >= DEEPEST_CONTAINER:
        yield from _blocks(quote.blocks, depth)
    elif quote.expandable and len(lines) == len(quote.blocks):  # it takes no blocks, only text
        text = tuple(child for line in lines for child in (Break(), *line))[1:]
        if visible(label(text)):
            yield {"type": "expandable_blockquote", "text": _rich(text)}
    elif inner := list(_blocks(quote.blocks, depth + 1)):
        yield {"type": "blockquote", "blocks": [*inner]}


def _list(block: List, depth: int) -> Iterator[RichBlock]:
    """What only goes on from the piece before has no bullet, so it stands before the list."""
    if depth + 2 > DEEPEST_CONTAINER:
        for item in block.items:
            yield from _blocks(item.blocks, depth)
        return
    going_on = [item for item in block.items[:1] if item.continued]
    for item in going_on:
        yield from _blocks(item.blocks, depth)
    if items := list(_items(block, depth + 2, first=len(going_on))):
        yield {"type": "list", "items": [*items]}


def _items(block: List, depth: int, *, first: int = 0) -> Iterator[RichBlock]:
    """The items from `first` on; those of lists nested too deep follow in the same list."""
    for position, item in enumerate(block.items[first:], first):
        number = None if block.start is None else block.start + position
        own: list[Block] = []
        for child in item.blocks:
            if isinstance(child, List) and depth + 2 > DEEPEST_CONTAINER:
                yield from _item(item, number, tuple(own), depth)
                yield from _items(child, depth)
                own.clear()
            else:
                own.append(child)
        yield from _item(item, number, tuple(own), depth)


def _item(item: Item, number: int | None, own: Blocks, depth: int) -> Iterator[RichBlock]:
    inner = list(_blocks(own, depth))
    if not inner:
        return
    rich: RichBlock = {"blocks": [*inner]}
    if number is not None:
        rich |= {"type": "1", "value": number}
    if item.checked is not None:
        rich |= {"has_checkbox": True, "is_checked": item.checked}
    yield rich


def _table(table: Table, depth: int) -> Iterator[RichBlock]:
    if table.columns > MOST_COLUMNS or depth > _DEEPEST_WITH_TABLE:
        yield from _blocks(as_text(table), depth)
        return
    header = _row(table.header, table, is_header=True)
    rows: list[JsonValue] = [header, *(_row(row, table, is_header=False) for row in table.rows)]
    yield {"type": "table", "cells": rows, "is_bordered": True}


def _row(row: Row, table: Table, *, is_header: bool) -> list[JsonValue]:
    return [
        _cell(cell, align or Align.LEFT, is_header=is_header)
        for cell, align in zip(row, table.aligns, strict=True)
    ]


def _cell(cell: Inlines, align: Align, *, is_header: bool) -> RichBlock:
    rich: RichBlock = {"text": _rich(cell), "align": align.value, "valign": "middle"}
    return rich | {"is_header": True} if is_header else rich


def _rich(children: Inlines, styles: frozenset[Style] = _NO_STYLES) -> JsonValue:
    """A RichText: a string, an object, or a list of both."""
    parts = _merged(part for child in children for part in _parts(child, styles))
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else parts


def _merged(parts: Iterator[JsonValue]) -> list[JsonValue]:
    merged: list[JsonValue] = []
    for is_string, group in groupby(parts, key=lambda part: isinstance(part, str)):
        strings = list(group)
        merged.extend(["".join(map(str, strings))] if is_string else strings)
    return [part for part in merged if part != ""]


def _parts(child: Inline, styles: frozenset[Style]) -> Iterator[JsonValue]:
    match child:
        case Text(content):
            yield content
        case Break():
            yield "\n"
        case Code(content):
            yield {"type": "code", "text": content}
        case Formula(latex):
            yield {"type": "mathematical_expression", "expression": latex}
        case Styled(style, inner) if style in styles:
            for grandchild in inner:
                yield from _parts(grandchild, styles)
        case Styled(style, inner):
            yield {"type": style.value, "text": _rich(inner, styles | {style})}
        case Link(url, inner):
            yield _link(url, _rich(inner, styles))


def _link(url: str, text: JsonValue) -> JsonValue:
    scheme, _, address = url.partition(":")
    match scheme.lower():
        case "mailto":
            return {"type": "email_address", "text": text, "email_address": address.partition("?")[0]}
        case "tel":
            return {"type": "phone_number", "text": text, "phone_number": address}
        case _:
            return {"type": "url", "text": text, "url": url}
