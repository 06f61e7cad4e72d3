"""A working intake over a real inbox, whose worker only records what it is handed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from bot.intake.attempts import Attempts, TooSoon, TurnInterrupted
from bot.intake.dispatcher import Dispatcher
from bot.intake.reception import Reception
from storage.database import Database
from storage.inbox import Inbox, InboxRow
from storage.turns import Turns

LARGE = "x" * 20_000


def message(update_id: int, chat_id: int = 1, text: str = "hello", **fields: Any) -> dict[str, Any]:
    """A raw update with a message; `fields` are further fields of the message."""
    chat = {"id": chat_id, "type": "private"}
    return {"update_id": update_id, "message": {"message_id": update_id, "chat": chat, "text": text, **fields}}


def command(update_id: int, chat_id: int = 1, text: str = "/new", **fields: Any) -> dict[str, Any]:
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return message(update_id, chat_id, text, entities=[entity], **fields)


def tap(update_id: int, chat_id: int = 1, data: str = "stop:1") -> dict[str, Any]:
    """A raw update with the tap of a button."""
    query = {"id": "1", "data": data, "message": {"message_id": 1, "chat": {"id": chat_id}}}
    return {"update_id": update_id, "callback_query": query}


async def fill_disk(database: Database) -> None:
    """From here on the file cannot grow: a `LARGE` message does not fit any more."""
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1"))


async def free_disk(database: Database) -> None:
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))


class Recorder:
    """Works what it is handed unless told to fail; with `gate` cleared, it stands still before finishing."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._changed = asyncio.Condition()
        self.fails: Counter[int] = Counter()
        self.interrupts: Counter[int] = Counter()
        self.holds_back: Counter[int] = Counter()
        self.hold_seconds = 0.01
        self.admin_is_reachable = True
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun: list[list[int]] = []
        self.finished: list[list[int]] = []
        self.resumed: list[int] = []
        self.aside: list[tuple[int, str]] = []

    async def handle(self, batch: Sequence[InboxRow]) -> None:
        update_ids = [row.update_id for row in batch]
        await self._note(self.begun, update_ids)
        await self.gate.wait()
        for update_id in update_ids:
            self._fail(update_id)
            self._hold_back(update_id)
        if self.interrupts[update_ids[0]]:
            raise TurnInterrupted(update_ids[0])
        await self._inbox.done(update_ids)
        await self._note(self.finished, update_ids)

    async def resume(self, turn_id: int) -> None:
        await self.gate.wait()
        await self._note(self.resumed, turn_id)
        if self.interrupts[turn_id]:
            self.interrupts[turn_id] -= 1
            raise ConnectionError("interrupted on purpose")
        await self._inbox.done([turn_id])
        await self._note(self.finished, [turn_id])

    async def abandon(self, turn_id: int, reason: str) -> None:
        await self._inbox.set_aside([turn_id], reason)

    async def on_set_aside(self, update_id: int, reason: str) -> None:
        if not self.admin_is_reachable:
            raise ConnectionError("no route")
        await self._note(self.aside, (update_id, reason))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for something recorded."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    def let_one_through(self) -> None:
        """Opens the gate for whoever stands at it, and for nobody after."""
        self.gate.set()
        self.gate.clear()

    def settled(self) -> set[int]:
        """The updates that are finished or set aside."""
        return {id for batch in self.finished for id in batch} | {id for id, _ in self.aside}

    def _fail(self, update_id: int) -> None:
        if self.fails[update_id]:
            self.fails[update_id] -= 1
            raise LookupError("failed on purpose")

    def _hold_back(self, update_id: int) -> None:
        if self.holds_back[update_id]:
            self.holds_back[update_id] -= 1
            raise TooSoon(self.hold_seconds)

    async def _note(self, record: list[Any], entry: object) -> None:
        async with self._changed:
            record.append(entry)
            self._changed.notify_all()


class Desk:
    """Everything between a raw update and the worker."""

    def __init__(self, database: Database, *, at_once: int, most_at_hand: int) -> None:
        self.inbox = Inbox(database)
        self.turns = Turns(database)
        self.worker = Recorder(self.inbox)
        self.attempts = Attempts(
            self.inbox,
            self.worker,
            on_set_aside=self.worker.on_set_aside,
            at_once=at_once,
            backoff_seconds=0.001,
        )
        self.dispatcher = Dispatcher(
            self.inbox, self.attempts, most_at_hand=most_at_hand, album_pause_seconds=0.05
        )
        self.reception = Reception(self.inbox, self.dispatcher)

    async def receive(self, *updates: dict[str, Any]) -> None:
        await self.reception.accept(updates)

    async def settled(self, *update_ids: int) -> None:
        """Waits until these updates are finished or set aside."""
        await self.worker.until(lambda: self.worker.settled() >= set(update_ids))

    async def unfinished(self) -> list[int]:
        return [row.update_id for row in await self.inbox.waiting(0, 1_000)]


@contextlib.asynccontextmanager
async def opened(database: Database, *, at_once: int = 100, most_at_hand: int = 100) -> AsyncGenerator[Desk]:
    desk = Desk(database, at_once=at_once, most_at_hand=most_at_hand)
    try:
        yield desk
    finally:
        await desk.dispatcher.drain(0)
