"""Memory: facts that people want remembered about themselves, wherever they talk to the bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.turn import ConversationKey


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact was said: the message, and whether the person wrote it down or the model did, when asked to.

    `origin` names the update or the call, so that it is not taken twice.
    """

    origin: str
    by: Literal["person", "model"]
    key: ConversationKey
    message_id: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence about a person. `told_at` is when they said it, or changed it last."""

    id: int
    user_id: int
    text: str
    source: FactSource
    told_at: datetime
