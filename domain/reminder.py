"""Reminders: what somebody wants to be told, where, and when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.turn import ChatKind, ConversationKey, Person


@dataclass(frozen=True, slots=True)
class Reminder:
    """`due` is in UTC; `zone` is the one it was given in, an IANA name. `id` is 0 before it is in the books."""

    person: Person
    key: ConversationKey
    chat_kind: ChatKind
    text: str
    due: datetime
    zone: str
    id: int = 0

    @property
    def due_there(self) -> datetime:
        """The time on the person's clock."""
        return self.due.astimezone(ZoneInfo(self.zone))
