"""A world at a fixed hour, somebody who looks things up there, and its control side."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.world.client import WorldClient
from sandbox.world.server import WorldSandbox

_NOW = datetime(2026, 11, 1, 12, 7, tzinfo=UTC)  # a Sunday


def _now() -> datetime:
    return _NOW


@dataclass(frozen=True, slots=True)
class Reader:
    """Looks things up."""

    root: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        """Status and JSON."""
        async with self.session.get(f"{self.root}{path}", params=query) as response:
            return response.status, await response.json()

    async def page(self, name: str, **how: Any) -> tuple[int, Mapping[str, str], bytes]:
        async with self.session.get(f"{self.root}/pages/{name}", **how) as response:
            return response.status, response.headers, await response.read()


@pytest.fixture
async def world() -> AsyncGenerator[WorldSandbox]:
    async with WorldSandbox.open(now=_now) as world:
        yield world


@pytest.fixture
async def look(world: WorldSandbox) -> AsyncGenerator[Reader]:
    async with aiohttp.ClientSession() as session:
        yield Reader(world.root, session)


@pytest.fixture
async def control(world: WorldSandbox) -> AsyncGenerator[WorldClient]:
    async with WorldClient.open(world.root) as control:
        yield control
