"""An answer as the messages it becomes: rich, or text with entities, split where it is too long."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from domain.reply import RichMode
from domain.steps import JsonValue
from replies.content import LONGEST_TEXT, MOST_ENTITIES, Content, RichContent, TextContent
from replies.markdown import (
    RICH_LIMITS,
    TEXT_LIMITS,
    Document,
    Entity,
    Styled,
    needs_rich,
    split,
    to_blocks,
    to_entities,
    to_plain,
)

_STRONG = {"L", "R", "AL"}


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer. The document is kept for the case that its rich form is refused."""

    content: Content
    document: Document

    @property
    def is_rich(self) -> bool:
        return isinstance(self.content, RichContent)

    def ladder(self) -> tuple[Content, ...]:
        """What to try, best first, until Telegram takes it."""
        if isinstance(self.content, RichContent) or not self.content.entities:
            return (self.content,)
        plain = to_plain(self.document)
        fits_plain = is_visible(plain) and utf16_length(plain) <= LONGEST_TEXT
        return self.content, TextContent(plain if fits_plain else self.content.text)


def wants_rich(document: Document, mode: RichMode) -> bool:
    return mode is RichMode.ALWAYS or (mode is RichMode.AUTO and needs_rich(document))


def in_parts(document: Document, *, rich: bool) -> list[Part]:
    """The same document is always split the same way. Empty if there is nothing to be seen."""
    return _rich_parts(document) if rich else _text_parts(document)


def as_text(parts: Sequence[Part]) -> list[Part]:
    """The parts without rich messages; there may be more of them."""
    return [text for part in parts for text in (_text_parts(part.document) if part.is_rich else [part])]


def text_content(styled: Styled) -> TextContent:
    return TextContent(styled.text, [_json(entity) for entity in styled.entities])


def fits(styled: Styled) -> bool:
    return utf16_length(styled.text) <= LONGEST_TEXT and len(styled.entities) <= MOST_ENTITIES


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_visible(text: str) -> bool:
    """False for white space and zero-width characters alone: Telegram takes no such message."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def _rich_parts(document: Document) -> list[Part]:
    is_rtl = _is_rtl(to_plain(document))
    parts = [(RichContent([*to_blocks(piece)], is_rtl), piece) for piece in split(document, RICH_LIMITS)]
    return [Part(content, piece) for content, piece in parts if content.blocks]


def _is_rtl(text: str) -> bool:
    """By the first letter that has a direction, as Unicode's own algorithm decides it."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in _STRONG), "L") != "L"


def _text_parts(document: Document) -> list[Part]:
    styled = to_entities(document)
    whole = fits(styled)  # most answers: spares rendering them twice
    rendered = [(styled, document)] if whole else [(to_entities(it), it) for it in split(document, TEXT_LIMITS)]
    return [Part(text_content(styled), piece) for styled, piece in rendered if is_visible(styled.text)]


def _json(entity: Entity) -> JsonValue:
    json: dict[str, JsonValue] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url:
        json["url"] = entity.url
    if entity.language:
        json["language"] = entity.language
    return json
