"""Budgets: they hold, whoever asks at once; people are told before anything is called, and warned in time."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.service import Parley
from sandbox.telegram.client import TelegramClient
from storage.preferences import Scope
from tests.money.books import catalogue, spent, totals
from tests.town import BOT_NAME, Town, answered, button, forged_tap, settled, texts

BOSS = 99
DEAR = '[models."gpt-6-luna"]\noutput = 2'  # so that answers come to a cent together


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, open to everybody, with one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def _asked(town: Town) -> int:
    return len(await town.model.requests())


async def test_a_cent_holds_under_fifty_requests_at_once(town: Town, tmp_path: Path) -> None:
    people = [await town.telegram.user(f"P{number}") for number in range(50)]
    given: dict[str, Any] = {"catalogue_file": catalogue(tmp_path, DEAR), "bot_daily_budget": "0.01"}
    async with town.bot(**given) as bot:
        replies = await asyncio.gather(
            *(answered(town.telegram, person, "{{words: 400}}") for person in people)
        )
        await settled(bot, town.telegram)
        booked = sum((await spent(bot)).values())

    refused = [one for one in replies if "budget" in one["text"]]
    assert 0 < booked <= 10_000
    assert 0 < len(refused) < 50
    assert await _asked(town) == 50 - len(refused)


async def test_a_cent_holds_over_a_long_talk(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    given: dict[str, Any] = {"catalogue_file": catalogue(tmp_path, DEAR), "user_daily_budget": "0.01"}
    async with town.bot(**given) as bot:
        replies = [await answered(town.telegram, ada, "{{words: 800}}") for _ in range(12)]
        booked = await spent(bot)

    assert 5_000 < sum(booked.values()) <= 10_000
    assert "Your budget for today does not allow that" in replies[-1]["text"]


async def test_with_a_budget_of_nothing_nothing_is_called(
    town: Town, bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, BOSS, f"/budget user {ada} 0 day")

    reply = await answered(telegram, ada, "hello")

    assert "Your budget for today does not allow that: $0.00 of $0.00 are spent" in reply["text"]
    assert "00:00 (UTC)" in reply["text"]
    assert "reply_markup" not in reply  # to try again would not help
    assert await _asked(town) == 0
    assert await totals(bot) == []


async def test_a_refused_picture_is_not_ordered(town: Town, bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, BOSS, "/budget bot 0.001 month")

    reply = await answered(telegram, ada, "/imagine a red sofa")

    assert "The whole bot's budget for this month does not allow that" in reply["text"]
    assert await _asked(town) == 0
    assert await totals(bot) == []
    assert "reply_markup" not in reply  # to try again would not help


async def test_a_group_has_a_budget_of_its_own(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[BOSS, ada])
    listed = await answered(telegram, group, "/budget group 0 month", user=BOSS)

    inside = await answered(telegram, group, f"@{BOT_NAME} {{{{say: hi}}}}", user=ada)
    outside = await answered(telegram, ada, "{{say: hi}}")

    assert f"group {group}: $0.00 a month" in listed["text"]
    assert "This group's budget for this month does not allow that" in inside["text"]
    assert outside["text"] == "hi"


async def test_an_own_budget_goes_before_that_of_the_role(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    await answered(telegram, BOSS, "/budget role everybody 0 day")
    await answered(telegram, BOSS, "/budget role admins 5 day")
    await answered(telegram, BOSS, f"/budget user {ada} unlimited day")

    replies = [await answered(telegram, one, "{{say: hi}}") for one in (ada, eve, BOSS)]

    assert [replies[0]["text"], replies[2]["text"]] == ["hi", "hi"]
    assert "Your budget for today" in replies[1]["text"]


async def test_a_budget_of_the_settings_gives_way_to_an_admins(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS}), user_monthly_budget="0"):
        refused = await answered(town.telegram, ada, "{{say: hi}}")
        await answered(town.telegram, BOSS, "/budget role everybody 1 month")
        allowed = await answered(town.telegram, ada, "{{say: hi}}")

    assert "Your budget for this month" in refused["text"]
    assert allowed["text"] == "hi"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("bot -5 month", "cannot be less than 0"),
        ("bot nan month", "no amount of dollars"),
        ("bot 1e30", "no amount of dollars"),
        ("bot 1e-9", "no amount of dollars"),  # not 0, with which nothing may be spent
        ("bot 1,500", "no amount of dollars"),  # is that 1.50 or 1500?
        ("bot many", "Write whose budget"),
        ("bot", "Write whose budget"),
        ("user ada 5", "Write whose budget"),
        ("group 5", "Which group? Its id is missing"),
        ("group 5 month", "Which group? Its id is missing"),
        ("group club 5 month", "Which group? Its id is missing"),
        ("group", "Which group? Its id is missing"),
        ("role cooks 5", "Write whose budget"),
    ],
)
async def test_what_is_no_budget_is_explained(telegram: TelegramClient, words: str, says: str) -> None:
    reply = await answered(telegram, BOSS, f"/budget {words}")

    assert says in reply["text"]
    assert (await answered(telegram, BOSS, "/budget"))["text"].startswith("There are no budgets.")


async def test_a_budget_is_taken_away_with_a_tap(telegram: TelegramClient) -> None:
    menu = await answered(telegram, BOSS, "/budget bot 20")

    await telegram.tap(BOSS, menu["message_id"], button(menu, "the whole bot: $20.00 a month"))

    await telegram.wait_for(BOSS, lambda messages: "There are no budgets." in texts(messages)[-1])


async def test_a_budget_is_taken_away_in_words(telegram: TelegramClient) -> None:
    await answered(telegram, BOSS, "/budget bot $20,50 day")

    reply = await answered(telegram, BOSS, "/budget bot off day")

    assert reply["text"].startswith("There are no budgets.")


async def test_budgets_are_the_admins_business(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, BOSS, "/budget bot 20")

    reply = await answered(telegram, ada, "/budget bot 0")
    told = await forged_tap(telegram, menu, "budget:month:bot:", user=ada)

    assert reply["text"] == told == "Only this bot's admins can do that."
    assert "$20.00 a month" in (await answered(telegram, BOSS, "/budget"))["text"]


async def test_half_of_a_budget_is_told_once_also_after_a_restart(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    given: dict[str, Any] = {"catalogue_file": catalogue(tmp_path, DEAR), "user_daily_budget": "0.006"}
    async with town.bot(**given):
        for _ in range(2):
            await answered(town.telegram, ada, "{{words: 900}}")
        await town.telegram.wait_for(ada, lambda messages: _warned(messages, "50 %") == 1)
    async with town.bot(**given) as bot:
        await answered(town.telegram, ada, "{{say: hi}}")
        await settled(bot, town.telegram)
        warned = _warned(await town.telegram.messages(ada), "50 %")

    assert warned == 1


async def test_admins_hear_when_the_bots_budget_is_used_up(town: Town, tmp_path: Path) -> None:
    ada, boss = await town.telegram.user("Ada"), await town.telegram.user("Boss", id=BOSS)
    given: dict[str, Any] = {"catalogue_file": catalogue(tmp_path, DEAR), "bot_monthly_budget": "0.012"}
    async with town.bot(admin_user_ids=frozenset({boss}), **given):
        for _ in range(10):
            await answered(town.telegram, ada, "{{words: 800}}")

        messages = await town.telegram.wait_for(
            boss, lambda messages: _warned(messages, "The whole bot's budget of $0.012 for this month") == 1
        )

    assert [_warned(messages, words) for words in ("50 % of the whole bot", "80 % of the whole bot")] == [1, 1]


def _warned(messages: list[dict[str, Any]], words: str) -> int:
    return sum(text.startswith(words) for text in texts(messages))


async def test_what_has_no_price_can_be_refused_where_a_budget_holds(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.add_model("stranger", like="gpt-6-luna")
    strange = catalogue(tmp_path, '[models."stranger"]\ndefault = true')
    async with town.bot(catalogue_file=strange, unknown_prices="refuse", bot_monthly_budget="5") as bot:
        reply = await answered(town.telegram, ada, "hello")

        assert await totals(bot) == []

    assert reply["text"].startswith("What that costs is not known")
    assert await _asked(town) == 0


async def test_a_limited_answer_is_no_longer_than_its_budget_pays_for(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    given: dict[str, Any] = {"catalogue_file": catalogue(tmp_path, DEAR), "bot_daily_budget": "0.01"}
    async with town.bot(**given):
        await answered(town.telegram, ada, "{{say: hi}}")
        limited = (await town.model.requests())[-1]["body"]["max_output_tokens"]
    async with town.bot(catalogue_file=given["catalogue_file"]):
        await answered(town.telegram, ada, "{{say: hi}}")
        free = (await town.model.requests())[-1]["body"]["max_output_tokens"]

    assert 1_500 < limited < 2_500  # half a cent's worth
    assert free == 128_000


async def test_a_group_that_moves_keeps_its_budget(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[BOSS, ada], kind="group")
    await answered(telegram, group, "/budget group 0 month", user=BOSS)

    new = await telegram.migrate(group)
    await settled(bot, telegram)
    reply = await answered(telegram, new, f"@{BOT_NAME} {{{{say: hi}}}}", user=ada)

    assert "This group's budget" in reply["text"]


async def test_a_days_budget_begins_at_the_persons_own_midnight(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await bot.preferences.set(Scope.user(ada), "timezone", "Asia/Kathmandu")
    await answered(telegram, BOSS, f"/budget user {ada} 0 day")

    reply = await answered(telegram, ada, "hello")

    assert "00:00 (Asia/Kathmandu)" in reply["text"]
