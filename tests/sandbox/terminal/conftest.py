"""The local Telegram with the bot listening."""

import pytest

from bot.service import Parley
from sandbox.telegram.client import TelegramClient
from tests.town import Town


@pytest.fixture
async def telegram(bot: Parley, town: Town) -> TelegramClient:  # pyright: ignore[reportUnusedParameter]  # it works beside
    await town.telegram.wait_for_calls(bool, method="getUpdates")
    return town.telegram
