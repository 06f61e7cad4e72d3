"""The control side of the world, for tests and tools."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from sandbox.world.faults import Kind


class WorldClient:
    """Looks at what was looked up, and lets look-ups go wrong."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self._root = f"{root}/sandbox"

    @classmethod
    @asynccontextmanager
    async def open(cls, root: str) -> AsyncGenerator[Self]:
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            yield cls(session, root)

    async def requests(self, path: str = "") -> list[dict[str, Any]]:
        """Every look-up so far, or those of a path: path, query, agent, at, status (None under way)."""
        async with self._session.get(f"{self._root}/requests") as response:
            found: list[dict[str, Any]] = await response.json()
        return [request for request in found if path in ("", request["path"])]

    async def clear(self) -> None:
        """Forgets the look-ups so far."""
        async with self._session.delete(f"{self._root}/requests"):
            return

    async def fault(
        self,
        *,
        path: str = "*",
        times: int = 1,
        kind: Kind = "status",
        status: int = 500,
        seconds: float = 0.0,
    ) -> None:
        """Lets the next `times` requests to a path fail: with a status, JSON that is broken, 10 MB of it, …"""
        order = {"path": path, "times": times, "kind": kind, "status": status, "seconds": seconds}
        async with self._session.post(f"{self._root}/faults", json=order):
            return
