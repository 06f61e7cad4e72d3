"""Forgetting: what a person wants gone is deleted here and at the provider, and then it is shown that it is."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from conversation.privacy.eraser import Eraser
from domain.privacy import Subject, Wish
from domain.turn import ChatKind, ConversationKey, Person
from storage.database import now_ms
from storage.forgettings import Forgettings

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class _Hold:
    """While what is here is deleted, what comes from there waits."""

    wish: Wish
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def holds(self, user_id: int, key: ConversationKey) -> bool:
        return user_id == self.wish.user_id if self.wish.subject is Subject.EVERYTHING else key == self.wish.key


@dataclass(slots=True)
class Forgetting:
    """Wishes are in the books until they are granted, whatever ends the process meanwhile.

    Those of different people are granted side by side.
    """

    wishes: Forgettings
    eraser: Eraser
    _holds: dict[int, _Hold] = field(default_factory=dict[int, _Hold])
    _refused: dict[int, int] = field(default_factory=dict[int, int])
    _at_work: set[int] = field(default_factory=set[int])
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self) -> None:
        """Before anything is worked: what a restart interrupted holds again what it held."""
        for wish in await self.wishes.unfinished():
            if await self.wishes.steps(wish.id).result("erased") is None:
                self._hold(wish)

    def wish(
        self,
        update_id: int,
        subject: Subject,
        person: Person,
        key: ConversationKey,
        chat_kind: ChatKind,
        *,
        thread_id: int,
    ) -> Wish:
        """The wish of a person at this moment."""
        return Wish(
            update_id, subject, person.user_id, key, chat_kind, person.language, now_ms(), thread_id=thread_id
        )

    async def begin(self, wish: Wish, *, told_in: int) -> bool:
        """From now on it is granted, whatever happens, and the message says how far it is.

        False if it had begun already.
        """
        is_new = await self.wishes.begin(wish, {"told": {"message_id": told_in}})
        if is_new:
            self._hold(wish)
        self._begun.set()
        return is_new

    async def admits(self, user_id: int, key: ConversationKey, accepted_ms: int) -> bool:
        """False for an update that is forgotten before it was worked. Waits while others before it are."""
        if accepted_ms <= self._refused.get(user_id, -1):
            return False
        for hold in list(self._holds.values()):
            if hold.holds(user_id, key):
                await hold.is_over.wait()
        return True

    @property
    def is_idle(self) -> bool:
        """True where every update is admitted at once."""
        return not self._holds and not self._refused

    async def run(self) -> None:
        """Until cancelled: grants what a restart interrupted, then what is begun."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._begun.clear()
                for wish in await self._unfinished():
                    if wish.id not in self._at_work:
                        self._at_work.add(wish.id)
                        tasks.create_task(self._grant(wish))
                await self._begun.wait()

    async def _unfinished(self) -> Sequence[Wish]:
        while True:
            try:
                return await self.wishes.unfinished()
            except Exception:  # the edge: the books come back, and the wishes are in them
                log.exception("what is to be forgotten cannot be read; trying again")
                await asyncio.sleep(_PAUSE_SECONDS)

    def _hold(self, wish: Wish) -> None:
        self._holds[wish.id] = _Hold(wish)
        if wish.subject is Subject.EVERYTHING:
            self._refused[wish.user_id] = max(wish.asked_ms, self._refused.get(wish.user_id, 0))

    def _release(self, wish: Wish) -> None:
        hold = self._holds.pop(wish.id, None)
        if hold is not None:
            hold.is_over.set()

    async def _grant(self, wish: Wish) -> None:
        """Tries until it is done; nobody waits longer than for one try."""
        while True:
            try:
                await self.eraser.erase(wish, self.wishes.steps(wish.id), lambda: self._release(wish))
                await self.wishes.finish(wish.id)
                log.info("forgetting %s is done: %s", wish.id, wish.subject.value)
                break
            except Exception:  # the edge: it stays in the books
                log.exception("forgetting %s is not finished; trying again", wish.id)
                self._release(wish)
                await asyncio.sleep(_PAUSE_SECONDS)
        self._at_work.discard(wish.id)
