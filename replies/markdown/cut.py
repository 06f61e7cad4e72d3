"""Cutting what stands within lines, and code, at the place where it hurts least."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import regex

from replies.markdown.characters import grapheme_ends, joins_what_is_before
from replies.markdown.inlines import joined, label
from replies.markdown.tree import Break, Code, Formula, Inline, Inlines, Link, Styled, Text

_AHEAD: Final = 64
_PLACES: Final = (
    regex.compile(r"(?=\n)"),
    regex.compile(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？][”’」』）]*"),
    regex.compile(r"(?=\s)"),
)
_BETWEEN_STATEMENTS: Final = regex.compile(r"\n+(?=\S)")


@dataclass(slots=True)
class Room:
    """What is left of a message: text in the measure of its kind, and marks, which are entities or blocks."""

    text: int
    marks: int

    def copy(self) -> "Room":
        return Room(self.text, self.marks)

    def take(self, text: int, marks: int = 0) -> bool:
        """Whether that much was left; if not, nothing is taken."""
        if text > self.text or marks > self.marks:
            return False
        self.text -= text
        self.marks -= marks
        return True


@dataclass(frozen=True, slots=True)
class Measure:
    """How one kind of message counts; `quote_mark` is what each line of an expandable quote takes besides."""

    size: Callable[[str], int]
    fitting: Callable[[str, int], int]
    address: Callable[[str, Inlines], str]
    counts_styles: bool
    quote_mark: int = 0


@dataclass(frozen=True, slots=True)
class _Leaf:
    text: str
    marks: int = 0
    solid: bool = False
    extra: str = ""


def cut_inlines(children: Inlines, room: Room, measure: Measure, indent: int) -> int | None:
    """How many characters go into this room, which is used up by them; None if all do."""
    seen: list[str] = []
    solids: list[tuple[int, int]] = []
    position = 0
    leaves = _leaves(children, measure, 0)
    for leaf in leaves:
        if room.take(_size(leaf, measure, indent), leaf.marks):
            if leaf.solid:
                solids.append((position, position + len(leaf.text)))
            seen.append(leaf.text)
            position += len(leaf.text)
            continue
        seen.append(leaf.text)
        if leaf.marks <= room.marks and (not leaf.solid or not position):
            position += measure.fitting(leaf.text, max(room.text - measure.size(leaf.extra), 0))
        return best_cut(_ahead(seen, leaves, position), position, solids)
    return None


def best_cut(text: str, limit: int, solids: Iterable[tuple[int, int]] = ()) -> int:
    """The last good place up to `limit`: end of a line, of a sentence, of a word, of a perceived character.

    `text` goes on a little beyond `limit`; between the ends of each of `solids` there is no good place.
    """
    blocked = bytearray(len(text) + 1)
    for start, end in solids:
        blocked[start + 1 : end] = b"\1" * max(end - start - 1, 0)
    for place in _PLACES:
        found = [match.end() for match in place.finditer(text, limit // 2) if match.end() <= limit]
        for end in reversed(found):
            if end and not blocked[end] and not joins_what_is_before(text[end : end + 1]):
                return end
    ends = [end for end in grapheme_ends(text) if end <= limit and not blocked[end]]
    return ends[-1] if ends else limit


def cut_code(content: str, limit: int) -> int:
    """The place up to `limit` to cut code at: before a line that is not indented, before a line, in a line."""
    found = [match.end() for match in _BETWEEN_STATEMENTS.finditer(content, limit // 2, limit)]
    if found:
        return found[-1]
    line = content.rfind("\n", 0, limit)
    return line + 1 if line > 0 else best_cut(content[: limit + _AHEAD], limit)


def divided(children: Inlines, count: int) -> tuple[Inlines, Inlines]:
    """The first `count` characters and the rest, without the spaces that stood between them."""
    head, tail, _ = _divided(children, count)
    return head, _without_leading_space(tail)


def _divided(children: Inlines, count: int) -> tuple[Inlines, Inlines, int]:
    head: list[Inline] = []
    for position, child in enumerate(children):
        if not count:
            return tuple(head), children[position:], 0
        before, after, count = _divided_one(child, count)
        head.append(before)
        if after is not None:
            return joined(head), (after, *children[position + 1 :]), 0
    return joined(head), (), count


def _divided_one(child: Inline, count: int) -> tuple[Inline, Inline | None, int]:
    match child:
        case Break():
            return child, None, count - 1
        case Text(content) | Code(content) | Formula(content):
            kind = type(child)
            if len(content) <= count:
                return child, None, count - len(content)
            return kind(content[:count]), kind(content[count:]), 0
        case Styled(style, children):
            head, tail, left = _divided(children, count)
            return Styled(style, head), Styled(style, tail) if tail else None, left
        case Link(url, children):
            head, tail, left = _divided(children, count)
            return Link(url, head), Link(url, tail) if tail else None, left


def _without_leading_space(children: Inlines) -> Inlines:
    for position, child in enumerate(children):
        rest = _stripped(child)
        if rest is not None:
            return (rest, *children[position + 1 :])
    return ()


def _stripped(child: Inline) -> Inline | None:
    match child:
        case Break():
            return None
        case Text(content):
            content = content.lstrip()
            return Text(content) if content else None
        case Styled(style, children):
            children = _without_leading_space(children)
            return Styled(style, children) if children else None
        case _:
            return child


def _ahead(seen: list[str], leaves: Iterator[_Leaf], position: int) -> str:
    """The text seen and a little more, so that no perceived character is taken for ended too early."""
    text = "".join(seen)
    while len(text) < position + _AHEAD and (leaf := next(leaves, None)):
        text += leaf.text
    return text[: position + _AHEAD]


def _leaves(children: Inlines, measure: Measure, depth: int) -> Iterator[_Leaf]:
    for child in children:
        match child:
            case Text(content):
                yield _Leaf(content)
            case Break():
                yield _Leaf("\n")
            case Code(content) | Formula(content):
                # Code within styles ends them and begins them again: an entity more for each.
                yield _Leaf(content, 1 + depth if measure.counts_styles else 0, solid=True)
            case Link(url, inner):
                marks = 1 + _styles(inner) if measure.counts_styles else 0
                yield _Leaf(label(inner), marks, solid=True, extra=measure.address(url, inner))
            case Styled(_, inner):
                yield _Leaf("", 1 if measure.counts_styles else 0)
                yield from _leaves(inner, measure, depth + 1)


def _styles(children: Inlines) -> int:
    return sum(1 + _styles(child.children) for child in children if isinstance(child, Styled))


def _size(leaf: _Leaf, measure: Measure, indent: int) -> int:
    size = measure.size(leaf.text) + measure.size(leaf.extra)
    return size + indent * leaf.text.count("\n") if indent else size
