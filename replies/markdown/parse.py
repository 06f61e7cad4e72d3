"""From Markdown to the tree."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from markdown_it.token import Token

from replies.markdown.addresses import accepted, is_elsewhere
from replies.markdown.characters import cleaned
from replies.markdown.grammar import grammar
from replies.markdown.inlines import joined, label
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

_STYLES: Final = {"strong_open": Style.BOLD, "em_open": Style.ITALIC, "s_open": Style.STRIKETHROUGH}
_ALIGNS: Final = {f"text-align:{align}": align for align in Align}
_BOX: Final = re.compile(r"\[([ xX])\]\s+")
_LINE_TAG: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNDERLINE: Final = re.compile(r"={3,}")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9][\w+#.-]{0,39}", re.ASCII)
_EMPTY_EDGES: Final = re.compile(r"\A(?:[^\S\n]*\n)+|\s+\Z")
_TAB: Final = 4


def parse(markdown: str) -> Document:
    """Any text has a tree: what is no Markdown is text. Never raises."""
    source = cleaned(markdown)
    return Document(_Reader(grammar().parse(source), source.split("\n")).blocks(""))


class _Reader:
    """Goes through the parser's flat list of tokens once."""

    def __init__(self, tokens: Sequence[Token], lines: Sequence[str]) -> None:
        self._tokens = tokens
        self._lines = lines
        self._next = 0

    def blocks(self, closing: str) -> Blocks:
        """The blocks up to the token of type `closing`, which is passed too."""
        found: list[Block] = []
        while self._next < len(self._tokens):
            token = self._take()
            if token.type == closing:
                break
            found.extend(self._block(token))
        return tuple(found)

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _block(self, token: Token) -> Iterable[Block]:
        spaced = self._spaced(token)
        match token.type:
            case "paragraph_open":
                return _paragraph(self._inlines(), spaced)
            case "heading_open":
                return (Heading(int(token.tag[1]), self._inlines(), spaced),)
            case "fence" | "code_block":
                return _code(token, spaced)
            case "formula_block":
                return (FormulaBlock(token.content, spaced),)
            case "hr":
                return (Divider(spaced),)
            case "blockquote_open":
                return (Quote(self.blocks("blockquote_close"), spaced),)
            case "bullet_list_open":
                return (List(self._items("bullet_list_close"), None, spaced),)
            case "ordered_list_open":
                return (List(self._items("ordered_list_close"), int(token.attrs.get("start", 1)), spaced),)
            case "table_open":
                return (self._table(spaced),)
            case _:
                return ()

    def _spaced(self, token: Token) -> bool:
        line = token.map[0] if token.map else 0
        return line == 0 or not self._lines[line - 1].strip("> \t")

    def _inlines(self) -> Inlines:
        """The content of a paragraph, heading or cell, its closing token passed too."""
        children = inlines(self._take().children or [])
        self._take()
        return children

    def _items(self, closing: str) -> tuple[Item, ...]:
        items: list[Item] = []
        while (token := self._take()).type != closing:
            items.append(_item(self.blocks("list_item_close"), self._spaced(token)))
        return tuple(items)

    def _table(self, spaced: bool) -> Table:
        rows: list[Row] = []
        cells: list[Inlines] = []
        aligns: list[Align | None] = []
        while (token := self._take()).type != "table_close":
            if token.type in ("th_open", "td_open"):
                cells.append(_cell(self._inlines()))
            if token.type == "th_open":
                aligns.append(_ALIGNS.get(str(token.attrs.get("style", ""))))
            if token.type == "tr_close":
                rows.append(tuple(cells))
                cells = []
        return Table(rows[0], tuple(rows[1:]), tuple(aligns), spaced)


def inlines(tokens: Iterable[Token]) -> Inlines:
    """The tree of a line's tokens."""
    open_tokens: list[Token] = []
    levels: list[list[Inline]] = [[]]
    for token in tokens:
        if token.nesting == 1:
            open_tokens.append(token)
            levels.append([])
        elif token.nesting == -1:
            children = joined(levels.pop())
            levels[-1].extend(_enclosed(open_tokens.pop(), children))
        else:
            levels[-1].append(_leaf(token))
    return joined(levels[0])


def _leaf(token: Token) -> Inline:
    match token.type:
        case "softbreak" | "hardbreak":
            return Break()
        case "code_inline":
            return Code(token.content.expandtabs(_TAB))
        case "formula":
            return Formula(token.content)
        case _:
            return Text(token.content)


def _enclosed(opening: Token, children: Inlines) -> Inlines:
    style = _STYLES.get(opening.type)
    if style is not None:
        return (Styled(style, children),) if children else ()
    return _link(str(opening.attrs.get("href", "")), children, bare=opening.info == "bare")


def _link(address: str, children: Inlines, *, bare: bool) -> Inlines:
    """Addresses that Telegram would refuse are shown as code, so that the reader can copy them.

    A label that poses as another address is no link: the reader sees where it really leads.
    """
    url = accepted(address)
    text = label(children)
    if url and not bare and is_elsewhere(text, url):
        return (*children, Text(" ("), Link(url, (Text(url),)), Text(")"))
    if url:
        return (Link(url, children if text.strip() else (Text(address),)),)
    if bare or not address.strip():
        return children
    if not text.strip() or text == address:
        return (Code(address),)
    return (*children, Text(" ("), Code(address), Text(")"))


def _paragraph(children: Inlines, spaced: bool) -> Iterable[Block]:
    if len(children) > 2 and isinstance(children[-2], Break):
        underline = children[-1]
        if isinstance(underline, Text) and _UNDERLINE.fullmatch(underline.content):
            return (Heading(1, children[:-2], spaced),)
    return (Paragraph(children, spaced),)


def _code(token: Token, spaced: bool) -> Iterable[Block]:
    """A fence's first word is the language; what else stands there, such as a file's name, is a line above."""
    content = _EMPTY_EDGES.sub("", token.content.expandtabs(_TAB))
    match = _LANGUAGE.match(token.info.strip()) if content else None
    language = match[0] if match else ""
    caption = token.info.strip().removeprefix(language).strip(": ")
    if caption:
        yield Paragraph((Text(caption),), spaced)
        spaced = False
    if content and language == "math":
        yield FormulaBlock(content, spaced)
    elif content:
        yield CodeBlock(content, language, spaced)


def _item(blocks: Blocks, spaced: bool) -> Item:
    """`- [x] done` has a box."""
    first = blocks[0] if blocks else None
    if isinstance(first, Paragraph) and first.children and isinstance(text := first.children[0], Text):
        match = _BOX.match(text.content)
        if match:
            rest = joined((Text(text.content[match.end() :]), *first.children[1:]))
            return Item((Paragraph(rest, first.spaced), *blocks[1:]), match[1] != " ", spaced)
    return Item(blocks, None, spaced)


def _cell(children: Inlines) -> Inlines:
    """A table's row is one line, so models write `<br>` where a cell needs two."""
    found: list[Inline] = []
    for child in children:
        if isinstance(child, Text):
            for number, part in enumerate(_LINE_TAG.split(child.content)):
                found.extend((Break(), Text(part)) if number else (Text(part),))
        else:
            found.append(child)
    return joined(found)
