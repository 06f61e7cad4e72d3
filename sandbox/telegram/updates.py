"""Updates waiting for the bot: numbered, kept until confirmed, given to one poller at a time."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import conflict
from sandbox.telegram.parameters import UPDATE_KINDS
from sandbox.telegram.values import Json, is_whole

_FIRST_UPDATE_ID = 500_000_001
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
# How long an update of a kind waits, else a day: the server's own figures.
_LIFE_SECONDS = {
    "inline_query": 30.0,
    "callback_query": 150.0,
    "shipping_query": 150.0,
    "pre_checkout_query": 150.0,
    "chosen_inline_result": 600.0,
}
_DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class Pending:
    """`raw`: put in by hand; given to the bot once even if its number was confirmed before."""

    id: int
    queue: str
    body: Json
    until: float
    raw: bool = False
    given: bool = False


class Updates:
    def __init__(self, clock: Callable[[], float], on_change: Callable[[], None]) -> None:
        self._clock = clock
        self._on_change = on_change
        self.pending: deque[Pending] = deque()
        self.next_id = _FIRST_UPDATE_ID
        self.kinds: list[str] | None = None
        self._arrival = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._closed = False

    def push(self, kind: str, body: Json, queue: str) -> None:
        """Queues an update if the bot asked for its kind."""
        if self._wanted(kind):
            until = self._clock() + _LIFE_SECONDS.get(kind, _DAY_SECONDS)
            self._append(Pending(self.next_id, queue, {"update_id": self.next_id, kind: body}, until))

    def push_raw(self, body: Json) -> int:
        """Queues whatever it is. Without an `update_id` it gets the next one."""
        given = body.get("update_id", self.next_id)
        number = given if is_whole(given) else self.next_id
        update = {"update_id": given, **body}
        self._append(Pending(number, "raw", update, self._clock() + _DAY_SECONDS, raw=True))
        return number

    def _append(self, update: Pending) -> None:
        self.pending.append(update)
        self.next_id = max(self.next_id, update.id + 1)
        self._arrival.set()
        self._on_change()

    def _wanted(self, kind: str) -> bool:
        return kind in self.kinds if self.kinds else kind not in _NOT_BY_DEFAULT

    def want(self, kinds: list[str] | None) -> None:
        """Not given: as before. Empty: the usual kinds."""
        if kinds is not None:
            self.kinds = kinds or None

    @property
    def wanted_kinds(self) -> list[str]:
        return sorted(self.kinds or UPDATE_KINDS - _NOT_BY_DEFAULT)

    def confirm(self, offset: int) -> None:
        """Forgets everything with a smaller number; a negative offset keeps the last ones only."""
        if offset < 0:
            self._keep(
                lambda update, newest={one.id for one in list(self.pending)[offset:]}: update.id in newest
            )
        elif offset > 0:
            self._keep(lambda update: update.id >= offset or (update.raw and not update.given))

    def _keep(self, wanted: Callable[[Pending], bool]) -> None:
        before = len(self.pending)
        self.pending = deque(update for update in self.pending if wanted(update))
        if len(self.pending) != before:
            self._on_change()

    def drop_all(self) -> None:
        self._keep(lambda update: False)

    def drop(self, update: Pending) -> None:
        """It arrived."""
        self._keep(lambda other: other is not update)

    def drop_expired(self) -> None:
        now = self._clock()
        if any(update.until <= now for update in self.pending):
            self._keep(lambda update: update.until > now)

    def _batch(self, limit: int) -> list[Json]:
        self.drop_expired()
        batch = list(self.pending)[:limit]
        for update in batch:
            update.given = True
        return [update.body for update in batch]

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """The oldest updates, waiting for the first one. An earlier poll that still waits gets the 409."""
        self.end_poll()
        self.confirm(offset)
        batch = self._batch(limit)
        if batch or not timeout_seconds or self._closed:
            return batch
        ended = self._poller = asyncio.get_running_loop().create_future()
        try:
            await self._arrived(ended, timeout_seconds)
        finally:
            if self._poller is ended:
                self._poller = None
        return self._batch(limit)

    async def _arrived(self, ended: asyncio.Future[None], timeout_seconds: float) -> None:
        self._arrival = asyncio.Event()
        arrival = asyncio.ensure_future(self._arrival.wait())
        try:
            await asyncio.wait({arrival, ended}, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
        if ended.done() and not self._closed:
            raise conflict(_TERMINATED)

    def end_poll(self) -> None:
        """Somebody else polls, or a webhook was set."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self._poller = None

    def close(self) -> None:
        self._closed = True
        self.end_poll()

    def as_json(self) -> Json:
        pending: list[Any] = [[one.id, one.queue, one.body, one.raw] for one in self.pending]
        return {"next_id": self.next_id, "kinds": self.kinds, "pending": pending}

    def restore(self, saved: Json) -> None:
        self.next_id, self.kinds = saved["next_id"], saved["kinds"]
        until = self._clock() + _DAY_SECONDS
        self.pending = deque(
            Pending(i, queue, body, until, raw=raw) for i, queue, body, raw in saved["pending"]
        )
