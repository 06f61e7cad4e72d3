"""Perseverance: what fails is tried again a few times, then set aside, so that it holds nobody up for long."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from storage.inbox import Inbox, InboxRow, Lane

log = logging.getLogger(__name__)

MOST_TRIES = 5
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0


class TurnInterrupted(Exception):
    """A turn has begun and could not be finished: from here on it is resumed, its updates not worked again."""

    def __init__(self, turn_id: int) -> None:
        super().__init__(f"turn {turn_id}")
        self.turn_id = turn_id


class TooSoon(Exception):
    """People have asked for too much at once: the batch is worked when so many `seconds` have passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


class BatchWorker(Protocol):
    async def handle(self, batch: Sequence[InboxRow]) -> None:
        """Works one or several messages that belong together.

        Raises `TurnInterrupted` once their turn is in the books, `TooSoon` before anything has begun, anything
        else when they must be worked again.
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


class Attempts:
    """Works batches and resumes turns: each up to five times within eight seconds, at most `at_once` together.

    Once `draining` is set nothing is begun and nothing waits; what is unfinished comes again at the next start.
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
        self.draining = asyncio.Event()

    async def work(self, batch: Sequence[InboxRow]) -> None:
        """Works a batch until all of it is done or set aside. A batch that fails is worked one by one."""
        error = await self._tried(batch)
        if error is None:
            return
        if len(batch) == 1:
            await self._retry(batch[0], error)
            return
        for row in batch:
            await self.work([row])

    async def resume(self, turn_id: int) -> None:
        """Goes on with a turn until it is finished or given up."""
        reason = ""
        for tries in range(MOST_TRIES):
            try:
                async with self._places:
                    if not self.draining.is_set():
                        await self._worker.resume(turn_id)
                return
            except Exception as error:
                log.warning("turn %s could not be resumed", turn_id, exc_info=error)
                reason = type(error).__name__
            await self.pause(self._backoff_seconds * 2**tries)
        await self._give_up(turn_id, reason, self._worker.abandon(turn_id, reason))

    async def pause(self, seconds: float) -> None:
        """Sleeps, but not while draining."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.draining.wait()

    async def _tried(self, batch: Sequence[InboxRow]) -> Exception | None:
        """One try; the error if the batch must be tried again."""
        try:
            await self._handled(batch)
        except TurnInterrupted as interrupted:
            log.warning("%s is interrupted", interrupted, exc_info=interrupted.__cause__)
            await self.pause(self._backoff_seconds)
            await self.resume(interrupted.turn_id)
        except Exception as error:  # noqa: BLE001  # the edge that must survive whatever a handler raises
            log.warning("update %s failed: %s", batch[0].update_id, type(error).__name__)
            return error
        return None

    async def _handled(self, batch: Sequence[InboxRow]) -> None:
        """While people have to wait, nobody else waits for their place."""
        while True:
            try:
                async with self._place(batch[0].lane):
                    if not self.draining.is_set():
                        await self._worker.handle(batch)
            except TooSoon as soon:
                await self.pause(soon.seconds)
            else:
                return

    async def _retry(self, row: InboxRow, error: Exception) -> None:
        while await self._count(row, error) < MOST_TRIES:
            again = await self._tried([row])
            if again is None:
                return
            error = again
        log.error("update %s failed for the last time", row.update_id, exc_info=error)
        reason = type(error).__name__
        await self._give_up(row.update_id, reason, self._inbox.set_aside([row.update_id], reason))

    async def _count(self, row: InboxRow, error: Exception) -> int:
        """Counts the failed try, and pauses. If storage cannot count, it is not the update that fails: 0."""
        try:
            tries = await self._inbox.failed(row.update_id, type(error).__name__)
        except Exception:
            log.exception("the failure of update %s could not be counted", row.update_id)
            await self.pause(_LONGEST_BACKOFF_SECONDS)
            return 0
        if tries < MOST_TRIES:
            await self.pause(self._backoff_seconds * 2 ** (tries - 1))
        return tries

    async def _give_up(self, update_id: int, reason: str, setting_aside: Awaitable[None]) -> None:
        try:
            await setting_aside
            log.error("update %s is set aside after %s tries", update_id, MOST_TRIES)
            await self._on_set_aside(update_id, reason)
        except Exception:
            log.exception("setting update %s aside failed; it may come again at the next start", update_id)

    def _place(self, lane: Lane) -> contextlib.AbstractAsyncContextManager[None]:
        """A control update does not wait for a place: it may be what frees one."""
        return contextlib.nullcontext() if lane is Lane.EXPRESS else self._places
