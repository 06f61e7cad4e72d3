"""Who may talk to the bot: closed by default, opened by its admins."""

import hmac
import logging
import secrets
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal

from storage.people import People

log = logging.getLogger(__name__)

_MOST_REMEMBERED = 10_000


class Refusal(Enum):
    """Why a stranger is turned away: nobody has decided, with or without an admin to ask, or one has."""

    ASKED = auto()
    UNASKED = auto()
    DENIED = auto()


@dataclass(slots=True)
class Access:
    """The rules of the settings and what admins decided since.

    An admin may always. A denied person may never. Otherwise: everybody when the setting is `*`, whoever is on
    the list or was allowed, and in a group that was allowed as a whole, whoever is in it.
    """

    people: People
    allowed: frozenset[int] | Literal["*"]
    admins: frozenset[int]
    pairing_code: str | None = None
    _told: dict[int, Refusal] = field(default_factory=dict[int, Refusal])

    def is_admin(self, user_id: int) -> bool:
        return user_id in self.admins or self.people.is_admin(user_id)

    def admin_ids(self) -> frozenset[int]:
        return self.admins | self.people.admin_ids()

    def may_talk(self, user_id: int, chat_id: int) -> bool:
        if self.is_admin(user_id):
            return True
        decided = self.people.decision(user_id)
        if decided is not None:
            return decided
        if self.allowed == "*" or user_id in self.allowed:
            return True
        return chat_id < 0 and self.people.is_chat_allowed(chat_id)

    def is_denied(self, user_id: int) -> bool:
        """True if an admin has decided so."""
        return self.people.decision(user_id) is False

    def open_pairing(self) -> str | None:
        """A one-time code when there is neither an allow-list nor an admin; whoever sends it becomes admin."""
        if self.allowed or self.admin_ids():
            return None
        self.pairing_code = secrets.token_urlsafe(16)
        return self.pairing_code

    async def pair(self, code: str, user_id: int) -> bool:
        """Makes the bearer of the code an admin; the code works once."""
        if self.pairing_code is None or not hmac.compare_digest(code.encode(), self.pairing_code.encode()):
            return False
        self.pairing_code = None
        await self.people.make_admin(user_id)
        log.info("user %s paired and is now an admin", user_id)
        return True

    def is_news(self, user_id: int, refusal: Refusal) -> bool:
        """True once per stranger, refusal and process: nobody is told the same again and again."""
        if self._told.get(user_id) is refusal:
            return False
        self._told[user_id] = refusal
        if len(self._told) > _MOST_REMEMBERED:
            del self._told[next(iter(self._told))]
        return True

    def tell_again(self, user_id: int) -> None:
        """The telling failed: the next try is the first again."""
        self._told.pop(user_id, None)

    async def decide(self, user_id: int, *, allowed: bool) -> None:
        await self.people.decide(user_id, allowed=allowed)

    async def decide_chat(self, chat_id: int, *, allowed: bool) -> None:
        await self.people.allow_chat(chat_id, allowed=allowed)

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> None:
        """The group has a new id: it stays allowed."""
        await self.people.move_chat(old_chat_id, new_chat_id)

    def allowed_people(self) -> list[int]:
        """The ids of those an admin allowed by hand."""
        return self.people.allowed()
