"""Tables where Telegram shows none: aligned columns in a monospaced block, or, if that is too wide, lists."""

from collections.abc import Sequence
from typing import Final

from replies.markdown.characters import width
from replies.markdown.inlines import joined, label
from replies.markdown.tree import (
    Align,
    Blocks,
    Break,
    CodeBlock,
    Inline,
    Inlines,
    Link,
    Paragraph,
    Row,
    Style,
    Styled,
    Table,
    Text,
)

WIDEST: Final = 40
"""Columns of a monospaced line that fit on a phone."""


def as_text(table: Table) -> Blocks:
    """The table for a text message. Links cannot be tapped in a monospaced block, so they make it a list."""
    rows = [[_line(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if table.rows and (sum(widths) + 3 * (len(widths) - 1) > WIDEST or _has_links(table)):
        return as_lists(table)
    rule = "-|-".join("-" * column for column in widths)
    header, *body = (_aligned(row, widths, table.aligns) for row in rows)
    return (CodeBlock("\n".join([header, rule, *body]), "", table.spaced),)


def as_lists(table: Table) -> Blocks:
    """Each row as a paragraph of its own, one `header: value` a line."""
    if not table.rows:
        return _paragraphs([_cells_in_line(table.header)], table.spaced)
    return _paragraphs([_lines(table.header, row) for row in table.rows], table.spaced)


def _paragraphs(rows: Sequence[Inlines], spaced: bool) -> Blocks:
    filled = [row for row in rows if row]
    return tuple(Paragraph(row, spaced or number > 0) for number, row in enumerate(filled))


def _lines(header: Row, row: Row) -> Inlines:
    lines: list[Inline] = []
    for name, value in zip(header, row, strict=True):
        if not value and not name:
            continue
        if lines:
            lines.append(Break())
        if not lines:
            lines.append(Styled(Style.BOLD, _named(name, value)))
        else:
            lines.extend((Text("• "), *_named(name, value)))
    return joined(lines)


def _named(name: Inlines, value: Inlines) -> Inlines:
    return joined((*name, Text(": "), *value)) if name else value


def _cells_in_line(row: Row) -> Inlines:
    children: list[Inline] = []
    for cell in row:
        children.extend((Text(" | "), *cell) if children else cell)
    return joined(children)


def _line(cell: Inlines) -> str:
    return label(cell).replace("\n", " ").strip()


def _aligned(row: Sequence[str], widths: Sequence[int], aligns: Sequence[Align | None]) -> str:
    cells = zip(row, widths, aligns, strict=True)
    return " | ".join(_padded(*cell) for cell in cells).rstrip()


def _padded(text: str, columns: int, align: Align | None) -> str:
    missing = columns - width(text)
    if align is Align.RIGHT:
        return " " * missing + text
    if align is Align.CENTER:
        return " " * (missing // 2) + text + " " * (missing - missing // 2)
    return text + " " * missing


def _has_links(table: Table) -> bool:
    return any(_holds_link(cell) for row in (table.header, *table.rows) for cell in row)


def _holds_link(children: Inlines) -> bool:
    return any(
        isinstance(child, Link) or (isinstance(child, Styled) and _holds_link(child.children))
        for child in children
    )
