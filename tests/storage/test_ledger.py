"""The ledger: what is set aside never exceeds a budget, and everything is booked once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.money import BOT, Account, Consumed, Purpose
from domain.periods import Period, began, ends
from storage.budgets import Budget, Budgets
from storage.database import Database
from storage.ledger import Call, Ledger, Limit, Outcome, Reserved, Shortage
from storage.spending import Spending, Total

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA, CLUB = Account("user", 1), Account("chat", -5)
LONG_AGO = NOW - timedelta(days=365)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


@pytest.fixture
def spending(database: Database) -> Spending:
    return Spending(database)


def call(
    name: str, expected: int | None = 1_000, *, least: int | None = None, chat: int = 1, at: datetime = NOW
) -> Call:
    least = (expected or 0) if least is None else least
    return Call(name, 1, chat, 0, 7, Purpose.CHAT, "luna", expected, least, at)


def limit(account: Account, amount: int, period: Period = Period.MONTH, now: datetime = NOW) -> Limit:
    return Limit(account, period, amount, began(period, now, UTC), ends(period, now, UTC))


def came_to(cost: int | None, *, is_known: bool = True, purpose: Purpose = Purpose.CHAT) -> Outcome:
    return Outcome(purpose, "luna", Consumed(), cost, {"input_price": 5}, is_known)


async def reserved(ledger: Ledger, call: Call, limits: Sequence[Limit] = ()) -> Reserved:
    done = await ledger.reserve(call, limits)
    assert isinstance(done, Reserved)
    return done


async def spent(ledger: Ledger, account: Account = ADA) -> int:
    return (await ledger.spent([limit(account, 1)]))[0]


async def test_fifty_at_once_get_no_more_than_there_is(ledger: Ledger) -> None:
    cent = [limit(ADA, 10_000), limit(BOT, 10_000, Period.DAY)]

    done = await asyncio.gather(*(ledger.reserve(call(f"{n}", 900), cent) for n in range(50)))

    assert sum(one.microdollars for one in done if isinstance(one, Reserved)) == 9_900
    assert sum(isinstance(one, Shortage) for one in done) == 39
    assert await spent(ledger) == 9_900


async def test_who_can_do_with_less_leaves_room_for_others(ledger: Ledger) -> None:
    cent = [limit(ADA, 10_000)]

    done = [await ledger.reserve(call(f"{n}", 50_000, least=1_000), cent) for n in range(8)]

    granted = [one.microdollars for one in done if isinstance(one, Reserved)]
    assert granted == [5_000, 2_500, 1_250, 1_000]
    assert isinstance(done[-1], Shortage)


async def test_a_shortage_says_what_is_spent_and_what_is_only_set_aside(ledger: Ledger) -> None:
    first = await reserved(ledger, call("1", 300))
    await ledger.settle(first.id, [came_to(250)])
    await reserved(ledger, call("2", 600))

    short = await ledger.reserve(call("3", 500), [limit(ADA, 1_000)])

    assert isinstance(short, Shortage)
    assert (short.spent_microdollars, short.pending_microdollars) == (850, 600)


async def test_settling_frees_what_was_too_much(ledger: Ledger) -> None:
    entry = await reserved(ledger, call("1", 1_000))

    await ledger.settle(entry.id, [came_to(40)])

    assert await spent(ledger) == 40


async def test_what_costs_more_than_expected_counts_in_full(ledger: Ledger) -> None:
    entry = await reserved(ledger, call("1", 1_000))

    await ledger.settle(entry.id, [came_to(4_000)])

    assert await spent(ledger) == 4_000


async def test_released_money_is_there_again(ledger: Ledger, spending: Spending) -> None:
    entry = await reserved(ledger, call("1", 1_000))

    await ledger.release(entry.id)

    assert await spent(ledger) == 0
    assert await spending.totals(ADA, LONG_AGO) == []


async def test_an_entry_is_closed_once(ledger: Ledger) -> None:
    entry = await reserved(ledger, call("1", 1_000))
    await ledger.settle(entry.id, [came_to(40)])

    await ledger.settle(entry.id, [came_to(9_000)])
    await ledger.release(entry.id)

    assert await spent(ledger) == 40


async def test_a_call_has_one_entry(ledger: Ledger) -> None:
    await reserved(ledger, call("1", 1_000))

    with pytest.raises(Exception, match="UNIQUE"):
        await ledger.reserve(call("1", 1_000), ())

    assert await spent(ledger) == 1_000


async def test_what_a_dead_process_left_counts_as_expected(ledger: Ledger, spending: Spending) -> None:
    await reserved(ledger, call("1", 1_000))

    assert await ledger.close_leftovers() == 1

    assert await spent(ledger) == 1_000
    assert await spending.totals(ADA, LONG_AGO) == [Total(Purpose.CHAT, "luna", 1, 1_000, 0, 1_000)]


async def test_an_unknown_price_is_counted_apart(ledger: Ledger, spending: Spending) -> None:
    entry = await reserved(ledger, call("1", None))

    await ledger.settle(entry.id, [came_to(None)])

    assert await spending.totals(ADA, LONG_AGO) == [Total(Purpose.CHAT, "luna", 1, 0, 1, 0)]


async def test_an_unknown_price_needs_a_budget_that_is_not_spent(ledger: Ledger) -> None:
    assert isinstance(await ledger.reserve(call("1", None), [limit(ADA, 0)]), Shortage)


async def test_what_is_free_needs_no_budget(ledger: Ledger) -> None:
    assert isinstance(await ledger.reserve(call("1", 0), [limit(ADA, 0)]), Reserved)


async def test_hosted_tools_are_booked_beside_the_answer(ledger: Ledger, spending: Spending) -> None:
    entry = await reserved(ledger, call("1", 1_000))

    await ledger.settle(entry.id, [came_to(40), came_to(10_000, purpose=Purpose.WEB_SEARCH)])

    assert await spent(ledger) == 10_040
    assert [one.purpose for one in await spending.totals(ADA, LONG_AGO)] == [Purpose.WEB_SEARCH, Purpose.CHAT]
    assert sum(one.microdollars for one in await spending.of_turn(7)) == 10_040


async def test_a_month_later_a_budget_is_whole_again(ledger: Ledger) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    await reserved(ledger, call("1", 1_000, at=december - timedelta(seconds=1)))

    done = await ledger.reserve(call("2", 1_000, at=december), [limit(ADA, 1_000, now=december)])

    assert isinstance(done, Reserved)


async def test_a_group_counts_what_is_spent_in_it(ledger: Ledger) -> None:
    await reserved(ledger, call("1", 700, chat=-5))
    await reserved(ledger, call("2", 200))

    assert [await spent(ledger, one) for one in (ADA, CLUB, BOT)] == [900, 700, 900]


async def test_what_a_group_spent_follows_it_to_its_new_id(ledger: Ledger, spending: Spending) -> None:
    for name, chat in (("1", -5), ("2", -6)):
        entry = await reserved(ledger, call(name, 700, chat=chat))
        await ledger.settle(entry.id, [came_to(700)])

    await ledger.move_chat(-5, -6)

    assert [await spent(ledger, Account("chat", chat)) for chat in (-5, -6)] == [0, 1_400]
    assert (await spending.totals(Account("chat", -6), LONG_AGO))[0].microdollars == 1_400


async def test_a_warning_is_given_once_in_a_period(ledger: Ledger) -> None:
    november, december = limit(ADA, 5), limit(ADA, 5, now=NOW + timedelta(days=30))

    told = [await ledger.warn_once(one, 50) for one in (november, november, december)]

    assert told == [True, False, True]


async def test_budgets_are_remembered(database: Database) -> None:
    budgets = await Budgets(database).load()
    await budgets.set(Budget(ADA, Period.DAY, 5))
    await budgets.set(Budget(ADA, Period.DAY, None))
    await budgets.set(Budget(BOT, Period.MONTH, 7))
    await budgets.remove(BOT, Period.MONTH)

    assert (await Budgets(database).load()).all() == [Budget(ADA, Period.DAY, None)]


async def test_a_groups_budget_follows_it_to_its_new_id(database: Database) -> None:
    budgets = await Budgets(database).load()
    await budgets.set(Budget(CLUB, Period.DAY, 5))

    await budgets.move_chat(-5, -6)

    assert budgets.all() == [Budget(Account("chat", -6), Period.DAY, 5)]


async def test_an_answer_that_went_on_without_us_is_corrected(ledger: Ledger, spending: Spending) -> None:
    entry = await reserved(ledger, call("1", 1_000))
    await ledger.begun(entry.id, "resp_1")
    await ledger.settle(entry.id, [came_to(70, is_known=False), came_to(9, purpose=Purpose.CODE)])

    found = await ledger.correct("resp_1", [came_to(400), came_to(20, purpose=Purpose.CODE)])

    assert found
    assert await spent(ledger) == 420
    assert sum(one.estimated_microdollars for one in await spending.totals(ADA, LONG_AGO)) == 0


async def test_an_answer_is_corrected_once(ledger: Ledger) -> None:
    entry = await reserved(ledger, call("1", 1_000))
    await ledger.begun(entry.id, "resp_1")
    await ledger.close_leftovers()

    found = [await ledger.correct("resp_1", [came_to(cost)]) for cost in (400, 900)]

    assert found == [True, False]
    assert await spent(ledger) == 400


async def test_what_has_a_price_beside_an_unknown_one_is_set_aside(ledger: Ledger) -> None:
    strange = replace(call("one", None), beside_microdollars=600)

    first = await reserved(ledger, strange, [limit(ADA, 1_000)])
    held = await spent(ledger)
    await ledger.settle(first.id, [came_to(None), came_to(200, purpose=Purpose.WEB_SEARCH)])

    assert (first.microdollars, held) == (500, 500)
    assert await spent(ledger) == 200


async def test_what_a_dead_process_left_of_unknown_price_holds_until_it_is_corrected(ledger: Ledger) -> None:
    entry = await reserved(ledger, replace(call("one", None), beside_microdollars=600))
    await ledger.begun(entry.id, "resp_1")

    await ledger.close_leftovers()
    held = await spent(ledger)
    await ledger.correct("resp_1", [came_to(None), came_to(200, purpose=Purpose.WEB_SEARCH)])

    assert (held, await spent(ledger)) == (600, 200)


async def test_what_can_be_had_for_nothing_is_had_when_the_budget_is_spent(ledger: Ledger) -> None:
    spent_budget = [limit(ADA, 0)]

    free = await ledger.reserve(call("one", 500, least=0), spent_budget)
    unknown = await ledger.reserve(call("two", None), spent_budget)

    assert isinstance(free, Reserved)
    assert free.microdollars == 0
    assert isinstance(unknown, Shortage)
