"""Flood limits: each budget, the wait it asks for, and what happens to those who do not wait."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Clock


@pytest.fixture(autouse=True)
async def budgets_count(people: TelegramClient) -> None:
    await people.configure(budgets=True)


async def test_a_chat_takes_a_burst_of_three_and_then_one_a_second(bot: Bot, ada: int, clock: Clock) -> None:
    burst = await bot.statuses(4, "sendMessage", chat_id=ada, text="hi")
    clock.advance(1)
    later = await bot.statuses(2, "sendMessage", chat_id=ada, text="hi")

    assert burst == [200, 200, 200, 429]
    assert later == [200, 429]


async def test_edits_count_like_messages(bot: Bot, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="0")
    texts = [{"text": str(number)} for number in (1, 2, 3)]

    answers = [
        await bot.call("editMessageText", chat_id=ada, message_id=sent["message_id"], **text) for text in texts
    ]

    assert [answer.status for answer in answers] == [200, 200, 429]


async def test_the_wait_is_told_twice_and_ends(bot: Bot, ada: int, clock: Clock) -> None:
    await bot.statuses(3, "sendMessage", chat_id=ada, text="hi")

    answer = await bot.call("sendMessage", chat_id=ada, text="hi")
    clock.advance(1)

    assert answer.body["description"] == "Too Many Requests: retry after 1"
    assert answer.body["parameters"] == {"retry_after": 1}
    assert answer.headers["Retry-After"] == "1"
    assert await bot("sendMessage", chat_id=ada, text="hi")


async def test_a_group_takes_20_a_minute(bot: Bot, people: TelegramClient, ada: int, clock: Clock) -> None:
    await people.configure(chat_burst=100)
    club = await people.group(members=[ada])

    statuses = await bot.statuses(20, "sendMessage", chat_id=club, text="hi")
    answer = await bot.call("sendMessage", chat_id=club, text="hi")
    clock.advance(60)

    assert statuses == [200] * 20
    assert answer.body["parameters"] == {"retry_after": 60}
    assert await bot("sendMessage", chat_id=club, text="hi")


async def test_a_private_chat_has_no_minute_budget(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.configure(chat_burst=100)

    assert await bot.statuses(25, "sendMessage", chat_id=ada, text="hi") == [200] * 25


async def test_a_bot_sends_30_a_second_to_all_together(bot: Bot, people: TelegramClient, clock: Clock) -> None:
    crowd = [await people.user() for _ in range(31)]

    statuses = [(await bot.call("sendMessage", chat_id=one, text="hi")).status for one in crowd]
    clock.advance(1)

    assert statuses == [200] * 30 + [429]
    assert await bot("sendMessage", chat_id=crowd[0], text="hi")


async def test_drafts_and_actions_share_20_in_5_seconds(bot: Bot, ada: int, clock: Clock) -> None:
    drafts = await bot.statuses(12, "sendMessageDraft", chat_id=ada, draft_id=7, text="hi")
    actions = await bot.statuses(8, "sendChatAction", chat_id=ada, action="typing")
    answer = await bot.call("sendMessageDraft", chat_id=ada, draft_id=7, text="hi")
    clock.advance(5)

    assert drafts + actions == [200] * 20
    assert answer.body["parameters"] == {"retry_after": 5}
    assert await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="hi")


async def test_drafts_and_actions_share_40_in_30_seconds(bot: Bot, ada: int, clock: Clock) -> None:
    first = await bot.statuses(20, "sendMessageDraft", chat_id=ada, draft_id=7, text="hi")
    clock.advance(10)
    second = await bot.statuses(20, "sendMessageDraft", chat_id=ada, draft_id=7, text="hi")
    clock.advance(10)
    answer = await bot.call("sendMessageDraft", chat_id=ada, draft_id=7, text="hi")

    assert first + second == [200] * 40
    assert answer.body["parameters"] == {"retry_after": 10}


async def test_whoever_does_not_wait_is_noted_and_refused(
    bot: Bot, people: TelegramClient, ada: int, clock: Clock
) -> None:
    await bot.statuses(4, "sendMessage", chat_id=ada, text="hi")
    clock.advance(0.25)

    early = await bot.call("sendMessageDraft", chat_id=ada, draft_id=7, text="hi")

    assert early.status == 429
    [violation] = await people.violations()
    assert (violation["method"], violation["remaining_seconds"]) == ("sendMessageDraft", 0.75)


async def test_a_wait_for_one_chat_is_none_for_another(bot: Bot, people: TelegramClient, ada: int) -> None:
    bob = await people.user("Bob")
    await bot.statuses(4, "sendMessage", chat_id=ada, text="hi")

    assert await bot("sendMessage", chat_id=bob, text="hi")
    assert await bot("getChat", chat_id=ada)
    assert await people.violations() == []


async def test_nothing_counts_when_budgets_are_off(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.configure(budgets=False)

    assert await bot.statuses(50, "sendMessage", chat_id=ada, text="hi") == [200] * 50
