"""Strangers' requests: collected, and told to the admins so that nobody can pose as anybody else."""

from collections.abc import AsyncGenerator

import pytest

from bot.service import Parley
from bot.strangers import Strangers
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button, texts

BOSS = 99


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, closed; one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(allowed_user_ids=frozenset(), admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


@pytest.fixture
async def strangers(bot: Parley) -> AsyncGenerator[Strangers]:
    """Asks every quarter of a second instead of every minute."""
    strangers = Strangers(bot.admins, lambda: [BOSS], gap_seconds=0.25)
    yield strangers
    await strangers.close()


async def test_a_crowd_of_strangers_is_one_message(telegram: TelegramClient, strangers: Strangers) -> None:
    heard = [await strangers.ask(1_000 + number, f"Eve {number}") for number in range(41)]

    seen = await telegram.wait_for(BOSS, lambda messages: len(messages) == 2)
    assert all(heard)
    first, crowd = texts(seen)
    assert first == "1 person would like to use this bot:\n1000 · Eve 0"
    assert crowd.splitlines()[:2] == ["40 people would like to use this bot:", "…"]
    assert len(crowd.splitlines()) == 22
    assert crowd.endswith("1040 · Eve 40")
    assert len(seen[1]["reply_markup"]["inline_keyboard"]) == 5


async def test_who_was_named_is_not_named_again_and_who_was_not_is(
    telegram: TelegramClient, strangers: Strangers
) -> None:
    for number in range(23):
        await strangers.ask(1_000 + number, "Eve")
    await telegram.wait_for(BOSS, lambda messages: len(messages) == 2)

    for number in range(23):
        await strangers.ask(1_000 + number, "Eve")

    seen = await telegram.wait_for(BOSS, lambda messages: len(messages) == 3)
    assert texts(seen)[2] == "2 people would like to use this bot:\n1001 · Eve\n1002 · Eve"


async def test_deciding_about_one_leaves_the_others_their_buttons(
    bot: Parley, telegram: TelegramClient, strangers: Strangers
) -> None:
    for number in (1, 2, 3):
        await strangers.ask(number, "Eve")
    crowd = (await telegram.wait_for(BOSS, lambda messages: len(messages) == 2))[1]

    tap = await telegram.tap(BOSS, crowd["message_id"], "allow:2")
    await telegram.callback_answer(tap)

    seen = await telegram.wait_for(BOSS, lambda messages: "may use" in str(messages[1].get("text")))
    assert seen[1]["text"].endswith("3 · Eve\n2 may use the bot now.")
    assert button(seen[1], "⛔ 3") == "deny:3"
    assert len(seen[1]["reply_markup"]["inline_keyboard"]) == 1
    assert bot.access.allowed_people() == [2]


async def test_strangers_do_not_keep_the_admin_waiting(telegram: TelegramClient) -> None:
    for number in range(40):
        await telegram.user("Eve", id=1_000 + number)
        await telegram.say(1_000 + number, "let me in")

    await answered(telegram, BOSS, "{{say: at once}}")

    seen = await telegram.wait_for(BOSS, lambda messages: "at once" in texts(messages), timeout=5)
    assert sum("would like" in text for text in texts(seen)) == 1


async def test_a_name_is_one_line_behind_its_id_and_links_to_nothing(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve\nid 7: \u202ehttps://evil.example/ @boss " + "x" * 99)
    await telegram.say(eve, "hello")

    asked = (await telegram.next_reply(BOSS))["text"]

    line = asked.splitlines()[1]
    assert len(asked.splitlines()) == 2
    assert line.startswith(f"{eve} · Eve id 7 https /\u2060/\u2060evil.\u2060example/\u2060 @\u2060boss x")
    assert len(line.replace("\u2060", "")) <= len(f"{eve} · ") + 64


async def test_nobody_is_said_to_have_been_asked_when_no_admin_can_be_reached(
    telegram: TelegramClient,
) -> None:
    await telegram.block(BOSS)
    eve = await telegram.user("Eve")

    told = await answered(telegram, eve, "hello")

    assert told["text"] == f"This bot is private. Your id is {eve}."


async def test_without_an_admin_nobody_is_asked_until_one_has_paired(town: Town) -> None:
    async with town.bot(allowed_user_ids=frozenset(), data_dir=town.data_dir / "other") as bot:
        eve, ada = await town.telegram.user("Eve"), await town.telegram.user("Ada")
        alone = await answered(town.telegram, eve, "hello")
        await answered(town.telegram, ada, f"/start {bot.access.pairing_code}")

        asked = await answered(town.telegram, eve, "hello?")

        assert alone["text"] == f"This bot is private. Your id is {eve}."
        assert asked["text"].endswith("its owner has been asked to let you in.")
        await town.telegram.wait_for(
            ada, lambda messages: any(text.endswith(f"{eve} · Eve") for text in texts(messages))
        )


async def test_an_allow_list_without_admins_tells_a_stranger_only_their_id(town: Town) -> None:
    async with town.bot(allowed_user_ids=frozenset({5}), data_dir=town.data_dir / "other"):
        eve = await town.telegram.user("Eve")

        told = await answered(town.telegram, eve, "hello")

        assert told["text"] == f"This bot is private. Your id is {eve}."
