"""A sandbox of its own, and the way to it, for every test."""

from collections.abc import AsyncGenerator, Generator

import pytest
from blockbuster import blockbuster_ctx

from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import House, opened


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("replies"):
        yield


@pytest.fixture
async def sandbox() -> AsyncGenerator[TelegramSandbox]:
    async with TelegramSandbox.open() as sandbox:
        yield sandbox


@pytest.fixture
async def house(sandbox: TelegramSandbox) -> AsyncGenerator[House]:
    async with opened(sandbox) as house:
        yield house


@pytest.fixture
async def fast(sandbox: TelegramSandbox) -> AsyncGenerator[House]:
    """Ten seconds of the bot's life pass in one."""
    async with opened(sandbox, speed=10) as house:
        yield house
