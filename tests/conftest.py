"""The town every end-to-end test lives in."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, built


def pytest_xdist_auto_num_workers() -> int:
    """Two per core: most tests wait, for Telegram's pace above all, more than they compute."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncGenerator[Town]:
    async with built(tmp_path / "data") as town:
        yield town


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, open to everybody."""
    async with town.bot() as parley:
        yield parley


@pytest.fixture
def telegram(bot: Parley, town: Town) -> TelegramClient:  # pyright: ignore[reportUnusedParameter]  # it works beside
    """Telegram as people use it, with the bot at work."""
    return town.telegram


@pytest.fixture
def model(bot: Parley, town: Town) -> ModelClient:  # pyright: ignore[reportUnusedParameter]  # it works beside
    """The model the bot asks."""
    return town.model
