"""Plain words that ask for a function.

One is asked for when the message names its trade ("weather", "天气", "الطقس"), or begins with a word of its
name ("translate …" for `translate_text`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.model.asked import Function


@dataclass(frozen=True, slots=True)
class _Trade:
    """What functions of a kind are called, and the words that ask for one."""

    names: re.Pattern[str]
    words: re.Pattern[str]


def _trade(names: str, words: str) -> _Trade:
    return _Trade(re.compile(names, re.IGNORECASE), re.compile(words, re.IGNORECASE))


_TRADES = (
    _trade(r"remind", r"\bremind me\b|提醒我|ذك(ّ)?رني"),
    _trade(r"forget", r"^\W*(please )?forget\b|^\W*忘(记|掉)|^\W*انس"),
    _trade(r"remember|memor|note", r"^\W*(please )?(remember|note)\b|^\W*请?记住|^\W*(تذكر|احفظ)"),
    _trade(
        r"weather|forecast",
        r"\bweather\b|\bforecast\b|\bwill it (rain|snow)\b|\bhow (warm|cold|hot) is it\b|天气|طقس",
    ),
    _trade(r"time|clock|date", r"\bwhat('s| is)? (the )?(time|date|day)\b|几点|几号|كم الساعة|كم التاريخ"),
    _trade(
        r"convert|exchange|currenc|unit",
        r"^\W*(please )?convert\b|\bhow (many|much) \w+ (is|are|in) \d|^\W*\d[\d.,]*\s*\w+ (in|to|into) \w+\W*$"
        r"|换算|兑换|حو(ّ)?ل",
    ),
    _trade(r"calc|math|eval", r"\bcalculate\b|\bcompute\b|\d\s*[-+*/×÷^]\s*\(?\d|计算|احسب"),
    _trade(
        r"fetch|page|url|browse", r"\b(read|open|summari[sz]e|fetch)\b.*https?://|(读|打开|总结).*https?://"
    ),
)
_COMMON = frozenset(
    {
        "a",
        "an",
        "any",
        "ask",
        "create",
        "do",
        "find",
        "for",
        "get",
        "give",
        "have",
        "in",
        "is",
        "list",
        "look",
        "make",
        "me",
        "my",
        "new",
        "of",
        "on",
        "run",
        "set",
        "show",
        "start",
        "tell",
        "text",
        "the",
        "to",
        "use",
        "what",
        "your",
    }
)
_PLEASE = re.compile(r"^[^\w\[]*(?:(?:please|can you|could you)\s+)*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def wished(offered: Sequence[Function], text: str) -> list[Function]:
    """The functions that the message asks for, in the order in which they are offered."""
    found = [function for function in offered if _is_asked_for(function, text)]
    return found or [function for function in offered if _begins(text) & _words(function.name)]


def _is_asked_for(function: Function, text: str) -> bool:
    return any(trade.names.search(function.name) and trade.words.search(text) for trade in _TRADES)


def _begins(text: str) -> set[str]:
    """The word that a command begins with; "[Place: …]" describes something and commands nothing."""
    word = _WORD.match(_PLEASE.sub("", text, count=1).lower())
    return {word[0]} if word is not None else set()


def _words(name: str) -> set[str]:
    return {word for word in _WORD.findall(name.lower()) if word not in _COMMON}
