"""The tree as a text with message entities, which every Telegram client shows."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.steps import JsonValue
from replies.markdown.characters import visible
from replies.markdown.layout import Layout, Span
from replies.markdown.tree import Document

_QUOTES: Final = ("blockquote", "expandable_blockquote")
_BEYOND_ONE_UNIT: Final = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entity:
    """`offset` and `length` in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """As the Bot API takes it."""
        entity: dict[str, JsonValue] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url:
            entity["url"] = self.url
        if self.language:
            entity["language"] = self.language
        return entity


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and its entities, outer ones first. Nothing to be seen is an empty text."""

    text: str
    entities: tuple[Entity, ...] = ()


def to_entities(document: Document) -> Styled:
    """The whole document, however long; `split` makes pieces of a size that Telegram takes."""
    layout = Layout()
    layout.write(document.blocks)
    text = layout.text()
    stripped = text.strip()
    if not visible(stripped):
        return Styled("")
    cut = len(text) - len(text.lstrip())
    spans = (_fitted(span, cut, stripped) for span in layout.spans)
    return Styled(stripped, _counted((span for span in spans if span.start < span.end), stripped))


def _fitted(span: Span, cut: int, text: str) -> Span:
    """Telegram trims the text and the entities: what is counted here must be what is left there."""
    start, end = max(span.start - cut, 0), min(span.end - cut, len(text))
    if span.type != "pre":
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
    return Span(span.type, start, end, span.url, span.language)


def _counted(spans: Iterable[Span], text: str) -> tuple[Entity, ...]:
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.type not in _QUOTES))
    far = [match.start() for match in _BEYOND_ONE_UNIT.finditer(text)]
    return tuple(_entity(span, far) for span in ordered)


def _entity(span: Span, far: list[int]) -> Entity:
    start = span.start + bisect_left(far, span.start)
    end = span.end + bisect_left(far, span.end)
    return Entity(span.type, start, end - start, span.url, span.language)
