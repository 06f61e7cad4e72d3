"""Which documents the turn at work may draw on: those of its thread, and of the assistant in force."""

from collections.abc import Sequence
from contextvars import ContextVar

from domain.turn import Turn

_in_force: ContextVar[tuple[str, ...]] = ContextVar("knowledge", default=())


def of_thread(thread_id: int) -> str:
    return f"thread:{thread_id}"


def of_assistant(assistant_id: str) -> str:
    return f"assistant:{assistant_id}"


def of_user(user_id: int) -> str:
    """What is remembered about a person; no turn draws on it as on files."""
    return f"user:{user_id}"


def draw_on(*scopes: str) -> None:
    """For the rest of this task, and for the tasks that it begins. A turn is worked by one task."""
    _in_force.set(scopes)


def scopes_in_force(_turn: Turn) -> Sequence[str]:
    return _in_force.get()
