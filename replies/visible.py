"""The part of a growing answer that a preview shows: all of it while it fits one message, then its end."""

import re
from collections.abc import Iterator
from dataclasses import replace

from replies.content import TextContent
from replies.markdown import (
    MOST_QUOTED,
    TEXT_LIMITS,
    Document,
    Limits,
    closed_prefix,
    parse,
    quoted,
    split,
    to_entities,
)
from replies.parts import fits, text_content, utf16_length

_MOST_SOURCE = 3_800  # characters rendered for one frame: bounds its cost, and nearly always fits a message
_KEPT_SOURCE = 1_500  # how much stays when the beginning is let go, so that this is seldom
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Visible:
    """Renders the newest text; it keeps its beginning as long as possible, because clients animate the end.

    A `quote` stays above it whatever part is shown.
    """

    def __init__(self, quote: str = "") -> None:
        self._quote = quote
        self._most_source = _MOST_SOURCE - (MOST_QUOTED if quote else 0)
        self._start = 0
        self._opener = ""  # of the code block that the beginning we let go has opened

    def content(self, markdown: str) -> TextContent:
        if len(markdown) < self._start:  # another text, not the same one grown
            self._start, self._opener = 0, ""
        if len(markdown) - self._start > self._most_source:
            self._let_go(markdown)
        document = parse(closed_prefix(self._opener + markdown[self._start :]))
        whole = quoted(self._quote, document)
        styled = to_entities(whole)
        if not fits(styled):
            pieces = split(document, self._limits())
            styled = to_entities(quoted(self._quote, pieces[-1]))
        return text_content(styled)

    def _limits(self) -> Limits:
        """What is left of a message below the quote."""
        if not self._quote:
            return TEXT_LIMITS
        taken = utf16_length(to_entities(quoted(self._quote, Document(()))).text) + 2
        return replace(TEXT_LIMITS, text=TEXT_LIMITS.text - taken, marks=TEXT_LIMITS.marks - 1)

    def _let_go(self, markdown: str) -> None:
        enough = len(markdown) - _KEPT_SOURCE
        start, opener = _last_word_start(markdown, enough), self._opener
        for start, opener in _line_starts(markdown, self._start, self._opener):  # noqa: B007  # used below
            if start >= enough:
                break
        if len(markdown) - start > self._most_source:  # lines longer than messages
            start = _last_word_start(markdown, enough)
        self._start, self._opener = start, opener


def _line_starts(markdown: str, position: int, opener: str) -> Iterator[tuple[int, str]]:
    """Where paragraphs, and lines of code, begin behind the position; each with the fence open there."""
    after_blank = False
    while position < len(markdown):
        end = markdown.find("\n", position)
        line = markdown[position : end if end >= 0 else len(markdown)]
        if opener or (after_blank and line.strip()):
            yield position, opener
        fence = _FENCE.match(line)
        if fence is not None:
            if not opener:
                opener = line + "\n"
            elif line.strip().startswith(_mark(opener)) and line.strip() == fence[1]:
                opener = ""
        after_blank = not line.strip()
        if end < 0:
            return
        position = end + 1


def _mark(opener: str) -> str:
    found = _FENCE.match(opener)
    return found[1] if found else ""


def _last_word_start(markdown: str, position: int) -> int:
    space = markdown.find(" ", position)
    return space + 1 if 0 <= space < len(markdown) - 1 else position
