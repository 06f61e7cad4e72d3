"""Locks by name: one for each scope while somebody holds it or waits for it, and none afterwards."""

import asyncio
from weakref import WeakValueDictionary


class Locks:
    def __init__(self) -> None:
        self._held: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._held)

    def of(self, scope: str) -> asyncio.Lock:
        """The lock that everybody gets for this scope as long as one of them has it."""
        return self._held.setdefault(scope, asyncio.Lock())
