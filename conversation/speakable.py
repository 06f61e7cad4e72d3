"""An answer as it is read aloud: no Markdown, code and tables summarised, links by title."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

import regex

from domain.texts import Plural, Sentence, Text
from replies.markdown import closed_prefix, parse
from replies.markdown.inlines import label
from replies.markdown.tree import (
    Block,
    Break,
    Code,
    CodeBlock,
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
)
from replies.markdown.tree import Text as Words

Say = Callable[[Sentence], str]

_LONGEST_CODE = 60
_LONGEST_FORMULA = 40
_MOST_NAMES = 6
_ENDED: Final = regex.compile(r"[.!?…:;,‽؟۔؛،।॥።։།။៕。！？：；，、｡][\p{Pf}\p{Pe}\"']*\Z")
_EMOJI: Final = regex.compile(
    r"(?:\p{Regional_Indicator}{2}|(?=\p{Emoji})[^\d#*\p{L}\p{P}]"
    r"(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*)+\ufe0f?"
)
_KEYCAP: Final = regex.compile(r"([\d#*])\ufe0f?\u20e3")
_GROUPED: Final = regex.compile(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_SPACES: Final = regex.compile(r"[^\S\n]+")
_INVISIBLE: Final = regex.compile(r"[\p{Cf}\p{Co}\p{Cs}\ufe00-\ufe0f]")
_HEARABLE: Final = regex.compile(r"[\p{L}\p{N}]")
_PLAIN_FORMULA: Final = regex.compile(r"[\p{L}\p{N}\s+\-=.,()/<>]*")
_SYMBOLS: Final = {
    "≈": Text("about"),
    "≤": Text("at most"),
    "≥": Text("at least"),
    "≠": Text("is not"),
    "±": Text("plus or minus"),
    "×": Text("times"),
    "÷": Text("divided by"),
}
_ARROWS: Final = regex.compile(r"\s*[→⇒➜➔➡←⇐]+\s*")
_PHOTO: Final = regex.compile(r"[\p{Extended_Pictographic}]")


def speakable(markdown: str, say: Say, *, growing: bool = False) -> str:
    """What is read aloud of it, a line for each paragraph; empty if nothing can be.

    `growing`: more is still to come, so half a construct at its end is left out.
    """
    document = parse(closed_prefix(markdown) if growing else markdown)
    lines = (_clean(line, say) for line in _blocks(document.blocks, say))
    text = "\n".join(_ended(line) for line in lines if line)
    return text if _HEARABLE.search(text) else _named_emoji(markdown)


def needs_eyes(markdown: str) -> bool:
    """Whether something in it cannot be heard: code, a table, a formula, a link."""
    return any(_is_for_eyes(block) for block in _flat(parse(markdown).blocks))


def _blocks(blocks: Iterable[Block], say: Say) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(children) | Heading(_, children):
                yield from _inlines(children, say).split("\n")
            case CodeBlock(content, language):
                yield say(_code(content, language))
            case FormulaBlock():
                yield say(Text("A formula stands here."))
            case Quote(inner):
                yield from _blocks(inner, say)
            case List(items, start):
                for number, item in enumerate(items):
                    yield from _item(item, None if start is None else start + number, say)
            case Table():
                yield _table(block, say)
            case _:
                pass  # a divider is not heard


def _item(item: Item, number: int | None, say: Say) -> Iterator[str]:
    lines = [line for line in _blocks(item.blocks, say) if line]
    if not lines:
        return
    if item.checked is not None:
        done = Text("Done: {item}", item=lines[0]) if item.checked else Text("To do: {item}", item=lines[0])
        lines[0] = say(done)
    yield lines[0] if number is None else f"{number}: {lines[0]}"
    yield from lines[1:]


def _code(content: str, language: str) -> Sentence:
    count = content.count("\n") + 1
    if language:
        return Plural(
            "{count} line of code in {language}.",
            "{count} lines of code in {language}.",
            count,
            language=language,
        )
    return Plural("{count} line of code.", "{count} lines of code.", count)


def _table(table: Table, say: Say) -> str:
    names = [_clean(label(cell), say) for cell in table.header]
    named = ", ".join(name for name in names[:_MOST_NAMES] if name)
    if not named:
        return say(Plural("A table with {count} column.", "A table with {count} columns.", table.columns))
    return say(
        Plural(
            "A table with {count} column: {names}.", "A table with {count} columns: {names}.", table.columns,
            names=named,
        )
    )  # fmt: skip


def _inlines(children: Inlines, say: Say) -> str:
    return "".join(_inline(child, say) for child in children)


def _inline(child: Inline, say: Say) -> str:
    match child:
        case Words(content):
            return content
        case Break():
            return "\n"
        case Code(content):
            return content if len(content) <= _LONGEST_CODE else say(Text("a piece of code"))
        case Formula(latex):
            is_plain = len(latex) <= _LONGEST_FORMULA and _PLAIN_FORMULA.fullmatch(latex)
            return latex if is_plain else say(Text("a formula"))
        case Styled(_, inner):
            return _inlines(inner, say)
        case Link(url, inner):
            return _link(url, inner, say)


def _link(url: str, inner: Inlines, say: Say) -> str:
    title = _inlines(inner, say)
    if "://" not in title and not title.startswith(("www.", "mailto:")) and "/" not in title:
        return title
    site = (urlsplit(url).hostname or "").removeprefix("www.")
    return say(Text("a link to {site}", site=site)) if site else title


def _clean(line: str, say: Say) -> str:
    line = _KEYCAP.sub(r"\1 ", line)
    line = _GROUPED.sub("", line)
    for symbol, word in _SYMBOLS.items():
        if symbol in line:
            line = line.replace(symbol, f" {say(word)} ")
    line = _ARROWS.sub(", ", line)
    line = _EMOJI.sub(" ", line)
    line = _SPACES.sub(" ", _INVISIBLE.sub("", line).replace("\n", " ")).strip()
    return line if _HEARABLE.search(line) else ""


def _ended(line: str) -> str:
    """With a stop, so that the voice falls where the line ends."""
    if _ENDED.search(line):
        return line
    return f"{line}。" if unicodedata.east_asian_width(line[-1]) in "WF" else f"{line}."


def _named_emoji(markdown: str) -> str:
    """An answer of nothing but pictures is read by their names, which exist in English only."""
    names = [unicodedata.name(sign, "").lower() for sign in markdown if _PHOTO.match(sign)]
    return ", ".join(name for name in names[:3] if name)


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        match block:
            case Quote(inner):
                yield from _flat(inner)
            case List(items):
                for item in items:
                    yield from _flat(item.blocks)
            case _:
                pass  # holds no others


def _is_for_eyes(block: Block) -> bool:
    match block:
        case CodeBlock() | FormulaBlock() | Table():
            return True
        case Paragraph(children) | Heading(_, children):
            return _shows(children)
        case _:
            return False


def _shows(children: Inlines) -> bool:
    return any(
        isinstance(child, Link | Formula) or (isinstance(child, Styled) and _shows(child.children))
        for child in children
    )
