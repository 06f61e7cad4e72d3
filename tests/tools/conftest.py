"""The world that tools look things up in."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.world.client import WorldClient
from sandbox.world.server import WorldSandbox
from tools import web
from tools.places import Places
from tools.web import Service

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)  # a Sunday


@pytest.fixture
async def world() -> AsyncGenerator[WorldSandbox]:
    async with WorldSandbox.open(now=lambda: NOON) as world:
        yield world


@pytest.fixture
async def control(world: WorldSandbox) -> AsyncGenerator[WorldClient]:
    async with WorldClient.open(world.root) as control:
        yield control


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with web.session() as session:
        yield session


@pytest.fixture
def service(world: WorldSandbox, session: aiohttp.ClientSession) -> Service:
    return Service(session, world.root, "The service")


@pytest.fixture
def places(service: Service) -> Places:
    return Places(service, service)
