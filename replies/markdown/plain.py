"""The tree as nothing but text: the last resort, and what copies and searches well."""

from replies.markdown.characters import visible
from replies.markdown.layout import Layout
from replies.markdown.tree import Document


def to_plain(document: Document) -> str:
    """Laid out like the text with entities; links are followed by their addresses."""
    layout = Layout(addresses=True)
    layout.write(document.blocks)
    text = layout.text().strip()
    return text if visible(text) else ""
