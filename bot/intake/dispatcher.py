"""Order: one conversation strictly in turn, different ones at the same time, control updates at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field

from bot.intake.attempts import Attempts
from bot.intake.keys import is_one_of_several, may_join
from domain.turn import ConversationKey
from storage.inbox import InboxRow, Lane

log = logging.getLogger(__name__)

MOST_WAITING = 5_000
MOST_TOGETHER = 50  # messages of one turn
ALBUM_PAUSE_SECONDS = 0.6  # Telegram sends an album as single updates, a few hundred milliseconds apart at most
_MOST_ALBUM_PAUSES = 5


@dataclass(slots=True)
class _Queue:
    """What waits for one conversation: turns to resume come before rows."""

    turns: deque[int] = field(default_factory=deque[int])
    rows: deque[InboxRow] = field(default_factory=deque[InboxRow])


class Dispatcher:
    """A task per conversation that has something to do, and none for the others.

    While an update is being tried again its own conversation waits for it (order), and nobody else does.
    """

    def __init__(
        self,
        attempts: Attempts,
        *,
        most_waiting: int = MOST_WAITING,
        album_pause_seconds: float = ALBUM_PAUSE_SECONDS,
    ) -> None:
        self._attempts = attempts
        self._most_waiting = most_waiting
        self._album_pause_seconds = album_pause_seconds
        self._queues: dict[ConversationKey, _Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def waiting(self) -> int:
        """Updates of conversations that have not begun."""
        return self._waiting

    @property
    def running(self) -> int:
        """Conversations and control updates that have something to do."""
        return len(self._tasks)

    @property
    def is_full(self) -> bool:
        """So many updates wait that Telegram had better keep the next ones; it does so for 24 hours."""
        return not self._room.is_set()

    @property
    def is_draining(self) -> bool:
        return self._attempts.draining.is_set()

    async def room(self) -> None:
        """Waits while it is full."""
        await self._room.wait()

    def put(self, row: InboxRow) -> None:
        """Queues an accepted update; while draining it stays in the inbox for the next start."""
        if self.is_draining:
            return
        if row.lane is Lane.EXPRESS:
            self._start(self._attempts.work([row]))
            return
        self._queue(row.key).rows.append(row)
        self._count(1)

    def put_turn(self, key: ConversationKey, turn_id: int) -> None:
        """Queues an interrupted turn; call before the rows of its conversation."""
        self._queue(key).turns.append(turn_id)

    async def drain(self, seconds: float) -> None:
        """Begins nothing new, lets what runs finish for so long, then cancels it; all stays resumable."""
        self._attempts.draining.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _queue(self, key: ConversationKey) -> _Queue:
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = _Queue()
            self._start(self._work_conversation(key, queue))
        return queue

    def _count(self, change: int) -> None:
        self._waiting += change
        if self._waiting >= self._most_waiting:
            self._room.clear()
        else:
            self._room.set()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work ended; what it left comes again at the next start", exc_info=task.exception())

    async def _work_conversation(self, key: ConversationKey, queue: _Queue) -> None:
        try:
            while queue.turns and not self.is_draining:
                await self._attempts.resume(queue.turns.popleft())
            while queue.rows and not self.is_draining:
                await self._attempts.work(await self._next_batch(queue.rows))
        finally:
            del self._queues[key]
            self._count(-len(queue.rows))

    async def _next_batch(self, rows: deque[InboxRow]) -> list[InboxRow]:
        """The next update, with the plain messages right behind it if it is one."""
        if _joins(rows[0]):
            await self._all_of_several(rows)
        batch = [rows.popleft()]
        while rows and _joins(batch[0]) and _joins(rows[0]) and len(batch) < MOST_TOGETHER:
            batch.append(rows.popleft())
        self._count(-len(batch))
        return batch

    async def _all_of_several(self, rows: deque[InboxRow]) -> None:
        """While the newest message is part of an album or of a long text and more keep coming, waits."""
        for _ in range(_MOST_ALBUM_PAUSES):
            count = len(rows)
            if not is_one_of_several(rows[-1].raw):
                return
            await self._attempts.pause(self._album_pause_seconds)
            if len(rows) == count:
                return


def _joins(row: InboxRow) -> bool:
    return not row.tries and may_join(row.raw)
