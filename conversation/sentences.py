"""A text cut into sentences, whatever its language, and sentences gathered into pieces to be spoken."""

from collections.abc import Iterator
from typing import Final

import regex

_CLOSING: Final = r"[\p{Pf}\p{Pe}\"'*_]*"
# Full-width and CJK stops need no space behind them; the others do, or they stand in a number or a name.
_END: Final = regex.compile(
    rf"\n\s*|[。！？｡]+{_CLOSING}\s*|[.!?…‽؟۔।॥።፧։།။៕]+{_CLOSING}(?:\s+|\Z)", regex.VERSION1
)
# Behind these a point ends no sentence: initials, ordinals, and what is shortened in the languages most read.
_SHORTENED: Final = regex.compile(
    r"(?:^|[\s(\p{Pi}\p{Ps}])(?:\p{Lu}|\d{1,2}|(?:\p{L}\.)+\p{L}|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|cf|No|Nr|bzw|ca"
    r"|Hr|Fr|Sra?|Mme|Mlle|M|p|pp|Fig|Abb|approx)\.\s*\Z"
)
_BREATHS: Final = (regex.compile(r"[,;:،؛、，；：—–]\s*"), regex.compile(r"\s+"))
_GRAPHEME: Final = regex.compile(r"\X")


def sentences(text: str) -> list[str]:
    """The sentences in order, each with the space behind it: joined they are the text."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if "\n" not in match[0] and _SHORTENED.search(text, start, match.end()):
            continue
        if text[start : match.end()].strip():
            found.append(text[start : match.end()])
            start = match.end()
    if start < len(text):
        found.append(text[start:])
    return found


def pieces(text: str, most: int, *, least: int = 1) -> Iterator[str]:
    """The text in pieces of whole sentences, each at least `least` (but the last) and at most `most` long.

    A sentence that is longer is cut where a breath is taken, or else between two characters.
    """
    held = ""
    for sentence in sentences(text):
        for part in _short_enough(sentence, most):
            if held and (len(held) >= least or len(held) + len(part) > most):
                yield held
                held = ""
            held += part
    if held:
        yield held


def _short_enough(sentence: str, most: int) -> Iterator[str]:
    while len(sentence) > most:
        at = _cut(sentence, most)
        yield sentence[:at]
        sentence = sentence[at:]
    if sentence:
        yield sentence


def _cut(sentence: str, most: int) -> int:
    for breath in _BREATHS:
        cuts = [match.end() for match in breath.finditer(sentence, 0, most) if match.end() > most // 2]
        if cuts:
            return cuts[-1]
    ends = [match.end() for match in _GRAPHEME.finditer(sentence, 0, most)]
    return ends[-2] if len(ends) > 1 and ends[-2] > 0 else most
