"""Plain text, Markdown, code and tables as text, taken apart into blocks. Nothing of them is lost."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from media.reading.blocks import Block, Outline

_PARAGRAPHS = re.compile(r"\n(?:[^\S\n]*\n)+")
_HEADING = re.compile(r"^\s{0,3}#+\s*|\s+#+\s*$")
_markdown = MarkdownIt("commonmark").enable("table")


def paragraphs(text: str, page: int = 0) -> Iterator[Block]:
    for paragraph in _PARAGRAPHS.split(text):
        yield from Outline().block(paragraph, page)


def code(text: str) -> Iterator[Block]:
    """Pieces of code that begin at the left margin behind an empty line, comments above them included."""
    piece: list[str] = []
    for paragraph in _PARAGRAPHS.split(text):
        if piece and not paragraph[:1].isspace():
            yield Block("\n\n".join(piece), is_whole=True)
            piece = []
        if paragraph.strip():
            piece.append(paragraph.strip("\n"))
    if piece:
        yield Block("\n\n".join(piece), is_whole=True)


def table(text: str) -> Iterator[Block]:
    """Lines under a head, as those of a CSV file."""
    lines = [line for line in text.split("\n") if line.strip()]
    if lines:
        yield Block("\n".join(lines), is_whole=True, head=lines[0])


def markdown(text: str) -> Iterator[Block]:
    """Sections, tables and code as CommonMark sees them; the words as they were written."""
    outline, lines, read = Outline(), text.split("\n"), 0
    for token in _blocks(_markdown.parse(text)):
        begin, end = token.map or (read, read)
        if begin < read:
            continue
        yield from outline.block("\n".join(lines[read:begin]))  # what shows nothing, as the target of a link
        yield from _block(token, "\n".join(lines[begin:end]), outline)
        read = end
    yield from outline.block("\n".join(lines[read:]))


def _blocks(tokens: Sequence[Token]) -> Iterator[Token]:
    return (token for token in tokens if token.level == 0 and token.map and token.nesting >= 0)


def _block(token: Token, text: str, outline: Outline) -> Iterator[Block]:
    match token.type:
        case "heading_open":
            words = text.rsplit("\n", 1)[0] if token.markup in {"=", "-"} else _HEADING.sub("", text)
            outline.enter(int(token.tag[1:]), " ".join(words.split()))
            yield Block(text.strip("\n"), outline.headings, is_heading=True)
        case "table_open":
            head = "\n".join(text.split("\n")[:2])
            yield Block(text.strip("\n"), outline.headings, is_whole=True, head=head)
        case "fence" | "code_block" | "html_block":
            yield Block(text.strip("\n"), outline.headings, is_whole=True)
        case _:
            yield from outline.block(text)
