"""How long the words of an assistant may be, and how they are cleaned."""

import unicodedata
from collections.abc import Sequence

from conversation.assistants.errors import AssistantRefused
from domain.texts import Text

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 200
LONGEST_INSTRUCTIONS = 32_000
LONGEST_GREETING = 1_000
LONGEST_STARTER = 200
MOST_STARTERS = 10
MOST_ASSISTANTS = 50
# What a name or a button must not hold: signs that nobody sees, or that turn what is around them backwards.
_UNFIT = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def name(text: str) -> str:
    """On one line. Raises `AssistantRefused`."""
    cleaned = _on_one_line(text)
    if not cleaned:
        raise AssistantRefused("no name", text=Text("It needs a name. Write one."))
    return _within(cleaned, LONGEST_NAME)


def description(text: str) -> str:
    return _within(_on_one_line(text), LONGEST_DESCRIPTION)


def greeting(text: str) -> str:
    return _within(text.strip(), LONGEST_GREETING)


def instructions(text: str) -> str:
    """Raises `AssistantRefused`."""
    cleaned = text.strip()
    if not _is_visible(cleaned):
        raise AssistantRefused("no instructions", text=Text("I see no words in that. Write what it shall do."))
    if len(cleaned) > LONGEST_INSTRUCTIONS:
        raise too_long(len(cleaned))
    return cleaned


def too_long(count: int) -> AssistantRefused:
    """What is said of instructions of so many characters."""
    told = Text(
        "These instructions are {count} characters long, and an assistant can have {most}. I have kept none of "
        "them. Please send shorter ones; what it only has to look up can be a file.",
        count=f"{count:,}",
        most=f"{LONGEST_INSTRUCTIONS:,}",
    )
    return AssistantRefused(f"{count} characters", text=told)


def starters(lines: Sequence[str]) -> tuple[str, ...]:
    """One question a line. Raises `AssistantRefused`."""
    questions = tuple(dict.fromkeys(question for line in lines if (question := _on_one_line(line))))
    if len(questions) > MOST_STARTERS:
        told = Text(
            "At most {most} questions, please; these are {count}.", most=MOST_STARTERS, count=len(questions)
        )
        raise AssistantRefused(f"{len(questions)} starters", text=told)
    return tuple(_within(question, LONGEST_STARTER) for question in questions)


def _on_one_line(text: str) -> str:
    """As it fits on a button; empty if nothing of it could be seen there."""
    cleaned = " ".join(text.translate(_UNFIT).split())
    return cleaned if _is_visible(cleaned) else ""


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def _within(text: str, most: int) -> str:
    if len(text) > most:
        told = Text("That is {count} characters long; at most {most}, please.", count=len(text), most=most)
        raise AssistantRefused(f"{len(text)} of {most} characters", text=told)
    return text
