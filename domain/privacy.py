"""A person's wish to be forgotten, as it is kept until it has been granted."""

from dataclasses import dataclass
from enum import StrEnum

from domain.turn import ChatKind, ConversationKey


class Subject(StrEnum):
    """What shall be forgotten."""

    THREAD = "thread"
    MEMORY = "memory"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Wish:
    """`id` is that of the update that confirmed it. `thread_id` is 0 unless it is about a thread.

    What came before `asked_ms` (milliseconds since 1970) is meant.
    """

    id: int
    subject: Subject
    user_id: int
    key: ConversationKey
    chat_kind: ChatKind
    language: str
    asked_ms: int
    thread_id: int = 0
