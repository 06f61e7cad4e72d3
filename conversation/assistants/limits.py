"""How long the words of an assistant may be, and how they are cleaned."""

from collections.abc import Sequence

from conversation.assistants.errors import AssistantRefused
from domain.characters import is_visible, on_one_line
from domain.texts import Text

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 200
LONGEST_INSTRUCTIONS = 32_000
LONGEST_GREETING = 1_000
LONGEST_STARTER = 200
MOST_STARTERS = 10
MOST_ASSISTANTS = 50


def name(text: str) -> str:
    """On one line. Raises `AssistantRefused`."""
    cleaned = on_one_line(text)
    if not cleaned:
        raise AssistantRefused("no name", text=Text("It needs a name. Write one."))
    return _within(cleaned, LONGEST_NAME)


def description(text: str) -> str:
    return _within(on_one_line(text), LONGEST_DESCRIPTION)


def greeting(text: str) -> str:
    return _within(text.strip(), LONGEST_GREETING)


def instructions(text: str) -> str:
    """Raises `AssistantRefused`."""
    cleaned = text.strip()
    if not is_visible(cleaned):
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
    questions = tuple(dict.fromkeys(question for line in lines if (question := on_one_line(line))))
    if len(questions) > MOST_STARTERS:
        told = Text(
            "At most {most} questions, please; these are {count}.", most=MOST_STARTERS, count=len(questions)
        )
        raise AssistantRefused(f"{len(questions)} starters", text=told)
    return tuple(_within(question, LONGEST_STARTER) for question in questions)


def _within(text: str, most: int) -> str:
    if len(text) > most:
        told = Text("That is {count} characters long; at most {most}, please.", count=len(text), most=most)
        raise AssistantRefused(f"{len(text)} of {most} characters", text=told)
    return text
