"""Operations on what stands within lines."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from replies.markdown.tree import Break, Code, Formula, Inline, Inlines, Link, Style, Styled, Text

_EMPTY: Final = Text("")


def joined(children: Iterable[Inline]) -> Inlines:
    """Neighbours of one kind as one, empty ones dropped."""
    found: list[Inline] = []
    filled = (child for child in children if child != _EMPTY)
    for kind, group in groupby(filled, key=_kind):
        if kind is Text:
            found.append(Text("".join(child.content for child in group if isinstance(child, Text))))
        elif isinstance(kind, Style):
            found.extend(_one_styled(kind, [child for child in group if isinstance(child, Styled)]))
        else:
            found.extend(group)
    return tuple(found)


def _kind(child: Inline) -> object:
    """What decides whether neighbours become one; a value of its own for what never does."""
    match child:
        case Text():
            return Text
        case Styled(style):
            return style
        case _:
            return None


def _one_styled(style: Style, children: list[Styled]) -> Inlines:
    if len(children) == 1:
        return tuple(children) if children[0].children else ()
    inner = joined(grandchild for child in children for grandchild in child.children)
    return (Styled(style, inner),) if inner else ()


def label(children: Inlines) -> str:
    """The text alone."""
    return "".join(_label(child) for child in children)


def _label(child: Inline) -> str:
    match child:
        case Text(content) | Code(content) | Formula(content):
            return content
        case Break():
            return "\n"
        case Styled(_, children) | Link(_, children):
            return label(children)
