"""The inbox: every update once, in order, until it is done or set aside."""

from pathlib import Path
from typing import Any

from domain.turn import ConversationKey
from storage.database import Database, now_ms
from storage.inbox import Inbox, InboxRow, Lane

ADA = ConversationKey(42)
PLANS = ConversationKey(-100, 7)
FUTURE_MS = now_ms() + 3_600_000


def update(update_id: int, text: str = "hello") -> dict[str, Any]:
    return {"update_id": update_id, "message": {"text": text}}


async def accept(inbox: Inbox, *update_ids: int, key: ConversationKey = ADA) -> list[InboxRow]:
    return await inbox.accept([(update(update_id), key, Lane.CONVERSATION) for update_id in update_ids])


def ids(rows: list[InboxRow]) -> list[int]:
    return [row.update_id for row in rows]


async def test_what_is_accepted_is_given_back_whole(database: Database) -> None:
    inbox = Inbox(database)

    await inbox.accept([(update(5, "é 你好 \ud83d"), PLANS, Lane.EXPRESS)])

    (row,) = await inbox.waiting(0, 10)
    assert (row.update_id, row.key, row.lane, row.tries) == (5, PLANS, Lane.EXPRESS, 0)
    assert row.raw == update(5, "é 你好 \ud83d")
    assert abs(now_ms() - row.accepted_ms) < 60_000


async def test_a_repeat_is_dropped(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 1, 2)

    assert ids(await accept(inbox, 2, 3, 3)) == [3]
    assert ids(await inbox.waiting(0, 10)) == [1, 2, 3]


async def test_a_repeat_of_something_done_is_dropped_even_after_a_restart(path: Path) -> None:
    async with Database.open(path) as database:
        await accept(Inbox(database), 1)
        await Inbox(database).done([1])

    async with Database.open(path) as database:
        assert await accept(Inbox(database), 1) == []
        assert await Inbox(database).waiting(0, 10) == []


async def test_nothing_to_accept_is_fine(database: Database) -> None:
    assert await Inbox(database).accept([]) == []


async def test_a_large_batch_is_accepted_whole(database: Database) -> None:
    rows = await accept(Inbox(database), *range(1, 1001))

    assert ids(rows) == list(range(1, 1001))


async def test_what_waits_comes_in_order_page_by_page(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 9, 3, 7, 5)
    await inbox.done([5])

    assert ids(await inbox.waiting(0, 2)) == [3, 7]
    assert ids(await inbox.waiting(7, 2)) == [9]


async def test_failures_are_counted(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 1)

    assert [await inbox.failed(1, "KeyError"), await inbox.failed(1, "KeyError")] == [1, 2]
    assert [row.tries for row in await inbox.waiting(0, 10)] == [2]


async def test_what_is_set_aside_no_longer_waits_but_is_counted(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 1, 2)

    await inbox.set_aside([1], "KeyError")

    counts = await inbox.counts()
    assert (counts.waiting, counts.set_aside) == (1, 1)
    assert ids(await inbox.waiting(0, 10)) == [2]


async def test_counts_know_since_when_the_oldest_waits(database: Database) -> None:
    inbox = Inbox(database)
    assert (await inbox.counts()).oldest_waiting_ms is None

    (first,) = await accept(inbox, 1)
    await accept(inbox, 2)

    assert (await inbox.counts()).oldest_waiting_ms == first.accepted_ms


async def test_done_updates_lose_their_text_first_and_are_known_as_repeats_longer(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 1)
    await inbox.done([1])

    assert await inbox.prune(texts_before_ms=FUTURE_MS, rows_before_ms=0) == 1

    texts = await database.read(lambda connection: connection.execute("SELECT raw FROM inbox").fetchall())
    assert texts == [("",)]
    assert await accept(inbox, 1) == []


async def test_old_done_updates_are_forgotten_and_others_are_not(database: Database) -> None:
    inbox = Inbox(database)
    await accept(inbox, 1, 2, 3)
    await inbox.done([1])
    await inbox.set_aside([2], "KeyError")

    assert await inbox.prune(texts_before_ms=FUTURE_MS, rows_before_ms=FUTURE_MS) == 1
    assert await inbox.prune(texts_before_ms=FUTURE_MS, rows_before_ms=FUTURE_MS) == 0
    assert ids(await inbox.waiting(0, 10)) == [3]
    assert (await inbox.counts()).set_aside == 1
