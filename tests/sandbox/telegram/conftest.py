"""A local Telegram whose clock the test winds, its people, and a bot."""

from collections.abc import AsyncGenerator

import pytest

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram.bot import Bot, Clock, bot_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def telegram(clock: Clock) -> AsyncGenerator[TelegramSandbox]:
    async with TelegramSandbox.open(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def people(telegram: TelegramSandbox) -> AsyncGenerator[TelegramClient]:
    async with TelegramClient.open(telegram.root) as people:
        yield people


@pytest.fixture
async def bot(telegram: TelegramSandbox) -> AsyncGenerator[Bot]:
    async with bot_of(telegram) as bot:
        yield bot


@pytest.fixture
async def ada(people: TelegramClient) -> int:
    return await people.user("Ada")
