"""Dialogs about an assistant or a thread: what a person is asked for next, kept until they have said it."""

from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import TypeAdapter

from domain.assistant import Assistant
from domain.turn import ConversationKey
from storage.preferences import Preferences, Scope


class Step(StrEnum):
    """What is awaited. Those of a new assistant come in order; `TITLE` is a thread's, `FACT` of /memory."""

    NAME = "name"
    INSTRUCTIONS = "instructions"
    PICTURE = "picture"
    GREETING = "greeting"
    STARTERS = "starters"
    DESCRIPTION = "description"
    TITLE = "title"
    FACT = "fact"


CREATING = (Step.NAME, Step.INSTRUCTIONS, Step.PICTURE, Step.GREETING, Step.STARTERS)
OPTIONAL = frozenset({Step.PICTURE, Step.GREETING, Step.STARTERS, Step.DESCRIPTION})


def _nobody() -> Assistant:
    return Assistant(name="")


@dataclass(frozen=True, slots=True)
class Dialog:
    """`subject` is the assistant, thread or fact that is changed, empty for a new assistant.

    `purpose` is what the person said, before the model wrote instructions of it. `count` are the characters of
    instructions so far, `last_length` those of the last message: an app cuts a long text into several.
    `is_told`: they have heard that it is too long. `seen` is the update that was taken last, so that none is
    taken twice.
    """

    step: Step
    origin: str
    subject: str = ""
    draft: Assistant = field(default_factory=_nobody)
    purpose: str = ""
    count: int = 0
    last_length: int = 0
    is_told: bool = False
    seen: int = 0

    @property
    def is_new(self) -> bool:
        """Whether an assistant is being made, step by step."""
        return not self.subject


_dialog = TypeAdapter(Dialog)


@dataclass(frozen=True, slots=True)
class Dialogs:
    """One at a time for each person and place; it survives a restart."""

    preferences: Preferences

    def find(self, key: ConversationKey, user_id: int) -> Dialog | None:
        kept = self.preferences.get(Scope.user(user_id), _name(key))
        return _dialog.validate_python(kept) if kept is not None else None

    async def keep(self, key: ConversationKey, user_id: int, dialog: Dialog) -> None:
        kept = _dialog.dump_python(dialog, mode="json")
        await self.preferences.set(Scope.user(user_id), _name(key), kept)

    async def end(self, key: ConversationKey, user_id: int) -> None:
        await self.preferences.set(Scope.user(user_id), _name(key), None)


def _name(key: ConversationKey) -> str:
    return f"dialog:{key.chat_id}:{key.topic_id}"
