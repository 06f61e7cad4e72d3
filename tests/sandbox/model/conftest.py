"""An offline model, somebody who asks it, and its control side."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.sandbox.model.asker import Asker


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open() as sandbox:
        yield sandbox


@pytest.fixture
async def ask(sandbox: ModelSandbox) -> AsyncGenerator[Asker]:
    async with aiohttp.ClientSession() as session:
        yield Asker(sandbox, session)


@pytest.fixture
async def control(sandbox: ModelSandbox) -> AsyncGenerator[ModelClient]:
    async with ModelClient.open(sandbox.base_url) as control:
        yield control
