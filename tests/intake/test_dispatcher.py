"""Order within a conversation, none between conversations."""

import asyncio
from typing import Any

import pytest

from storage.database import Database
from tests.intake.desk import Desk, command, message, opened, tap

STOPPED = {"stopped_message_generation": {"chat": {"id": 1, "type": "private"}, "draft_id": "7"}}


async def test_a_message_is_worked_and_done(desk: Desk) -> None:
    await desk.receive(message(1))
    await desk.settled(1)

    assert desk.worker.finished == [[1]]
    assert await desk.unfinished() == []


async def test_one_conversation_is_worked_in_order(desk: Desk) -> None:
    await desk.receive(*(command(id) for id in range(1, 21)))
    await desk.settled(*range(1, 21))

    assert desk.worker.begun == [[id] for id in range(1, 21)]


async def test_messages_that_come_during_an_answer_are_handed_over_together(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(message(1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await desk.receive(message(2), message(3))
    await desk.receive(message(4), command(5), message(6))
    desk.worker.gate.set()
    await desk.settled(1, 2, 3, 4, 5, 6)

    assert desk.worker.finished == [[1], [2, 3, 4], [5], [6]]


@pytest.mark.parametrize("stop", [command(4, text="/stop"), tap(4, data="stop:1"), {**STOPPED, "update_id": 4}])
async def test_what_comes_after_a_stop_does_not_join_what_came_before(desk: Desk, stop: dict[str, Any]) -> None:
    desk.worker.gate.clear()
    await desk.receive(message(1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await desk.receive(message(2), message(3), stop, message(5), message(6))
    desk.worker.gate.set()
    await desk.settled(1, 2, 3, 4, 5, 6)

    assert [batch for batch in desk.worker.finished if 4 not in batch] == [[1], [2, 3], [5, 6]]


async def test_a_long_text_does_not_go_on_behind_a_stop(desk: Desk) -> None:
    long = "x" * 4_000

    await desk.receive(command(1, text=f"/translate fr {long}"), command(2, text="/stop"), message(3))
    await desk.settled(1, 2, 3)

    assert [1] in desk.worker.finished
    assert [3] in desk.worker.finished


async def test_other_taps_part_nothing(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(message(1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await desk.receive(message(2), tap(3, data="tools:on"), message(4))
    desk.worker.gate.set()
    await desk.settled(1, 2, 3, 4)

    assert [2, 4] in desk.worker.finished


async def test_no_batch_grows_beyond_what_one_turn_can_take(desk: Desk) -> None:
    await desk.receive(*(message(id) for id in range(1, 71)))
    await desk.settled(*range(1, 71))

    assert [len(batch) for batch in desk.worker.finished] == [50, 20]


async def test_a_conversation_that_stands_still_holds_up_nobody_else(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(message(1, chat_id=1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await desk.receive(message(2, chat_id=2), message(3, chat_id=3))

    await desk.worker.until(lambda: len(desk.worker.begun) == 3)
    assert desk.worker.finished == []


async def test_a_topic_that_stands_still_does_not_hold_up_the_next_topic(desk: Desk) -> None:
    desk.worker.gate.clear()
    for topic_id in (7, 8):
        await desk.receive(message(topic_id, -100, message_thread_id=topic_id, is_topic_message=True))

    await desk.worker.until(lambda: sorted(desk.worker.begun) == [[7], [8]])


async def test_a_stop_passes_the_queue(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(message(1), message(2))

    await desk.receive(command(3, text="/stop"), tap(4))

    await desk.worker.until(lambda: [3] in desk.worker.begun and [4] in desk.worker.begun)
    assert desk.worker.finished == []


async def test_at_most_so_many_are_worked_at_once_and_a_stop_still_gets_through(database: Database) -> None:
    async with opened(database, at_once=2) as desk:
        desk.worker.gate.clear()
        await desk.receive(*(message(id, chat_id=id) for id in range(1, 11)))
        await desk.receive(tap(11))
        await desk.worker.until(lambda: [11] in desk.worker.begun)
        assert sorted(desk.worker.begun) == [[1], [2], [11]]

        desk.worker.gate.set()
        await desk.settled(*range(1, 12))


async def test_an_album_that_comes_in_pieces_is_handed_over_whole(desk: Desk) -> None:
    await desk.receive(message(1, media_group_id="a"))
    await asyncio.sleep(0.01)  # as it happens: the pieces come a moment apart
    await desk.receive(message(2, media_group_id="a"), message(3, media_group_id="a"))
    await desk.settled(1, 2, 3)

    assert desk.worker.finished == [[1, 2, 3]]


async def test_an_album_right_behind_a_message_is_waited_for_too(desk: Desk) -> None:
    await desk.receive(message(1), message(2, media_group_id="a"))
    await asyncio.sleep(0.01)
    await desk.receive(message(3, media_group_id="a"))
    await desk.settled(1, 2, 3)

    assert desk.worker.finished == [[1, 2, 3]]


async def test_a_long_text_that_an_app_cut_up_is_handed_over_whole(desk: Desk) -> None:
    await desk.receive(message(1, text="x" * 4_096))
    await asyncio.sleep(0.01)
    await desk.receive(message(2, text="x" * 4_096), message(3, text="the end"))
    await desk.settled(1, 2, 3)

    assert desk.worker.finished == [[1, 2, 3]]


async def test_a_single_picture_waits_for_siblings_in_vain_and_goes_on(desk: Desk) -> None:
    await desk.receive(message(1, media_group_id="a"))
    await desk.settled(1)

    assert desk.worker.finished == [[1]]


async def test_idle_conversations_leave_nothing_behind(desk: Desk) -> None:
    await desk.receive(*(message(id, chat_id=id) for id in range(1, 51)))
    await desk.settled(*range(1, 51))
    await asyncio.sleep(0)

    assert (desk.dispatcher.running, desk.dispatcher.waiting) == (0, 0)


async def test_who_sends_very_much_waits_alone_and_in_order(database: Database) -> None:
    async with opened(database, most_at_hand=3) as desk:
        desk.worker.gate.clear()
        await desk.receive(*(command(id, chat_id=1) for id in range(1, 21)))
        await desk.worker.until(lambda: desk.worker.begun == [[1]])
        await desk.receive(command(21, chat_id=2))

        desk.worker.gate.set()
        await desk.settled(*range(1, 22))

    assert [batch for batch in desk.worker.finished if batch != [21]] == [[id] for id in range(1, 21)]
    assert desk.worker.finished.index([21]) < 3


async def test_most_of_what_one_conversation_sends_stays_in_the_inbox(database: Database) -> None:
    async with opened(database, most_at_hand=3) as desk:
        desk.worker.gate.clear()
        await desk.receive(*(command(id) for id in range(1, 21)))
        await desk.worker.until(lambda: desk.worker.begun == [[1]])

        assert desk.dispatcher.waiting == 19
        desk.worker.gate.set()
        await desk.settled(*range(1, 21))
        assert desk.dispatcher.waiting == 0


async def test_controls_beyond_a_few_wait_their_turn(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(command(1), *(tap(id) for id in range(2, 102)))
    await desk.worker.until(lambda: len(desk.worker.begun) == 11)

    assert desk.dispatcher.running == 11
    desk.worker.gate.set()
    await desk.settled(*range(1, 102))


async def test_draining_finishes_what_runs_and_begins_nothing(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(command(1), command(2))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    draining = asyncio.create_task(desk.dispatcher.drain(10))
    await asyncio.sleep(0)
    await desk.receive(command(3), tap(4))
    desk.worker.gate.set()
    await draining

    assert desk.worker.finished == [[1]]
    assert await desk.unfinished() == [2, 3, 4]


async def test_draining_cancels_what_does_not_finish_in_time(desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(command(1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await desk.dispatcher.drain(0.01)

    assert desk.dispatcher.running == 0
    assert await desk.unfinished() == [1]
