"""Markup within lines that has been opened and not yet closed, at the end of a growing text."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from replies.markdown.formulas import LONGEST_INLINE
from replies.markdown.grammar import flanks

# How long something is held back or kept open before it is taken for text after all.
_LONGEST_LINK: Final = 400
_LONGEST_DOLLARS: Final = 60
_LONGEST_PRICE: Final = 12
_LONGEST_CODE: Final = 200
_LONGEST_EMPHASIS: Final = {1: 200, 2: 1000, 3: 1000}

_ADDRESS: Final = re.compile(r"https?://[^\s<>\[\]`\"*]+")
_LABEL: Final = r"\[(?:[^\[\]\\]|\\.|\[[^\[\]]{0,99}\]){0,300}\]"
_LINK: Final = re.compile(_LABEL + r"\((?:[^()\s\\]|\\.|\([^()\s]{0,99}\)){0,2000}(?:\s+\"[^\"]{0,300}\")?\)")
_NOT_A_LINK: Final = re.compile(_LABEL + r"(?=[^(])")
_DOLLARS: Final = re.compile(r"\$(?:[^$\\\n]|\\[^\n]){1,400}\$")
_HALF_ENTITY: Final = re.compile(r"&#?\w{0,12}")
_HALF_AUTOLINK: Final = re.compile(r"<(?:[A-Za-z][^\s<>]*)?")
_AUTOLINK: Final = re.compile(r"<[A-Za-z][\w+.-]*:[^\s<>]*>")
_REPEATED: Final = re.compile(r"(.)\1*")
_MARKUP: Final = re.compile(r"[\\`$\[<&*_~]|!\Z|https?://")


@dataclass(slots=True)
class _Opener:
    marker: str
    length: int
    end: int


def closed_line(text: str) -> str:
    """The text of a paragraph without what is half written, and with what is open closed."""
    return _Scan(text).result()


class _Scan:
    """Goes through the text once, as the parser would, and stops at what has no end yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._openers: list[_Opener] = []
        self._open: Counter[str] = Counter()
        self._kept = len(text)
        self._closing = ""

    def result(self) -> str:
        position = 0
        while match := _MARKUP.search(self._text, position):
            position = self._step(match.start())
            if position > self._kept or self._closing:
                break
        kept = self._text[: self._kept].rstrip()
        return kept + self._closing + self._closers(len(kept))

    def _step(self, at: int) -> int:
        """Where to go on."""
        match self._text[at]:
            case "\\":
                return self._backslash(at)
            case "`":
                return self._code(at)
            case "$":
                return self._dollar(at)
            case "[":
                return self._bracket(at)
            case "<":
                return self._angle(at)
            case "&":
                return self._hold(at) if _HALF_ENTITY.fullmatch(self._text, at) else at + 1
            case "!":
                return self._hold(at)
            case "h":
                match = _ADDRESS.match(self._text, at)
                return match.end() if match else at + 1
            case _:
                return self._emphasis(at)

    def _hold(self, at: int) -> int:
        """Keeps nothing from here on."""
        self._kept = at
        return len(self._text) + 1

    def _left(self, at: int) -> int:
        return len(self._text) - at

    def _backslash(self, at: int) -> int:
        following = self._text[at + 1 : at + 2]
        if following in ("(", "["):
            return self._delimited(at, "\\" + (")" if following == "(" else "]"))
        return at + 2 if following else self._hold(at)

    def _delimited(self, at: int, closing: str) -> int:
        end = self._text.find(closing, at + 2, at + 2 + LONGEST_INLINE)
        if end >= 0:
            return end + 2
        return self._hold(at) if self._left(at) <= LONGEST_INLINE else at + 1

    def _code(self, at: int) -> int:
        start = at + _run(self._text, at)
        ticks = self._text[at:start]
        match = re.compile(f"(?<!`){ticks}(?!`)").search(self._text, start)
        if match:
            return match.end()
        content = self._text[start:].rstrip("`").rstrip()
        if len(content) > _LONGEST_CODE or "\n" in content:
            return start
        if not content:
            return self._hold(at)
        self._kept, self._closing = start + len(content), ticks
        return start

    def _dollar(self, at: int) -> int:
        if self._text.startswith("$$", at):
            return self._delimited(at, "$$")
        match = _DOLLARS.match(self._text, at)
        if match:
            return match.end() - 1 if match[0][-2].isspace() else match.end()
        rest = self._text[at + 1 : at + 2 + _LONGEST_DOLLARS]
        if (at and self._text[at - 1].isalnum()) or "\n" in rest or rest[:1].isspace():
            return at + 1
        is_price = rest[:1].isdigit()
        longest = _LONGEST_PRICE if is_price else _LONGEST_DOLLARS
        return self._hold(at) if len(rest) <= longest and not (is_price and " " in rest) else at + 1

    def _bracket(self, at: int) -> int:
        link = _LINK.match(self._text, at)
        if link:
            return link.end()
        if _NOT_A_LINK.match(self._text, at):
            return at + 1
        if self._left(at) > _LONGEST_LINK:
            return at + 1
        return self._hold(at - 1 if at and self._text[at - 1] == "!" else at)

    def _angle(self, at: int) -> int:
        match = _AUTOLINK.match(self._text, at)
        if match:
            return match.end()
        return self._hold(at) if _HALF_AUTOLINK.fullmatch(self._text, at) else at + 1

    def _emphasis(self, at: int) -> int:
        end = at + _run(self._text, at)
        if not self._text[end : end + 1].strip() and not self._text[end:].strip():
            return self._hold(at)
        marker, length = self._text[at], end - at
        before = self._text[at - 1] if at else " "
        after = self._text[end]
        can_open, can_close = flanks(marker, before, after)
        if marker == "~" and length != 2:
            return end
        left = self._close(marker, length) if can_close else length
        is_times = length == 1 and before.isalnum() and after.isalnum()
        if can_open and left and not is_times:
            self._openers.append(_Opener(marker, left, end))
            self._open[marker] += 1
        return end

    def _close(self, marker: str, length: int) -> int:
        """How much of a closing run is left when it has closed what it can."""
        while length and self._open[marker]:
            while self._openers[-1].marker != marker:
                self._pop()
            closed = min(self._openers[-1].length, length)
            self._openers[-1].length -= closed
            length -= closed
            if not self._openers[-1].length:
                self._pop()
        return length

    def _pop(self) -> None:
        self._open[self._openers.pop().marker] -= 1

    def _closers(self, end: int) -> str:
        return "".join(
            opener.marker * opener.length
            for opener in reversed(self._openers)
            if opener.end < end and end - opener.end <= _LONGEST_EMPHASIS.get(opener.length, 0)
        )


def _run(text: str, at: int) -> int:
    """How often the character there is repeated."""
    match = _REPEATED.match(text, at)
    return len(match[0]) if match else 0
