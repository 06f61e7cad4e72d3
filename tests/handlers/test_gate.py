"""The gate: strangers are turned away once, admins are asked, and their decision holds."""

from collections.abc import AsyncGenerator

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button, forged_tap, settled, texts

BOSS = 99


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, closed; one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(allowed_user_ids=frozenset(), admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def test_a_stranger_is_turned_away_and_nothing_is_asked(
    telegram: TelegramClient, model: ModelClient
) -> None:
    eve = await telegram.user("Eve")

    await telegram.say(eve, "hello")

    told = (await telegram.next_reply(eve))["text"]
    assert told.startswith("This bot is private.")
    assert str(eve) in told
    assert await model.requests() == []


async def test_an_admin_lets_a_stranger_in_with_one_tap(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    await telegram.say(eve, "hello")
    knock = await telegram.next_reply(BOSS)

    tap = await telegram.tap(BOSS, knock["message_id"], button(knock, "/allow"))
    await telegram.callback_answer(tap)
    await telegram.say(eve, "{{say: welcome}}")

    assert "Eve" in knock["text"]
    await telegram.wait_for(eve, lambda messages: "welcome" in texts(messages))


async def test_a_stranger_cannot_let_oneself_in(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    await telegram.say(eve, "hello")
    first = await telegram.next_reply(eve)

    told = await forged_tap(telegram, first, f"allow:{eve}", user=eve)

    assert "private" in told


async def test_deny_shuts_out_and_allow_lets_in_again(telegram: TelegramClient) -> None:
    await telegram.user("Bob", id=22)
    await telegram.say(BOSS, "/allow 22")
    await telegram.next_reply(BOSS)
    await telegram.say(22, "{{say: hello Bob}}")
    inside = await telegram.next_reply(22)

    await telegram.say(BOSS, "/deny 22")
    await telegram.wait_for(BOSS, lambda messages: "22 is shut out now." in texts(messages))
    await telegram.say(22, "{{say: again}}")

    assert inside["text"] == "hello Bob"
    told = await telegram.next_reply(22, after=inside["message_id"])
    assert told["text"].startswith("This bot is private.")


async def test_admin_shows_how_the_bot_is_doing(telegram: TelegramClient) -> None:
    await telegram.say(BOSS, "/admin")

    told = (await telegram.next_reply(BOSS))["text"]
    assert "Only allowed people may use this bot." in told
    assert "1 admin" in told


async def test_the_pairing_link_makes_an_admin(town: Town) -> None:
    async with town.bot(allowed_user_ids=frozenset(), data_dir=town.data_dir / "other") as parley:
        ada = await town.telegram.user("Ada")
        await town.telegram.say(ada, f"/start {parley.access.pairing_code}")

        told = (await town.telegram.next_reply(ada))["text"]

        assert told == "You are this bot's admin now. /admin shows what you can do."
        assert parley.access.is_admin(ada)


async def test_a_stranger_who_cannot_be_told_is_turned_away_all_the_same(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    eve = await telegram.user("Eve")
    await telegram.fault(method="sendMessage", chat_id=eve, status=403)

    await telegram.say(eve, "hello")
    await settled(bot, telegram)

    assert await model.requests() == []
    assert not [message for message in await telegram.messages(eve) if message["from"]["is_bot"]]


async def test_a_stranger_whose_refusal_fails_gets_it_in_the_next_try(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    eve = await telegram.user("Eve")
    await telegram.fault(method="sendMessage", chat_id=eve, status=400, description="odd")

    told = await answered(telegram, eve, "hello")

    assert told["text"].startswith("This bot is private.")
    assert "Eve" in (await telegram.next_reply(BOSS))["text"]
    await settled(bot, telegram)
    assert await model.requests() == []
