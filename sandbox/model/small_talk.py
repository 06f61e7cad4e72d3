"""What the stand-in says when no script tells it what to say: plainly that it is one, and what it was sent."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.model import prose, showpieces
from sandbox.model.asked import Asked, Message
from sandbox.model.canned import BLACK_HOLES, HAIKU, LISBON, PHRASES, Phrases
from sandbox.model.scripts import parse
from sandbox.model.shown import Shown

_HAN, _ARABIC = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[\u0600-\u06ff]")
_HIGHEST = 200
_LONGEST_ECHO = 300
_LONG_CHARACTERS = 3_200  # at the pace of a real model about a quarter of a minute: time to press Stop
_LONGEST_SUMMARY = 1_500
_TITLE_WORDS = 6

_COUNT = re.compile(r"(?:count(?: up)? to|数到|عد (?:حتى|إلى))\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Topic:
    """Words that call for an answer that is ready."""

    words: re.Pattern[str]
    answer: Callable[[str], str]


def _topic(words: str, answer: Callable[[str], str]) -> _Topic:
    return _Topic(re.compile(words, re.IGNORECASE), answer)


def _in_language(texts: Mapping[str, str]) -> Callable[[str], str]:
    return lambda language: f"{texts[language]}\n\n{PHRASES[language].canned}"


_TOPICS = (
    _topic(
        r"\b(something|anything|story|text|answer|essay|poem|letter) long\b"
        r"|\blong(er)? (story|text|answer|essay|poem|letter|one|reply)\b"
        r"|长(的)?(文|篇|故事|东西|答)|写.*长|طويل",
        lambda language: f"{PHRASES[language].long}\n\n{prose.characters(_LONG_CHARACTERS)}",
    ),
    _topic(r"black hole|黑洞|ثقب|الثقوب", _in_language(BLACK_HOLES)),
    _topic(r"lisbon|里斯本|لشبونة", _in_language(LISBON)),
    _topic(r"haiku|俳句|هايكو", _in_language(HAIKU)),
    _topic(r"\btables?\b|表格|جدول", lambda language: _shown(language, showpieces.TABLE)),
    _topic(
        r"\bformulas?\b|\bequations?\b|\bmath\b|公式|معادلة", lambda language: _shown(language, showpieces.MATH)
    ),
    _topic(r"\bcode\b|\bpython\b|代码|برمجة", lambda language: _shown(language, showpieces.code("python"))),
    _topic(r"\bemojis?\b|表情|رموز", lambda language: _shown(language, showpieces.EMOJI)),
    _topic(
        r"^\W*(hello|hi|hey|good (morning|evening|day)|你好|您好|嗨|مرحبا|السلام عليكم|أهلا)\b",
        lambda language: PHRASES[language].greeting,
    ),
    _topic(r"who are you|what are you|你是谁|من أنت", lambda language: PHRASES[language].who),
)


def small_talk(asked: Asked, text: str) -> str:
    language = language_of(text)
    if asked.messages and asked.messages[-1].shown:
        return _seen(PHRASES[language], asked, text)
    if (number := _COUNT.search(text)) is not None:
        return ", ".join(str(n) for n in range(1, min(int(number[1]), _HIGHEST) + 1))
    for topic in _TOPICS:
        if topic.words.search(text):
            return topic.answer(language)
    return _echo(PHRASES[language], asked, text)


def summary(asked: Asked) -> str:
    """For whoever asks for one: the beginnings of what the people said."""
    lines = asked.last.splitlines()
    said = [lines[index + 1] for index, line in enumerate(lines[:-1]) if line.strip() == "Person:"]
    return "\n".join(["They talked about:", *(f"- {line[:100]}" for line in said)])[:_LONGEST_SUMMARY]


def title(asked: Asked) -> str:
    """For whoever asks for one: the first words of the first person, without orders to the stand-in."""
    lines = parse(asked.last).text.splitlines()
    said = next((lines[index + 1] for index, line in enumerate(lines[:-1]) if line.strip() == "Person:"), "")
    return " ".join(said.split()[:_TITLE_WORDS])


def language_of(text: str) -> str:
    """By its script: that of most of its letters that are not Latin."""
    han, arabic = len(_HAN.findall(text)), len(_ARABIC.findall(text))
    if not (han or arabic):
        return "en"
    return "zh" if han >= arabic else "ar"


def _shown(language: str, example: str) -> str:
    return f"{PHRASES[language].example}\n\n{example}"


def _seen(phrases: Phrases, asked: Asked, text: str) -> str:
    lines = "\n".join(f"- {line}" for line in sights(asked, asked.messages[-1]))
    said = f"{phrases.attachments}\n{lines}"
    return f"{said}\n\n{phrases.you_wrote}\n\n{_quoted(text)}" if text else said


def sights(asked: Asked, message: Message, first: int = 1) -> list[str]:
    """A line for each thing a message shows; pictures are numbered."""
    numbers = itertools.count(first)
    return [
        f"Picture {next(numbers)}: {asked.seen[one.path]}" if one.path in asked.seen else _told(asked, one)
        for one in message.shown
    ]


def _told(asked: Asked, one: Shown) -> str:
    words = " ".join(asked.read.get(one.path, "").split())[:_LONGEST_ECHO]
    return f"{one}: {words}" if words else str(one)


def _echo(phrases: Phrases, asked: Asked, text: str) -> str:
    before = phrases.history.format(count=len(asked.messages) - 1)
    lines = all_sights(asked)
    return "\n\n".join([phrases.who, phrases.you_wrote, _quoted(text), before, *lines])


def all_sights(asked: Asked) -> list[str]:
    """A line for each thing that is shown in the whole request, the pictures numbered through."""
    lines: list[str] = []
    first = 1
    for message in asked.messages:
        lines += sights(asked, message, first)
        first += len(asked.pictures(message))
    return lines


def _quoted(text: str) -> str:
    lines = text.strip()[:_LONGEST_ECHO].splitlines() or ["…"]
    return "\n".join(f"> {line}" for line in lines)
