"""The answers being made right now, so that a stop finds them."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from domain.turn import ConversationKey

T = TypeVar("T")


@dataclass(slots=True)
class RunningTurn:
    """One answer in the making. `stopped` tells a person's stop from the process going down."""

    turn_id: int
    key: ConversationKey
    stopped: bool = False
    _task: asyncio.Task[Any] | None = None

    def stop(self) -> None:
        """Ends the generation now; what has been written so far becomes the answer."""
        self.stopped = True
        if self._task is not None:
            self._task.cancel()

    async def stoppable(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Runs `work` until it ends or is stopped, which gives None.

        Our own cancellation is passed on, `work` awaited first.
        """
        if self.stopped:
            work.close()
            return None
        task = self._task = asyncio.create_task(work)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if not task.cancelled():
            return task.result()
        if not self.stopped:
            raise asyncio.CancelledError
        return None


class RunningTurns:
    """At most one turn per conversation: intake keeps the order."""

    def __init__(self) -> None:
        self._by_key: dict[ConversationKey, RunningTurn] = {}
        self._begun = asyncio.Event()

    def __len__(self) -> int:
        return len(self._by_key)

    @contextmanager
    def track(self, key: ConversationKey, turn_id: int) -> Generator[RunningTurn]:
        running = self._by_key[key] = RunningTurn(turn_id, key)
        self._begun.set()
        self._begun = asyncio.Event()  # for those who wait for the next one
        try:
            yield running
        finally:
            if self._by_key.get(running.key) is running:
                del self._by_key[running.key]

    def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A stop in the supergroup finds what began in the group."""
        for running in [running for running in self._by_key.values() if running.key.chat_id == old_chat_id]:
            del self._by_key[running.key]
            running.key = ConversationKey(new_chat_id, running.key.topic_id)
            self._by_key.setdefault(running.key, running)

    def find(self, key: ConversationKey) -> RunningTurn | None:
        return self._by_key.get(key)

    async def awaited(self, key: ConversationKey, seconds: float) -> RunningTurn | None:
        """The one that runs, or begins within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while (running := self.find(key)) is None:
                    await self._begun.wait()
                return running
        except TimeoutError:
            return None


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Finishes the work also where the caller is cancelled meanwhile, who then is."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
