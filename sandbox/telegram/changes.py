"""Waiting for something to change: a counter per subject, and whoever waits for it to move on."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable

ANYTHING = "anything"


class Changes:
    """`bump` moves a subject's counter on, and ANYTHING's, and wakes those who wait `beyond` an older value."""

    def __init__(self) -> None:
        self._versions: defaultdict[Hashable, int] = defaultdict(int)
        self._waiting: defaultdict[Hashable, set[asyncio.Event]] = defaultdict(set)
        self._closed = False
        self.on_change: Callable[[], None] = _nothing

    def version(self, subject: Hashable) -> int:
        return self._versions[subject]

    def bump(self, *subjects: Hashable) -> None:
        for subject in (*subjects, ANYTHING):
            self._versions[subject] += 1
            for event in self._waiting.get(subject, ()):
                event.set()
        self.on_change()

    async def beyond(self, subject: Hashable, version: int, timeout_seconds: float) -> int:
        """The counter once it differs from `version`, or after the timeout."""
        if self._versions[subject] != version or self._closed:
            return self._versions[subject]
        event = asyncio.Event()
        self._waiting[subject].add(event)
        try:
            async with asyncio.timeout(timeout_seconds):
                await event.wait()
        except TimeoutError:
            return self._versions[subject]
        finally:
            self._waiting[subject].discard(event)
        return self._versions[subject]

    def close(self) -> None:
        """Wakes everybody, for good."""
        self._closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()


def _nothing() -> None:
    return None
