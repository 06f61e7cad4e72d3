"""Who pays: known to every call that is made for a person, without being handed from function to function.

`paid_by` is entered in three places: where an update is handled, where a turn is worked and where a drawing is
made. Tasks begun within the block inherit it, so a stretch of sound or a piece of speech asked for side by side
is on the same bill.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from domain.turn import ConversationKey, Turn


@dataclass(frozen=True, slots=True)
class Payer:
    """Who asked, where, and for which turn (that of a drawing is its id below zero)."""

    user_id: int
    key: ConversationKey
    turn_id: int
    language: str = ""

    @classmethod
    def of(cls, turn: Turn) -> "Payer":
        return cls(turn.asker.user_id, turn.key, turn.id, turn.asker.language)


NOBODY = Payer(0, ConversationKey(0), 0)
"""The bot itself: what it does of its own accord is on nobody's bill but its own."""

_payer: ContextVar[Payer] = ContextVar("payer", default=NOBODY)


def current_payer() -> Payer:
    return _payer.get()


@contextmanager
def paid_by(payer: Payer) -> Generator[None]:
    """What is asked of a provider within the block is on this bill."""
    token = _payer.set(payer)
    try:
        yield
    finally:
        _payer.reset(token)
