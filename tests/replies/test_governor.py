"""The governor keeps every budget, lets what matters go first, and forgets who is idle. Time runs fast here."""

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress

import pytest

from replies.clock import Clock
from replies.errors import Flood
from replies.governor import Governor, Kind

SPEED = 100.0
GROUP, PERSON = -100500, 42


@pytest.fixture
def governor() -> Governor:
    return Governor(per_second=30, clock=Clock(SPEED))


async def _calls(
    governor: Governor, chat_id: int, kind: Kind = Kind.FINAL, *, count: int, travels: float = 0.0
) -> list[float]:
    """Makes so many calls at once; when each was let through."""

    async def call() -> float:
        async with governor.slot(chat_id, kind):
            at = governor.clock.now()
            await governor.clock.sleep(travels)
        return at

    return sorted(await asyncio.gather(*(call() for _ in range(count))))


async def _flooded(call: AbstractAsyncContextManager[None], *, seconds: float) -> None:
    """Makes a call that is answered by 429."""
    with suppress(Flood):
        async with call:
            raise Flood(seconds)


def _most_within(times: Sequence[float], seconds: float) -> int:
    return max(sum(1 for other in times if at <= other < at + seconds) for at in times)


async def test_a_chat_gets_a_burst_and_then_one_message_a_second(governor: Governor) -> None:
    times = await _calls(governor, PERSON, count=8)

    assert times[2] - times[0] < 0.9
    assert _most_within(times, 1.0) <= 3
    assert times[-1] - times[0] >= 5.0


async def test_a_group_gets_twenty_calls_a_minute(governor: Governor) -> None:
    times = await _calls(governor, GROUP, count=45)

    assert _most_within(times, 60.0) == 20


async def test_the_bot_keeps_its_limit_over_all_chats(governor: Governor) -> None:
    each = await asyncio.gather(*(_calls(governor, chat_id, count=1) for chat_id in range(1, 101)))

    assert _most_within(sorted(time for times in each for time in times), 1.0) <= 30


async def test_drafts_keep_both_their_budgets(governor: Governor) -> None:
    times = await _calls(governor, PERSON, Kind.DRAFT, count=60)

    assert _most_within(times, 5.0) <= 20
    assert _most_within(times, 30.0) <= 40


async def test_drafts_do_not_use_up_messages(governor: Governor) -> None:
    await _calls(governor, PERSON, Kind.DRAFT, count=20)
    before = governor.clock.now()

    times = await _calls(governor, PERSON, count=1)

    assert times[0] - before < 5  # twenty messages would take many seconds


async def test_a_flood_pauses_that_chat_only(governor: Governor) -> None:
    flooded_at = governor.clock.now()
    await _flooded(governor.slot(PERSON, Kind.DRAFT), seconds=7)

    same, other = await asyncio.gather(_calls(governor, PERSON, count=2), _calls(governor, 43, count=1))

    assert same[0] - flooded_at >= 7.0
    assert other[0] - flooded_at < 3.0


async def test_no_call_slips_into_a_window_that_opens_while_others_wait(governor: Governor) -> None:
    times = list[float]()

    async def call(position: int) -> None:
        async with governor.slot(PERSON, Kind.FINAL):
            times.append(governor.clock.now())
            await governor.clock.sleep(1.0)
            if position == 0:
                raise Flood(5)

    await asyncio.gather(*(call(position) for position in range(4)), return_exceptions=True)

    assert times[1] - times[0] >= 6.0


async def test_calls_to_a_chat_are_made_one_at_a_time(governor: Governor) -> None:
    times = await _calls(governor, PERSON, count=3, travels=4.0)

    assert [round(later - earlier) >= 4 for earlier, later in itertools.pairwise(times)] == [
        True,
        True,
    ]


async def test_a_preview_leaves_the_last_place_to_a_final_message(governor: Governor) -> None:
    previews = await _calls(governor, PERSON, Kind.PREVIEW, count=2)
    before = governor.clock.now()

    finals = await _calls(governor, PERSON, count=1)

    assert previews[1] - previews[0] < 0.9
    assert finals[0] - before < 0.9


