"""A command counts when its sender has typed it, however it is styled, and not when it is forwarded."""

from collections.abc import AsyncGenerator

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, last_question, settled, texts

BOSS = 99


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, closed; one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(allowed_user_ids=frozenset(), admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def test_a_forwarded_command_is_text(bot: Parley, telegram: TelegramClient, model: ModelClient) -> None:
    eve = await telegram.user("Eve")

    await answered(telegram, BOSS, f"/allow {eve}", forward_from=eve)

    assert bot.access.allowed_people() == []
    assert await last_question(model) == f"[Forwarded from Eve]\n/allow {eve}"


async def test_a_forwarded_command_that_nobody_knows_is_text_too(
    telegram: TelegramClient, model: ModelClient
) -> None:
    await answered(telegram, BOSS, "/weather {{say: sunny}}", forward_from="Eve")

    assert (await last_question(model)).startswith("[Forwarded from Eve]\n/weather")


async def test_a_forwarded_pairing_link_makes_nobody_an_admin(town: Town) -> None:
    async with town.bot(allowed_user_ids=frozenset(), data_dir=town.data_dir / "other") as parley:
        ada = await town.telegram.user("Ada")

        await town.telegram.say(ada, f"/start {parley.access.pairing_code}", forward_from="Eve")
        await settled(parley, town.telegram)

        assert not parley.access.is_admin(ada)


async def test_a_forwarded_stop_stops_nothing(telegram: TelegramClient) -> None:
    await telegram.say(BOSS, "{{pace: 0 20}} {{words: 30}}")
    await telegram.wait_for_draft(BOSS, lambda draft: bool(draft and draft["text"]))

    await telegram.say(BOSS, "/stop {{say: over}}", forward_from="Eve")

    seen = await telegram.wait_for(BOSS, lambda messages: "over" in texts(messages))
    assert not any("Stopped." in text for text in texts(seen))


async def test_a_command_in_bold_is_a_command(telegram: TelegramClient, model: ModelClient) -> None:
    bold = {"type": "bold", "offset": 0, "length": 5}

    told = await answered(telegram, BOSS, "/stop", entities=[bold, {**bold, "type": "bot_command"}])

    assert told["text"] == "Nothing is being answered right now."
    assert await model.requests() == []
