"""How the tree is laid out as lines of text, and which stretches of it are marked."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from replies.markdown.inlines import label
from replies.markdown.tables import as_text
from replies.markdown.tree import (
    Block,
    Blocks,
    Break,
    Code,
    CodeBlock,
    Divider,
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
    Styled,
    Table,
    Text,
)

DIVIDER: Final = "─" * 10
QUOTE_MARK: Final = "> "
_BOXES: Final = {None: "• ", False: "☐ ", True: "☑ "}


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch, in code points. `type` is Telegram's name of the entity."""

    type: str
    start: int
    end: int
    url: str = ""
    language: str = ""


class _Before(Enum):
    """What stands before the block to be written."""

    NOTHING = auto()
    BULLET = auto()
    BLOCK = auto()


class Layout:
    """Writes blocks below each other. Spans nest as Telegram wants: nothing in code, only quotes around it.

    Where styles or a link meet code, one of the two has to go: code wins over styles, links win over code.
    """

    def __init__(self, *, addresses: bool = False) -> None:
        """`addresses`: links are followed by their addresses, for texts without spans."""
        self.spans: list[Span] = []
        self._addresses = addresses
        self._parts: list[str] = []
        self._length = 0
        self._before = _Before.NOTHING
        self._open: list[tuple[str, int]] = []
        self._in_link = False
        self._in_quote = False

    def text(self) -> str:
        return "".join(self._parts)

    def write(self, blocks: Blocks, indent: str = "") -> None:
        for block in blocks:
            self._block(block, indent)

    def _block(self, block: Block, indent: str) -> None:
        match block:
            case Paragraph(children, spaced):
                self._paragraph(children, indent, spaced=spaced)
            case Heading(_, children, spaced):
                self._heading(children, indent, spaced=spaced)
            case CodeBlock(content, language, spaced):
                self._preformatted(content, language, spaced=spaced)
            case FormulaBlock(latex, spaced):
                self._preformatted(latex, "latex", spaced=spaced)
            case Divider(spaced):
                self._begin(indent, spaced=spaced)
                self._put(DIVIDER)
            case Quote(blocks, spaced, expandable):
                self._quote(blocks, indent, spaced=spaced, expandable=expandable)
            case List():
                self._list(block, indent)
            case Table():
                self.write(as_text(block), indent)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _begin(self, indent: str, *, spaced: bool, own_line: bool = False) -> None:
        """Goes to where the next block starts; `own_line`: not beside a bullet."""
        if self._before is _Before.BLOCK:
            self._put("\n\n" if spaced else "\n")
            self._put(indent)
        elif self._before is _Before.BULLET and own_line:
            self._put("\n")
        self._before = _Before.BLOCK

    def _paragraph(self, children: Inlines, indent: str, *, spaced: bool) -> None:
        if children:
            self._begin(indent, spaced=spaced)
            self._inlines(children, indent)

    def _heading(self, children: Inlines, indent: str, *, spaced: bool) -> None:
        if children:
            self._begin(indent, spaced=spaced)
            self._styled("bold", children, indent)

    def _preformatted(self, content: str, language: str, *, spaced: bool) -> None:
        self._begin("", spaced=spaced, own_line=True)
        self._marked("pre", content, language=language)

    def _quote(self, blocks: Blocks, indent: str, *, spaced: bool, expandable: bool) -> None:
        """Quotes do not nest in Telegram: an inner one is part of the outer one.

        Without spans, an expandable one has marks at its lines: it is not part of the answer.
        """
        if self._in_quote:
            return self._unindented(blocks, indent, spaced=spaced)
        self._begin("", spaced=spaced, own_line=True)
        start = self._length
        self._before = _Before.NOTHING
        self._in_quote = True
        mark = QUOTE_MARK if expandable and self._addresses else ""
        self._put(mark)
        self.write(blocks, mark)
        self._in_quote = False
        self._before = _Before.BLOCK
        self._span("expandable_blockquote" if expandable else "blockquote", start)
        return None

    def _unindented(self, blocks: Blocks, indent: str, *, spaced: bool) -> None:
        if blocks:
            self._begin(indent, spaced=spaced)
            self._before = _Before.BULLET
            self.write(blocks, indent)
            self._before = _Before.BLOCK

    def _list(self, block: List, indent: str) -> None:
        for position, item in enumerate(block.items):
            spaced = item.spaced if position else block.spaced
            self._begin(indent, spaced=spaced)
            marker = bullet(block, position)
            self._put(marker)
            self._before = _Before.BULLET if marker else _Before.NOTHING
            self.write(item.blocks, indent + hanging(block))
            self._before = _Before.BLOCK

    def _inlines(self, children: Inlines, indent: str) -> None:
        for child in children:
            self._inline(child, indent)

    def _inline(self, child: Inline, indent: str) -> None:
        match child:
            case Text(content):
                self._put(content)
            case Break():
                self._put("\n" + indent)
            case Code(content) | Formula(content):
                self._code(content)
            case Styled(style, inner):
                self._styled(style.value, inner, indent)
            case Link(url, inner):
                self._link(url, inner, indent)

    def _code(self, content: str) -> None:
        if self._in_link:
            return self._put(content)
        for style, start in self._open:
            self._span(style, start)
        self._marked("code", content)
        self._open = [(style, self._length) for style, _ in self._open]
        return None

    def _styled(self, style: str, children: Inlines, indent: str) -> None:
        if any(style == outer for outer, _ in self._open):
            return self._inlines(children, indent)
        self._open.append((style, self._length))
        self._inlines(children, indent)
        self._span(*self._open.pop())
        return None

    def _link(self, url: str, children: Inlines, indent: str) -> None:
        if self._in_link:
            return self._inlines(children, indent)
        start = self._length
        self._in_link = True
        self._inlines(children, indent)
        self._in_link = False
        self._span("text_link", start, url=url)
        if self._addresses:
            self._put(address_after(url, children))
        return None

    def _marked(self, kind: str, content: str, *, language: str = "") -> None:
        start = self._length
        self._put(content)
        last = self.spans[-1] if self.spans else None
        if kind == "code" and last and last.type == "code" and last.end == start:
            self.spans[-1] = Span(kind, last.start, self._length)
        else:
            self._span(kind, start, language=language)

    def _span(self, kind: str, start: int, *, url: str = "", language: str = "") -> None:
        if start < self._length:
            self.spans.append(Span(kind, start, self._length, url, language))


def bullet(block: List, position: int) -> str:
    """What stands before an item: its number, its box, a dot, or nothing where it only goes on."""
    item: Item = block.items[position]
    if item.continued:
        return ""
    number = "" if block.start is None else f"{block.start + position}. "
    if item.checked is None:
        return number or _BOXES[None]
    return number + _BOXES[item.checked]


def hanging(block: List) -> str:
    """The indent of an item's further lines."""
    return "  " if block.start is None else "   "


def address_after(url: str, children: Inlines) -> str:
    """What a text without links says of a link besides its label."""
    text = label(children)
    plain = url.removeprefix("mailto:").removeprefix("tel:")
    return "" if text in (url, plain) else f" ({url})"
