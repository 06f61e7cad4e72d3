"""An offline model, somebody who asks it, and its control side."""

from collections.abc import AsyncGenerator, Generator
from typing import Any

import aiohttp
import pytest
from blockbuster import blockbuster_ctx
from openai import AsyncOpenAI

from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.sandbox.model.asker import Asker
from tests.town import the_same_day


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("sandbox"):
        yield


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open(today=the_same_day) as sandbox:
        yield sandbox


@pytest.fixture
async def ask(sandbox: ModelSandbox) -> AsyncGenerator[Asker]:
    async with aiohttp.ClientSession() as session:
        yield Asker(sandbox, session)


@pytest.fixture
async def control(sandbox: ModelSandbox) -> AsyncGenerator[ModelClient]:
    async with ModelClient.open(sandbox.base_url) as control:
        yield control


@pytest.fixture
async def client(sandbox: ModelSandbox) -> AsyncGenerator[AsyncOpenAI]:
    """The official SDK, which tries everything once."""
    async with AsyncOpenAI(base_url=sandbox.base_url, api_key=sandbox.api_key, max_retries=0) as client:
        yield client


@pytest.fixture
def sdk(client: AsyncOpenAI) -> Any:
    """The same without its types, for what they forbid and for items of any kind."""
    return client
