"""Order: one conversation strictly in turn, different ones at the same time, control updates at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.intake.keys import album_of, may_join
from domain.turn import ConversationKey
from storage.inbox import Inbox, InboxRow, Lane

log = logging.getLogger(__name__)

MOST_TRIES = 5
ALBUM_PAUSE_SECONDS = 0.6  # Telegram sends an album as single updates, a few hundred milliseconds apart at most
_FIRST_BACKOFF_SECONDS = 0.5


class TurnInterrupted(Exception):
    """A turn has begun and could not be finished: from here on it is resumed, its updates not worked again."""

    def __init__(self, turn_id: int) -> None:
        super().__init__(f"turn {turn_id}")
        self.turn_id = turn_id


class BatchWorker(Protocol):
    async def handle(self, batch: Sequence[InboxRow]) -> None:
        """Works one or several messages that belong together.

        Raises `TurnInterrupted` once their turn is in the books, anything else when they must be worked again.
        """
        ...

    async def resume(self, turn_id: int) -> None:
        """Goes on with an interrupted turn."""
        ...

    async def abandon(self, turn_id: int, reason: str) -> None:
        """Gives an interrupted turn up and sets its updates aside."""
        ...


OnSetAside = Callable[[int, str], Awaitable[None]]
"""Told the `update_id` and the reason."""


@dataclass(slots=True)
class _Queue:
    """What waits for one conversation: turns to resume come before rows."""

    turns: deque[int] = field(default_factory=deque[int])
    rows: deque[InboxRow] = field(default_factory=deque[InboxRow])
    more: asyncio.Event | None = None  # set while an album waits for its siblings


class Dispatcher:
    """A task per conversation that has something to do, and none for the others.

    A failing update is tried again after a growing pause; its own conversation waits for it (order), nobody
    else does. After five tries it is set aside and the conversation goes on.
    """

    def __init__(
        self,
        inbox: Inbox,
        worker: BatchWorker,
        *,
        on_set_aside: OnSetAside,
        at_once: int,
        backoff_seconds: float = _FIRST_BACKOFF_SECONDS,
    ) -> None:
        self._inbox = inbox
        self._worker = worker
        self._on_set_aside = on_set_aside
        self._backoff_seconds = backoff_seconds
        self._places = asyncio.Semaphore(at_once)
        self._queues: dict[ConversationKey, _Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_draining = False

    @property
    def running(self) -> int:
        """Conversations and control updates being worked right now."""
        return len(self._tasks)

    @property
    def waiting(self) -> int:
        """Updates that have not begun."""
        return sum(len(queue.rows) for queue in self._queues.values())

    def put(self, row: InboxRow) -> None:
        """Queues an accepted update; while draining it stays in the inbox for the next start."""
        if self._is_draining:
            return
        if row.lane is Lane.EXPRESS:
            self._start(self._work([row]))
            return
        queue = self._queue(row.key)
        queue.rows.append(row)
        if queue.more is not None:
            queue.more.set()

    def put_turn(self, key: ConversationKey, turn_id: int) -> None:
        """Queues an interrupted turn; call before the rows of its conversation."""
        self._queue(key).turns.append(turn_id)

    async def drain(self, seconds: float) -> None:
        """Begins nothing new, lets what runs finish for so long, then cancels it; all stays resumable."""
        self._is_draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

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
            log.error("a conversation's worker ended", exc_info=task.exception())

    async def _work_conversation(self, key: ConversationKey, queue: _Queue) -> None:
        try:
            async with self._places:
                while queue.turns and not self._is_draining:
                    await self._resume(queue.turns.popleft())
                while queue.rows and not self._is_draining:
                    await self._work(await self._next_batch(queue))
        finally:
            del self._queues[key]

    async def _next_batch(self, queue: _Queue) -> list[InboxRow]:
        """The next update, with the plain messages right behind it if it is one, and the rest of an album."""
        batch = [queue.rows.popleft()]
        first = batch[0].raw
        if batch[0].tries or not may_join(first):
            return batch
        if album_of(first) is not None:
            await self._wait_for_album(queue)
        while queue.rows and not queue.rows[0].tries and may_join(queue.rows[0].raw):
            batch.append(queue.rows.popleft())
        return batch

    async def _wait_for_album(self, queue: _Queue) -> None:
        """Until no sibling has come for a while."""
        queue.more = asyncio.Event()
        try:
            while True:
                queue.more.clear()
                async with asyncio.timeout(ALBUM_PAUSE_SECONDS):
                    await queue.more.wait()
        except TimeoutError:
            queue.more = None

    async def _work(self, batch: Sequence[InboxRow]) -> None:
        """Works a batch until it is done or set aside. A batch that fails is tried again one by one."""
        error = await self._tried(batch)
        if error is None:
            return
        for row in batch:
            await self._retry(row, error)

    async def _tried(self, batch: Sequence[InboxRow]) -> Exception | None:
        """One try; the error if the batch must be tried again."""
        try:
            await self._worker.handle(batch)
        except TurnInterrupted as interrupted:
            log.warning("%s is interrupted", interrupted, exc_info=interrupted.__cause__)
            await asyncio.sleep(self._backoff_seconds)
            await self._resume(interrupted.turn_id)
        except Exception as error:  # noqa: BLE001  # the edge that must survive whatever a handler raises
            log.warning("update %s failed: %s", batch[0].update_id, type(error).__name__)
            return error
        return None

    async def _retry(self, row: InboxRow, error: Exception) -> None:
        while (tries := await self._inbox.failed(row.update_id, type(error).__name__)) < MOST_TRIES:
            await asyncio.sleep(self._backoff_seconds * 2 ** (tries - 1))
            again = await self._tried([row])
            if again is None:
                return
            error = again
        await self._inbox.set_aside([row.update_id], type(error).__name__)
        log.error("update %s is set aside after %s tries", row.update_id, MOST_TRIES, exc_info=error)
        await self._on_set_aside(row.update_id, type(error).__name__)

    async def _resume(self, turn_id: int) -> None:
        """Goes on with a turn until it is finished or, after five tries, given up."""
        reason = ""
        for tries in range(MOST_TRIES):
            try:
                await self._worker.resume(turn_id)
                return
            except Exception as error:
                log.warning("turn %s could not be resumed", turn_id, exc_info=error)
                reason = type(error).__name__
            await asyncio.sleep(self._backoff_seconds * 2**tries)
        log.error("turn %s is given up after %s tries", turn_id, MOST_TRIES)
        await self._worker.abandon(turn_id, reason)
        await self._on_set_aside(turn_id, reason)
