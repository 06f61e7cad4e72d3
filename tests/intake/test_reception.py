"""What comes in is kept first; what the last run left unfinished comes before anything new."""

import sqlite3

import pytest

from domain.turn import ChatKind, ConversationKey, Person, Said, Turn
from storage.database import Database
from storage.inbox import Inbox
from storage.threads import Threads
from storage.turns import Turns
from tests.intake.desk import LARGE, Desk, command, fill_disk, message, opened, tap


async def begin_turn(database: Database, *update_ids: int, chat_id: int = 1) -> None:
    key = ConversationKey(chat_id)
    said = Said(update_ids[0], Person(1, "Ada", "en"), "Why?")
    turn = Turn(update_ids[0], update_ids, key, ChatKind.PRIVATE, (said,))
    await Turns(database).begin(turn, await Threads(database).active(key))


async def test_what_is_accepted_is_in_the_inbox(desk: Desk) -> None:
    desk.worker.gate.clear()

    await desk.receive(message(1), message(2, chat_id=2))

    assert await desk.unfinished() == [1, 2]


async def test_a_repeated_update_is_worked_once(desk: Desk) -> None:
    await desk.receive(command(1), command(2))
    await desk.receive(command(1), command(2), command(3))
    await desk.settled(1, 2, 3)

    assert desk.worker.begun == [[1], [2], [3]]


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"update_id": "x"},
        {"update_id": 2**64, "message": {}},
        {"message": message(1)["message"]},
    ],
)
async def test_an_update_without_an_id_is_dropped_and_its_neighbours_are_worked(
    desk: Desk, strange: dict[str, object]
) -> None:
    await desk.receive(strange, message(1))
    await desk.settled(1)

    assert desk.worker.finished == [[1]]


async def test_an_update_nobody_understands_is_still_worked(desk: Desk) -> None:
    await desk.receive({"update_id": 1, "message": {"chat": {"id": 2**70}}}, {"update_id": 2, "news": []})
    await desk.settled(1, 2)

    assert await desk.unfinished() == []


async def test_what_cannot_be_kept_is_neither_worked_nor_hidden(desk: Desk, database: Database) -> None:
    await fill_disk(database)

    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        await desk.receive(message(1, text=LARGE))

    assert desk.worker.begun == []


async def test_after_a_restart_open_turns_come_first_and_their_updates_not_again(database: Database) -> None:
    async with opened(database) as before:
        before.worker.gate.clear()
        await before.receive(message(1), message(2), command(3), command(4, chat_id=2))
        await begin_turn(database, 1, 2)

    async with opened(database) as desk:
        await desk.reception.recover(desk.turns)
        await desk.settled(1, 3, 4)

        assert desk.worker.resumed == [1]
        assert sorted(desk.worker.begun) == [[3], [4]]
        assert desk.worker.finished.index([1]) < desk.worker.finished.index([3])


async def test_after_a_restart_a_stop_still_passes_the_queue(database: Database) -> None:
    async with opened(database) as before:
        before.worker.gate.clear()
        await before.receive(message(1), tap(2))
        await begin_turn(database, 1)

    async with opened(database) as desk:
        desk.worker.gate.clear()
        await desk.reception.recover(desk.turns)

        await desk.worker.until(lambda: desk.worker.begun == [[2]])


async def test_a_long_backlog_is_recovered_in_order(database: Database) -> None:
    async with opened(database) as before:
        before.worker.gate.clear()
        await before.receive(*(command(id, chat_id=id % 3) for id in range(1, 1_201)))

    async with opened(database) as desk:
        await desk.reception.recover(desk.turns)
        await desk.settled(*range(1, 1_201))

        worked = [id for batch in desk.worker.begun for id in batch if id % 3 == 0]
        assert worked == sorted(worked)
        assert await Inbox(database).waiting(0, 10) == []
