"""What was said, quoted above the answer to it."""

import re
from typing import Final

from replies.markdown.characters import cleaned, visible
from replies.markdown.cut import best_cut
from replies.markdown.tree import Blocks, Break, Document, Inline, Paragraph, Quote, Text

MOST_QUOTED: Final = 1_000
"""Characters; the first message keeps room for the answer."""
_AHEAD: Final = 64
_EMPTY_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def quoted(words: str, document: Document) -> Document:
    """The document below an expandable quote of these words, which are text without markup.

    Of many words only the first are quoted. Words that cannot be seen are not.
    """
    return Document((*_quote(words), *document.blocks))


def _quote(words: str) -> Blocks:
    if not visible(words):
        return ()
    text = _EMPTY_LINES.sub("\n\n", cleaned(words).strip())
    if len(text) > MOST_QUOTED:
        text = text[: best_cut(text[: MOST_QUOTED + _AHEAD], MOST_QUOTED)].rstrip() + "…"
    children: list[Inline] = []
    for line in text.split("\n"):
        children += [Break(), Text(line.strip())] if line.strip() else [Break()]
    return (Quote((Paragraph(tuple(children[1:])),), expandable=True),)
