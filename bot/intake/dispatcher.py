"""Order: one conversation strictly in turn, different ones at the same time, control updates at once."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import islice

from bot.intake.attempts import Attempts
from bot.intake.keys import goes_on, is_one_of_several, is_stop, may_join
from domain.turn import ConversationKey
from storage.inbox import Inbox, InboxRow, Lane

log = logging.getLogger(__name__)

MOST_AT_HAND = 100  # rows of one conversation in memory; who sends more waits longer, and alone
MOST_CONTROLS = 10  # control updates of one conversation at the same time
MOST_TOGETHER = 50  # messages of one turn
ALBUM_PAUSE_SECONDS = 0.6  # Telegram sends an album as single updates, a few hundred milliseconds apart at most
_MOST_ALBUM_PAUSES = 5
_FETCH_PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class _Queue:
    """What waits for one conversation: turns to resume come first, then rows, then those left in the inbox.

    `stops` are the numbers of the stops that came meanwhile: what came before and after one stays apart.
    """

    turns: deque[int] = field(default_factory=deque[int])
    rows: deque[InboxRow] = field(default_factory=deque[InboxRow])
    left_in_inbox: deque[int] = field(default_factory=deque[int])
    stops: list[int] = field(default_factory=list[int])

    def append(self, row: InboxRow, most_at_hand: int) -> None:
        """Takes the row, or, if there are many or others are before it in the inbox, only its number."""
        if self.left_in_inbox or len(self.rows) >= most_at_hand:
            self.left_in_inbox.append(row.update_id)
        else:
            self.rows.append(row)

    def are_parted(self, before: InboxRow, after: InboxRow) -> bool:
        """Whether a person has stopped the answer between these two."""
        return any(before.update_id < stop < after.update_id for stop in self.stops)


class Dispatcher:
    """A task per conversation that has something to do, and none for the others.

    While an update is being tried again its own conversation waits for it (order), and nobody else does.
    """

    def __init__(
        self,
        inbox: Inbox,
        attempts: Attempts,
        *,
        most_at_hand: int = MOST_AT_HAND,
        album_pause_seconds: float = ALBUM_PAUSE_SECONDS,
    ) -> None:
        self._inbox = inbox
        self._attempts = attempts
        self._most_at_hand = most_at_hand
        self._album_pause_seconds = album_pause_seconds
        self._queues: dict[ConversationKey, _Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._controls: Counter[ConversationKey] = Counter()

    @property
    def waiting(self) -> int:
        """Updates of conversations that have not begun."""
        return sum(len(queue.rows) + len(queue.left_in_inbox) for queue in self._queues.values())

    @property
    def running(self) -> int:
        """Conversations and control updates that have something to do."""
        return len(self._tasks)

    def is_busy(self, key: ConversationKey) -> bool:
        """Whether updates of the conversation wait or are being worked on, control updates aside."""
        return key in self._queues

    @property
    def is_draining(self) -> bool:
        return self._attempts.draining.is_set()

    def put(self, row: InboxRow) -> None:
        """Queues an accepted update; while draining it stays in the inbox for the next start."""
        if self.is_draining:
            return
        if row.lane is Lane.EXPRESS and row.key in self._queues and is_stop(row.raw):
            self._queues[row.key].stops.append(row.update_id)
        if row.lane is Lane.EXPRESS and self._controls[row.key] < MOST_CONTROLS:
            self._controls[row.key] += 1
            self._start(self._work_control(row))
        else:
            self._queue(row.key).append(row, self._most_at_hand)

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

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work ended; what it left comes again at the next start", exc_info=task.exception())

    async def _work_control(self, row: InboxRow) -> None:
        try:
            await self._attempts.work([row])
        finally:
            self._controls[row.key] -= 1
            if not self._controls[row.key]:
                del self._controls[row.key]

    async def _work_conversation(self, key: ConversationKey, queue: _Queue) -> None:
        try:
            while queue.turns and not self.is_draining:
                await self._attempts.resume(queue.turns.popleft())
            while (queue.rows or queue.left_in_inbox) and not self.is_draining:
                if queue.rows:
                    await self._attempts.work(await self._next_batch(queue))
                else:
                    await self._fetch(queue)
        finally:
            del self._queues[key]

    async def _fetch(self, queue: _Queue) -> None:
        """Brings the next rows from the inbox; what comes meanwhile goes behind those that are still there."""
        ids = list(islice(queue.left_in_inbox, self._most_at_hand))
        try:
            found = await self._inbox.rows(ids)
        except Exception:
            log.exception("what waits in the inbox could not be fetched; trying again")
            await self._attempts.pause(_FETCH_PAUSE_SECONDS)
            return
        queue.rows.extend(found)
        for _ in ids:
            queue.left_in_inbox.popleft()

    async def _next_batch(self, queue: _Queue) -> list[InboxRow]:
        """The next update, with the plain messages right behind it if it is one."""
        rows = queue.rows
        if _joins(rows[0]):
            await self._all_of_several(rows)
        elif is_one_of_several(rows[0].raw) and not rows[0].tries:  # with a command in the first
            await self._all_of_several(rows)
            return _taken(queue, lambda last, row: goes_on(row.raw, last.raw))
        return _taken(queue, lambda last, row: _joins(last) and _joins(row))

    async def _all_of_several(self, rows: deque[InboxRow]) -> None:
        """While the newest message is part of an album or of a long text and more keep coming, waits."""
        for _ in range(_MOST_ALBUM_PAUSES):
            count = len(rows)
            if not is_one_of_several(rows[-1].raw):
                return
            await self._attempts.pause(self._album_pause_seconds)
            if len(rows) == count:
                return


def _taken(queue: _Queue, belong_together: Callable[[InboxRow, InboxRow], bool]) -> list[InboxRow]:
    """The next row, and those right behind it as long as each belongs to the one before."""
    rows, batch = queue.rows, [queue.rows.popleft()]
    while rows and len(batch) < MOST_TOGETHER and belong_together(batch[-1], rows[0]):
        if queue.are_parted(batch[-1], rows[0]):
            break
        batch.append(rows.popleft())
    return batch


def _joins(row: InboxRow) -> bool:
    return not row.tries and may_join(row.raw)
