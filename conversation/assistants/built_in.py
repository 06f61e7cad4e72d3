"""The assistants that come with the bot, in the language of whoever looks at them."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from domain.assistant import GENERAL, Assistant
from domain.texts import Sentence, Text

_TOLD = Path(__file__).with_name("built_in.toml")


@dataclass(frozen=True, slots=True)
class Words:
    """What people read of one."""

    name: Text
    description: Text
    greeting: Text
    starters: tuple[Text, ...]


WORDS: Mapping[str, Words] = {
    "": Words(
        Text("General assistant"),
        Text("Answers anything, with all there is."),
        Text("I am here for anything. What is on your mind?"),
        (),
    ),
    "maths": Words(
        Text("Maths tutor"),
        Text("Helps you find the way yourself, and calculates with code."),
        Text("Hello! Which problem or idea shall we look at? Send it as text or as a photo."),
        (
            Text("Explain derivatives with an example"),
            Text("Give me an exercise on fractions"),
            Text("Is 2027 a prime number? Prove it."),
        ),
    ),
    "analyst": Words(
        Text("Data analyst"),
        Text("Looks through your tables and numbers, and shows how it got there."),
        Text("Hello! Send me a table, a file or some numbers, and tell me what you want to know."),
        (
            Text("Which chart fits which kind of data?"),
            Text("Explain mean and median with numbers"),
            Text("How large must a survey be to be trusted?"),
        ),
    ),
    "translator": Words(
        Text("Translator"),
        Text("Translates what you write, and nothing else."),
        Text("Hello! Name a language, then send what I shall translate into it."),
        (Text("Translate into Spanish from now on"), Text("Translate into Japanese from now on")),
    ),
    "writer": Words(
        Text("Writer"),
        Text("Writes and edits texts in your voice."),
        Text("Hello! What shall we write, and who will read it? Or send me a text to work on."),
        (
            Text("Write a friendly reminder to pay a bill"),
            Text("Help me begin a short story"),
            Text("Make my text shorter"),
        ),
    ),
    "teacher": Words(
        Text("Teacher"),
        Text("Teaches any subject in small steps."),
        Text("Hello! What would you like to learn, and what do you know about it already?"),
        (
            Text("Teach me to read music"),
            Text("Quiz me on world capitals"),
            Text("Explain how the heart works"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class BuiltIns:
    """By their ids, the general one first; `told` is without words for people."""

    told: Mapping[str, Assistant]

    @classmethod
    def load(cls) -> "BuiltIns":
        """Raises `ValueError` for a file that is not as it should be."""
        tables = tomllib.loads(_TOLD.read_text("utf-8"))
        if {"", *tables} != set(WORDS):
            raise ValueError(f"{_TOLD.name} and built_in.py name different assistants")
        return cls({"": GENERAL, **{name: _told(name, table) for name, table in tables.items()}})

    def find(self, assistant_id: str) -> Assistant | None:
        """As the model gets to know it."""
        return self.told.get(assistant_id)

    def all(self, say: Callable[[Sentence], str]) -> list[Assistant]:
        return [self.worded(assistant, say) for assistant in self.told.values()]

    def worded(self, assistant: Assistant, say: Callable[[Sentence], str]) -> Assistant:
        """As a person gets to know it; one that a person has made is what it is."""
        words = WORDS.get(assistant.id)
        if words is None:
            return assistant
        return replace(
            assistant,
            name=say(words.name),
            description=say(words.description),
            greeting=say(words.greeting),
            starters=tuple(say(starter) for starter in words.starters),
        )


def _told(name: str, table: Mapping[str, Any]) -> Assistant:
    tools = cast("list[str] | None", table.get("tools"))
    return Assistant(
        id=name,
        name=WORDS[name].name.message,
        instructions=str(table["instructions"]),
        tools=None if tools is None else frozenset(tools),
    )
