"""What fails is tried again, then set aside; nobody else notices."""

import asyncio

from storage.database import Database
from tests.intake.desk import Desk, command, message, opened


async def test_what_fails_is_tried_again_until_it_works(desk: Desk) -> None:
    desk.worker.fails[1] = 4

    await desk.receive(command(1))
    await desk.settled(1)

    assert desk.worker.begun == [[1]] * 5
    assert desk.worker.finished == [[1]]
    assert desk.worker.aside == []


async def test_what_always_fails_is_set_aside_after_five_tries_and_told(desk: Desk) -> None:
    desk.worker.fails[1] = 100

    await desk.receive(command(1))
    await desk.settled(1)

    assert desk.worker.begun == [[1]] * 5
    assert desk.worker.aside == [(1, "LookupError")]
    assert await desk.unfinished() == []
    assert (await desk.inbox.counts()).set_aside == 1


async def test_the_conversation_goes_on_after_what_is_set_aside(desk: Desk) -> None:
    desk.worker.fails[1] = 100

    await desk.receive(command(1), command(2))
    await desk.settled(1, 2)

    assert desk.worker.finished == [[2]]


async def test_order_is_kept_while_something_is_tried_again(desk: Desk) -> None:
    desk.worker.fails[1] = 2

    await desk.receive(command(1), command(2))
    await desk.settled(1, 2)

    assert desk.worker.finished == [[1], [2]]


async def test_a_batch_that_fails_is_worked_one_by_one(desk: Desk) -> None:
    desk.worker.fails[2] = 100

    await desk.receive(message(1), message(2), message(3))
    await desk.settled(1, 2, 3)

    assert desk.worker.begun[0] == [1, 2, 3]
    assert desk.worker.finished == [[1], [3]]
    assert desk.worker.aside == [(2, "LookupError")]


async def test_a_control_update_is_tried_again_too(desk: Desk) -> None:
    desk.worker.fails[1] = 1

    await desk.receive(command(1, text="/stop"))
    await desk.settled(1)

    assert desk.worker.begun == [[1], [1]]


async def test_an_interrupted_turn_is_resumed_and_not_worked_again(desk: Desk) -> None:
    desk.worker.interrupts[1] = 2

    await desk.receive(message(1), command(2))
    await desk.settled(1, 2)

    assert desk.worker.begun == [[1], [2]]
    assert desk.worker.resumed == [1, 1, 1]
    assert desk.worker.finished == [[1], [2]]


async def test_a_turn_that_cannot_be_finished_is_given_up_after_five_tries(desk: Desk) -> None:
    desk.worker.interrupts[1] = 100

    await desk.receive(message(1), command(2))
    await desk.settled(1, 2)

    assert desk.worker.resumed == [1] * 5
    assert desk.worker.aside == [(1, "ConnectionError")]
    assert desk.worker.finished == [[2]]


async def test_tries_are_counted_over_restarts(desk: Desk) -> None:
    desk.worker.fails[1] = 100
    desk.worker.gate.clear()
    await desk.receive(command(1))
    await desk.worker.until(lambda: len(desk.worker.begun) == 1)
    desk.worker.let_one_through()
    await desk.worker.until(lambda: len(desk.worker.begun) == 2)

    await desk.dispatcher.drain(0)

    (row,) = await desk.inbox.waiting(0, 10)
    assert row.tries == 1


async def test_when_the_admin_cannot_be_told_the_conversation_goes_on_all_the_same(desk: Desk) -> None:
    desk.worker.admin_is_reachable = False
    desk.worker.fails[1] = 100

    await desk.receive(command(1), command(2))
    await desk.settled(2)

    assert await desk.unfinished() == []
    assert (await desk.inbox.counts()).set_aside == 1


async def test_trouble_with_storage_is_not_held_against_the_update(desk: Desk, database: Database) -> None:
    desk.worker.fails[1] = 100
    desk.worker.gate.clear()
    await desk.receive(command(1))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    await database.write(lambda connection: connection.execute("PRAGMA query_only = ON"))
    desk.worker.gate.set()
    await desk.dispatcher.drain(10)

    (row,) = await desk.inbox.waiting(0, 10)
    assert row.tries == 0


async def test_what_waits_for_a_place_is_not_begun_while_draining(database: Database) -> None:
    async with opened(database, at_once=1) as desk:
        desk.worker.gate.clear()
        await desk.receive(command(1, chat_id=1), command(2, chat_id=2))
        await desk.worker.until(lambda: desk.worker.begun == [[1]])

        draining = asyncio.create_task(desk.dispatcher.drain(10))
        await asyncio.sleep(0)
        desk.worker.gate.set()
        await draining

        assert desk.worker.begun == [[1]]
        assert await desk.unfinished() == [2]


async def test_what_comes_too_soon_is_worked_later_and_is_no_failure(desk: Desk) -> None:
    desk.worker.holds_back[1] = 7

    await desk.receive(command(1), command(2))
    await desk.settled(1, 2)

    assert desk.worker.begun == [[1]] * 8 + [[2]]
    assert desk.worker.finished == [[1], [2]]
    assert desk.worker.aside == []


async def test_who_has_to_wait_takes_nobodys_place(database: Database) -> None:
    async with opened(database, at_once=1) as desk:
        desk.worker.holds_back[1], desk.worker.hold_seconds = 1, 3_600

        await desk.receive(message(1, chat_id=1))
        await desk.worker.until(lambda: desk.worker.begun == [[1]])
        await desk.receive(message(2, chat_id=2))
        await desk.settled(2)

        assert desk.worker.finished == [[2]]


async def test_a_stop_does_not_wait_for_them(database: Database) -> None:
    async with opened(database) as desk:
        desk.worker.holds_back[1], desk.worker.hold_seconds = 1, 3_600
        await desk.receive(message(1))
        await desk.worker.until(lambda: desk.worker.begun == [[1]])

        await asyncio.wait_for(desk.dispatcher.drain(60), 10)

        assert await desk.unfinished() == [1]
        assert desk.worker.begun == [[1]]