async def test_previews_in_a_group_leave_room_for_the_answers_being_written(governor: Governor) -> None:
    with governor.answering(GROUP), governor.answering(GROUP), governor.answering(GROUP):
        task = asyncio.create_task(_calls(governor, GROUP, Kind.PREVIEW, count=20))
        await governor.clock.sleep(25.0)
        before = governor.clock.now()
        finals = await _calls(governor, GROUP, count=3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert finals[-1] - before < 6.0


async def test_a_waiting_preview_does_not_hold_a_final_message_up(governor: Governor) -> None:
    await _calls(governor, PERSON, Kind.DRAFT, count=20)
    draft = asyncio.create_task(_calls(governor, PERSON, Kind.DRAFT, count=1))
    await asyncio.sleep(0)
    before = governor.clock.now()

    finals = await _calls(governor, PERSON, count=1)
    drafts = await draft

    assert finals[0] - before < 0.9
    assert drafts[0] > finals[0]


async def test_what_no_budget_counts_waits_for_a_pause_only(governor: Governor) -> None:
    flooded_at = governor.clock.now()
    await _flooded(governor.aside(0), seconds=3)

    async with governor.aside(0):
        at = governor.clock.now()

    assert at - flooded_at >= 3.0


async def test_cancelling_who_waits_lets_the_next_one_through(governor: Governor) -> None:
    first = asyncio.create_task(_calls(governor, PERSON, count=5))
    second = asyncio.create_task(_calls(governor, PERSON, count=1))
    await governor.clock.sleep(0.5)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)

    assert len(await second) == 1


async def test_idle_chats_are_forgotten(governor: Governor) -> None:
    busy = Governor(per_second=1000, clock=Clock(1000.0))

    for chat_id in range(1, 2001):
        await _calls(busy, chat_id, count=1)

    assert len(busy) < 1000


async def test_less_than_one_message_a_second_can_be_set() -> None:
    slow = Governor(per_second=0.5, clock=Clock(SPEED))

    each = await asyncio.gather(*(_calls(slow, chat_id, count=1) for chat_id in (1, 2, 3)))

    times = sorted(time for times in each for time in times)
    assert all(later - earlier >= 2.0 for earlier, later in itertools.pairwise(times))


async def _albums(governor: Governor, chat_id: int, *, count: int, size: int = 10) -> list[float]:
    """Sends so many albums at once; when each was let through."""

    async def album() -> float:
        async with governor.slot(chat_id, Kind.FINAL, messages=size, is_upload=True):
            return governor.clock.now()

    return sorted(await asyncio.gather(*(album() for _ in range(count))))


async def test_an_album_counts_as_all_its_messages_in_a_group(governor: Governor) -> None:
    albums = await _albums(governor, GROUP, count=3)
    times = await _calls(governor, GROUP, count=12)

    assert albums[2] - albums[0] >= 60.0
    assert _most_within([time for time in albums for _ in range(10)] + times, 60.0) <= 20


async def test_an_album_counts_as_all_its_messages_in_the_bots_budget(governor: Governor) -> None:
    each = await asyncio.gather(*(_albums(governor, chat_id, count=1) for chat_id in range(1, 10)))

    assert _most_within(sorted(time for times in each for time in times * 10), 1.0) <= 30


async def test_what_follows_an_album_gives_it_time(governor: Governor) -> None:
    (album,) = await _albums(governor, PERSON, count=1)
    (after,) = await _calls(governor, PERSON, count=1)

    assert 7.0 <= after - album < 10.0


async def test_an_upload_holds_nothing_up(governor: Governor) -> None:
    async with governor.slot(PERSON, Kind.FINAL, is_upload=True):
        began = governor.clock.now()
        (message,) = await _calls(governor, PERSON, count=1)
        (action,) = await _calls(governor, PERSON, Kind.DRAFT, count=1)

    assert message - began < 0.9
    assert action - began < 0.9


async def test_an_upload_under_way_has_its_places_in_a_groups_budget(governor: Governor) -> None:
    async with governor.slot(GROUP, Kind.FINAL, messages=10, is_upload=True):
        times = await _calls(governor, GROUP, count=12)

    assert _most_within(times, 60.0) == 10


async def test_a_flood_of_an_upload_pauses_the_chat(governor: Governor) -> None:
    began = governor.clock.now()
    await _flooded(governor.slot(PERSON, Kind.FINAL, is_upload=True), seconds=7)

    (after,) = await _calls(governor, PERSON, count=1)

    assert after - began >= 7.0


async def test_a_cancelled_upload_gives_its_places_back(governor: Governor) -> None:
    async def stuck() -> None:
        async with governor.slot(GROUP, Kind.FINAL, messages=10, is_upload=True):
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await governor.clock.sleep(70.0)

    assert _most_within(await _calls(governor, GROUP, count=20), 60.0) == 20
