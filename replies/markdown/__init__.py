"""A model's Markdown as what Telegram shows: parsed once into a tree, split there, written in three ways."""

from replies.markdown.blocks import needs_rich, to_blocks
from replies.markdown.entities import Entity, Styled, to_entities
from replies.markdown.parse import parse
from replies.markdown.plain import to_plain
from replies.markdown.prefix import closed_prefix
from replies.markdown.quote import MOST_QUOTED, quoted
from replies.markdown.split import CAPTION_LIMITS, PLAIN_LIMITS, RICH_LIMITS, TEXT_LIMITS, Limits, split
from replies.markdown.tree import Document, Paragraph, Style, Text
from replies.markdown.tree import Styled as _StyledText
from replies.markdown.verbatim import verbatim

__all__ = [
    "CAPTION_LIMITS",
    "MOST_QUOTED",
    "PLAIN_LIMITS",
    "RICH_LIMITS",
    "TEXT_LIMITS",
    "Document",
    "Entity",
    "Limits",
    "Styled",
    "closed_prefix",
    "needs_rich",
    "parse",
    "quoted",
    "render",
    "split",
    "to_blocks",
    "to_entities",
    "to_plain",
    "verbatim",
]


def render(markdown: str, note: str = "") -> Document:
    """The document of an answer; `note`, a sentence of ours without markup, ends it in italics."""
    document = parse(markdown)
    if not note:
        return document
    return Document((*document.blocks, Paragraph((_StyledText(Style.ITALIC, (Text(note),)),))))
