"""Nothing Telegram or the network does loses an answer, or shows it more than twice."""

import asyncio

import pytest

from domain.errors import ReaderGone
from domain.reply import Destination
from domain.turn import ConversationKey
from replies.wire import Wire
from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import FaultKind, House, MemorySteps, group, opened, private

ANSWER = "The answer"


async def _delivered(house: House, user: int, steps: MemorySteps | None = None) -> list[str]:
    await house.presenter.deliver(private(user), ANSWER, steps=steps or MemorySteps())
    return await house.texts(user)


@pytest.mark.parametrize("status", [500, 503])
async def test_what_was_not_sent_is_sent_once(fast: House, status: int) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendMessage", kind="status", status=status, times=4)

    assert await _delivered(fast, user) == [ANSWER]


async def test_a_flood_is_waited_out(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessage", kind="status", status=429, retry_after=1, times=2)

    assert await _delivered(house, user) == [ANSWER]
    assert await house.people.violations() == []


@pytest.mark.parametrize("kind", ["reset_before", "html_502"])
async def test_a_send_that_may_have_been_lost_is_made_good(house: House, kind: FaultKind) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessage", kind=kind)

    assert await _delivered(house, user) == [ANSWER]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_send_that_was_carried_out_unknown_to_us_stands_twice_at_most(house: House, times: int) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessage", kind="reset_after", times=times)

    texts = await _delivered(house, user)

    assert texts.count(ANSWER) == 2
    assert texts[-1] == ANSWER


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "html_502"])
async def test_an_edit_of_unknown_outcome_is_simply_repeated(house: House, kind: FaultKind) -> None:
    user = await house.people.user("Ada")
    there = await house.presenter.say(ConversationKey(user), "Half")
    steps = MemorySteps()
    await steps.record("placeholder", {"message_id": there})
    await house.people.fault(method="editMessageText", kind=kind, times=2)

    assert await _delivered(house, user, steps) == [ANSWER]


async def test_an_outage_of_everything_is_waited_out(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="*", chat_id=user, kind="html_502", times=7)

    assert await _delivered(fast, user) == [ANSWER]


async def test_a_telegram_that_is_not_there_is_waited_for(sandbox: TelegramSandbox) -> None:
    async with Wire.open("http://127.0.0.1:9", sandbox.token) as nowhere, opened(sandbox, speed=20) as house:
        user = await house.people.user("Ada")
        there, house.wire._base = house.wire._base, nowhere._base  # pyright: ignore[reportPrivateUsage]  # the network is cut
        delivering = asyncio.create_task(_delivered(house, user))
        await house.gateway.governor.clock.sleep(3.0)
        house.wire._base = there  # pyright: ignore[reportPrivateUsage]  # and mended
        house.wire._urls.clear()  # pyright: ignore[reportPrivateUsage]

        assert await delivering == [ANSWER]


async def test_a_flood_in_one_chat_holds_nobody_else_up(house: House) -> None:
    ada, bob = await house.people.user("Ada"), await house.people.user("Bob")
    await house.people.fault(method="sendMessage", chat_id=ada, kind="status", status=429, retry_after=2)
    slow = asyncio.create_task(_delivered(house, ada))
    await house.people.wait_for_calls(lambda calls: any(call["status"] == 429 for call in calls))

    assert await _delivered(house, bob) == [ANSWER]
    assert not slow.done()
    assert await slow == [ANSWER]
    assert await house.people.violations() == []


async def test_a_blocked_bot_stops_trying(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.block(user)

    with pytest.raises(ReaderGone):
        await _delivered(house, user)


@pytest.mark.parametrize("reason", ["TOPIC_CLOSED", "not enough rights to send text messages to the chat"])
async def test_a_place_where_the_bot_may_not_write_stops_it(house: House, reason: str) -> None:
    user = await house.people.user("Ada")
    description = f"Bad Request: {reason}"
    await house.people.fault(method="sendMessage", kind="status", status=400, description=description)

    with pytest.raises(ReaderGone, match=reason):
        await _delivered(house, user)


async def test_cancelling_ends_the_waiting(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessage", kind="status", status=500, times=100)
    delivering = asyncio.create_task(_delivered(house, user))
    await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessage")

    delivering.cancel()
    await asyncio.wait([delivering], timeout=2)

    assert delivering.cancelled()


# Telegram's own budgets


async def test_many_answers_to_one_person_all_arrive(sandbox: TelegramSandbox) -> None:
    async with opened(sandbox) as house:
        await house.people.configure(budgets=True)
        user = await house.people.user("Ada")

        await asyncio.gather(*(_delivered(house, user) for _ in range(6)))

        assert await house.texts(user) == [ANSWER] * 6
        assert await house.people.violations() == []


async def test_a_hundred_people_at_once_all_get_their_answer(sandbox: TelegramSandbox) -> None:
    async with opened(sandbox, per_second=30) as house:
        await house.people.configure(budgets=True)
        users = [await house.people.user(f"User {number}") for number in range(100)]

        delivered = await asyncio.gather(*(_delivered(house, user) for user in users))

        assert delivered == [[ANSWER]] * 100
        assert await house.people.violations() == []


async def test_a_governor_that_believes_in_more_than_telegram_allows_loses_nothing(
    sandbox: TelegramSandbox,
) -> None:
    async with opened(sandbox, per_second=1000) as house:
        await house.people.configure(budgets=True)
        users = [await house.people.user(f"User {number}") for number in range(90)]

        delivered = await asyncio.gather(*(_delivered(house, user) for user in users))

        assert delivered == [[ANSWER]] * 90


async def test_a_storm_of_floods_loses_nothing(house: House) -> None:
    users = [await house.people.user(f"User {number}") for number in range(8)]
    club = await house.people.group("Club", users)
    answers = [private(user) for user in users] + [group(club), group(club)]
    await house.people.fault(method="*", kind="status", status=429, retry_after=1, times=30)

    await asyncio.gather(*(_grown(house, to) for to in answers))

    assert [await house.texts(user) for user in users] == [[ANSWER]] * 8
    assert await house.texts(club) == [ANSWER] * 2
    assert await house.people.violations() == []
    assert [await house.people.draft(user) for user in users] == [None] * 8


async def _grown(house: House, to: Destination) -> None:
    steps = MemorySteps()
    async with house.presenter.preview(1, to, steps) as preview:
        for end in range(1, len(ANSWER)):
            preview.show(ANSWER[:end])
            await house.gateway.governor.clock.sleep(0.2)
    await house.presenter.deliver(to, ANSWER, steps=steps)


async def test_a_lost_send_is_made_good_where_even_typing_is_refused(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessage", kind="reset_before")
    await house.people.fault(method="sendChatAction", kind="status", status=400)

    assert await _delivered(house, user) == [ANSWER]
