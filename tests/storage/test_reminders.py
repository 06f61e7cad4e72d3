"""Reminders in the books: none twice, none lost, each person's for themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.reminder import Reminder
from domain.turn import ChatKind, ConversationKey, Person
from storage.database import Database
from storage.reminders import Reminders

_NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
_ADA = Person(7, "Ada", "en")
_TEA = Reminder(_ADA, ConversationKey(7), ChatKind.PRIVATE, "tea", _NOON, "Europe/Berlin")


@pytest.fixture
def reminders(database: Database) -> Reminders:
    return Reminders(database)


async def test_what_was_noted_is_read_again(reminders: Reminders) -> None:
    added = await reminders.add(_TEA, origin="turn:1:0.0", most=50)

    assert added is not None
    assert added == replace(_TEA, id=added.id)
    assert await reminders.due(_NOON) == [added]


async def test_the_same_call_notes_once(reminders: Reminders) -> None:
    first = await reminders.add(_TEA, origin="turn:1:0.0", most=50)

    assert await reminders.add(_TEA, origin="turn:1:0.0", most=1) == first
    assert len(await reminders.waiting(7)) == 1


async def test_a_person_has_so_many_at_most(reminders: Reminders) -> None:
    await reminders.add(_TEA, origin="a", most=1)

    assert await reminders.add(_TEA, origin="b", most=1) is None
    assert await reminders.add(replace(_TEA, person=Person(8, "Bob", "en")), origin="c", most=1) is not None


async def test_those_of_a_person_come_in_the_order_of_their_times(reminders: Reminders) -> None:
    await reminders.add(replace(_TEA, text="late", due=_NOON + timedelta(hours=1)), origin="a", most=50)
    await reminders.add(_TEA, origin="b", most=50)
    await reminders.add(replace(_TEA, person=Person(8, "Bob", "en")), origin="c", most=50)

    assert [one.text for one in await reminders.waiting(7)] == ["tea", "late"]
    assert await reminders.next_due() == _NOON


async def test_a_group_sees_its_own(reminders: Reminders) -> None:
    group = ConversationKey(-5, 3)
    await reminders.add(_TEA, origin="a", most=50)
    await reminders.add(replace(_TEA, key=group, text="club"), origin="b", most=50)

    assert [one.text for one in await reminders.waiting(7, within=group)] == ["club"]


async def test_what_is_closed_waits_no_longer(reminders: Reminders) -> None:
    added = await reminders.add(_TEA, origin="a", most=50)
    assert added is not None

    assert await reminders.close(added.id, "cancelled")
    assert not await reminders.close(added.id, "sent")
    assert await reminders.due(_NOON) == []
    assert await reminders.next_due() is None


async def test_steps_are_kept_until_it_is_said(reminders: Reminders) -> None:
    added = await reminders.add(_TEA, origin="a", most=50)
    assert added is not None
    await reminders.steps(added.id).record("part:0", {"message_id": 5})
    assert await reminders.steps(added.id).result("part:0") == {"message_id": 5}

    await reminders.close(added.id, "sent")

    assert await reminders.steps(added.id).result("part:0") is None


async def test_a_group_that_moves_takes_its_reminders_along(reminders: Reminders) -> None:
    await reminders.add(replace(_TEA, key=ConversationKey(-5)), origin="a", most=50)

    await reminders.move_chat(-5, -100)

    assert [one.key for one in await reminders.waiting(7)] == [ConversationKey(-100)]
