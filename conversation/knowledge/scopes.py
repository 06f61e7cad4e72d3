"""Whose documents are whose, and which of them an answer may draw on."""

from collections.abc import Sequence

from conversation.tools import Offer
from domain.filing import assistant_scope, thread_scope


def of_user(user_id: int) -> str:
    """What is remembered about a person; no answer draws on it as on files."""
    return f"user:{user_id}"


def scopes_of(offer: Offer) -> Sequence[str]:
    """Those of the thread, and of the assistant that answers."""
    thread, assistant = thread_scope(offer.thread_id), offer.assistant.id
    return (thread, assistant_scope(assistant)) if assistant else (thread,)
