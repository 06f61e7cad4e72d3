"""An offline model for every test, its control side, and an engine on each of the two protocols."""

from collections.abc import AsyncGenerator, Generator

import pytest
from blockbuster import blockbuster_ctx

from ai.engine import TextEngine
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import Api, engine_at
from tests.town import the_same_day


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("ai") as guard:
        for function in guard.functions.values():
            function.can_block_in("ai/wire.py", {"open"})  # reads certificates, once, at start
        yield


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open(today=the_same_day) as sandbox:
        yield sandbox


@pytest.fixture
async def model(sandbox: ModelSandbox) -> AsyncGenerator[ModelClient]:
    async with ModelClient.open(sandbox.base_url) as model:
        yield model


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> Api:
    """What uses this runs on both protocols."""
    return request.param


@pytest.fixture
async def engine(sandbox: ModelSandbox, api: Api) -> AsyncGenerator[TextEngine]:
    async with engine_at(sandbox, api) as engine:
        yield engine
