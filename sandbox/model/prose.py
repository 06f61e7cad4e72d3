"""Prose by the yard: varied, the same every time, without anything that Markdown would take for itself."""

import re
from collections.abc import Iterator
from itertools import islice

_WHO = ("rivers", "lanterns", "sailors", "gardens", "pilots", "clouds", "bakers", "violins", "clocks", "poets")
_DO = (
    "follow",
    "remember",
    "carry",
    "answer",
    "borrow",
    "cross",
    "paint",
    "measure",
    "forgive",
    "mend",
    "admire",
)
_WHAT = ("mountains", "letters", "bridges", "stories", "winters", "markets", "islands", "mirrors", "voyages")
_HOW = ("slowly", "gladly", "at dawn", "without hurry", "every spring", "in silence", "by moonlight")
_WORD = re.compile(r"\S+\s*")
_PARAGRAPH = 5  # sentences


def words(number: int) -> str:
    """So many words, in sentences and paragraphs."""
    return "".join(islice(_words(), max(number, 0))).strip()


def characters(number: int) -> str:
    """Exactly so many characters, the last of them not a space: Telegram would take that away."""
    text = ""
    for sentence in _sentences():
        if len(text) >= number:
            break
        text += sentence
    text = text[: max(number, 0)]
    return f"{text[:-1]}." if text != text.rstrip() else text


def _words() -> Iterator[str]:
    for sentence in _sentences():
        yield from _WORD.findall(sentence)


def _sentences() -> Iterator[str]:
    """Each says its number, so that one that is lost or doubled shows."""
    number = 0
    while True:
        number += 1
        who, do = _WHO[number * 7 % len(_WHO)], _DO[number * 5 % len(_DO)]
        what, how = _WHAT[number * 11 % len(_WHAT)], _HOW[number % len(_HOW)]
        end = "\n\n" if number % _PARAGRAPH == 0 else " "
        yield f"Sentence {number} says that {who} {do} {what} {how}.{end}"
