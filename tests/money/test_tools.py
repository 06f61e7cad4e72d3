"""The provider's own tools: booked as they ran, and kept within what budgets leave."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.service import Parley
from domain.money import Account, Purpose
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import SALES, asked, reply, report, tool
from tests.money.books import catalogue, only, spent
from tests.town import Town, answered, settled, until

FREE_TEXT = '[models."gpt-6-luna"]\ninput = 0\ncached_input = 0\ncache_write = 0\noutput = 0'


async def _table(telegram: TelegramClient, chat: int) -> None:
    await reply(
        telegram, chat, await telegram.send_document(chat, SALES, name="sales.csv", caption="Keep this")
    )


async def test_every_search_of_the_web_is_booked_and_no_page_that_is_opened(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "{{web: 3}} lighthouses")

    search = await only(bot, Purpose.WEB_SEARCH)
    assert (search.microdollars, search.unknown, search.estimated_microdollars) == (30_000, 0, 0)


async def test_a_search_of_files_is_booked_and_shown(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await reply(
        telegram, ada, await telegram.send_document(ada, report(), name="history.txt", caption="Keep this")
    )

    await answered(telegram, ada, "Who built the lighthouse of Varn?")

    assert (await only(bot, Purpose.FILE_SEARCH)).microdollars % 2_500 == 0
    told = (await answered(telegram, ada, "/usage"))["caption"]
    assert "📁 Searching files: $0.00" in told
    assert "file_search: $0.00" in told


async def test_code_is_booked_by_the_minute_five_at_least_and_shown(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "{{python: summary summary}}")

    code = await only(bot, Purpose.CODE)
    assert code.microdollars == code.estimated_microdollars == 7_500  # nobody tells how long it was charged for
    told = (await answered(telegram, ada, "/usage"))["caption"]
    assert "🧮 Running code: $0.007" in told
    assert "is an estimate" in told


async def test_code_within_the_minutes_that_are_paid_adds_nothing(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    await _table(telegram, ada)

    await answered(telegram, ada, "{{python: summary}}")
    await answered(telegram, ada, "{{python: summary}}")

    assert (await only(bot, Purpose.CODE)).microdollars == 7_500


async def test_a_container_is_booked_when_it_is_made(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await _table(telegram, ada)

    assert (await spent(bot, Account("user", ada)))[Purpose.CODE] == 7_500


async def test_a_container_is_not_made_for_more_than_half_of_what_is_left(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(user_daily_budget="0.014") as bot:
        await _table(town.telegram, ada)
        booked = await spent(bot)

    assert Purpose.CODE not in booked
    assert await town.model.containers() == []


async def test_what_stores_keep_is_booked_once_a_day_to_the_bot(town: Town, tmp_path: Path) -> None:
    ada, boss = await town.telegram.user("Ada"), await town.telegram.user("Boss", id=99)
    dear = "[hosted]\nstorage_gigabyte_day = 1_000\nstorage_free_gigabytes = 0"
    given: dict[str, Any] = {
        "catalogue_file": catalogue(tmp_path, dear),
        "admin_user_ids": frozenset({boss}),
        "user_daily_budget": "0",
    }
    async with town.bot(catalogue_file=given["catalogue_file"]):
        await reply(town.telegram, ada, await town.telegram.send_document(ada, report(), name="history.txt"))
    async with town.bot(**given) as bot:
        booked = await until(partial(_stored, bot))
    async with town.bot(**given) as bot:
        await bot.renting.stores()
        booked_again = await _stored(bot)
        told = await answered(town.telegram, boss, "/usage all")

    assert 10_000 < booked == booked_again < 1_000_000  # some 100 kB
    assert "🗄 Keeping files searchable" in told["caption"]


async def _stored(bot: Parley) -> int:
    return (await spent(bot)).get(Purpose.STORAGE, 0)


async def test_what_is_stored_within_what_is_free_costs_nothing(
    town: Town, bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    await reply(telegram, ada, await telegram.send_document(ada, report(), name="history.txt"))

    await bot.renting.stores()

    assert Purpose.STORAGE not in await spent(bot)


async def test_code_of_two_people_is_on_two_bills(bot: Parley, telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")

    for person in (ada, eve):
        await answered(telegram, person, "{{python: summary}}")

    booked = [(await spent(bot, Account("user", one)))[Purpose.CODE] for one in (ada, eve)]
    assert booked == [7_500, 7_500]


async def test_without_a_budget_tools_may_be_used_often(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "hello")

    assert (await asked(model))["max_tool_calls"] == 20


async def test_a_cent_holds_whatever_the_tools_would_do(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(user_daily_budget="0.01") as bot:
        await _table(town.telegram, ada)
        for words in ("{{web: 9}} lighthouses", "{{python: summary}}", "{{web: 9}} ships", "{{words: 900}}"):
            await answered(town.telegram, ada, words)
        booked = await spent(bot)

    assert 0 < sum(booked.values()) <= 10_000


async def test_a_cent_holds_under_fifty_people_with_tools(town: Town) -> None:
    people = [await town.telegram.user(f"P{number}") for number in range(50)]
    async with town.bot(bot_daily_budget="0.01") as bot:
        await asyncio.gather(*(answered(town.telegram, one, "{{web: 3}} lighthouses") for one in people))
        await settled(bot, town.telegram)
        booked = sum((await spent(bot)).values())

    assert 0 < booked <= 10_000


async def test_searches_stop_where_the_budget_does(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(user_daily_budget="0.10") as bot:
        await answered(town.telegram, ada, "{{web: 30}} lighthouses")
        booked, body = await spent(bot), await asked(town.model)

    assert 1 <= body["max_tool_calls"] <= 4
    assert booked[Purpose.WEB_SEARCH] == body["max_tool_calls"] * 10_000
    assert sum(booked.values()) <= 50_000  # half of what is left, so that others have a chance


async def test_a_small_budget_leaves_the_cheap_tools(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(user_daily_budget="0.012"):
        sent = await town.telegram.send_document(ada, report(), name="history.txt", caption="Keep this")
        await reply(town.telegram, ada, sent)

        kinds = ["file_search", "web_search", "code_interpreter"]
        offered = [(await tool(town.model, kind)) is not None for kind in kinds]

    assert offered == [True, False, False]


async def test_a_search_that_is_too_dear_is_not_offered_any_more(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(user_daily_budget="0.03"):
        first = await answered(town.telegram, ada, "{{web: 1}} lighthouses")
        await answered(town.telegram, ada, "{{web: 1}} lighthouses")
        offered = await tool(town.model, "web_search")

    assert "The web says" in first["text"]
    assert offered is None


async def test_what_costs_nothing_is_answered_without_tools_when_a_budget_is_spent(
    town: Town, tmp_path: Path
) -> None:
    ada = await town.telegram.user("Ada")
    free = catalogue(tmp_path, FREE_TEXT)
    async with town.bot(catalogue_file=free, user_daily_budget="0") as bot:
        said = await answered(town.telegram, ada, "{{say: hi}}")
        await answered(town.telegram, ada, "{{web: 5}} lighthouses")

        booked = await spent(bot)

    assert said["text"] == "hi"
    assert sum(booked.values()) == 0


async def test_tools_of_a_model_without_a_price_are_kept_within_the_budget(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.add_model("stranger", like="gpt-6-luna")
    strange = catalogue(tmp_path, '[models."stranger"]\ndefault = true')
    async with town.bot(catalogue_file=strange, user_daily_budget="0.05") as bot:
        for _ in range(6):
            await answered(town.telegram, ada, "{{web: 9}} lighthouses")

        booked = await spent(bot)

    assert 10_000 <= booked[Purpose.WEB_SEARCH] <= 50_000


async def test_searches_of_a_stopped_answer_are_booked(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{web: 2}} {{pace: 5 40}} {{words: 4000}} lighthouses")
    await telegram.wait_for_calls(bool, method="sendMessageDraft")

    await telegram.say(ada, "/stop")
    await settled(bot, telegram)

    assert (await only(bot, Purpose.WEB_SEARCH)).microdollars >= 10_000


async def test_code_that_is_stopped_is_booked(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{python: summary seconds=60}}")
    await telegram.wait_for_calls(_is_running_code, method="sendMessageDraft")

    await telegram.say(ada, "/stop")
    await settled(bot, telegram)

    assert (await only(bot, Purpose.CODE)).microdollars == 7_500


def _is_running_code(calls: list[dict[str, Any]]) -> bool:
    return any("Running code" in str(call["params"]) for call in calls)


@pytest.mark.parametrize("words", ["{{web: 3}} lighthouses", "{{python: summary}}"])
async def test_the_price_below_an_answer_holds_its_tools(telegram: TelegramClient, words: str) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "/price on")

    priced = (await answered(telegram, ada, words))["text"]

    assert "$0.03" in priced or "about $0.0" in priced
