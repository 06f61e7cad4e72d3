"""Whom admins let in, kept over restarts."""

from pathlib import Path

from storage.database import Database
from storage.people import People

ADA, BOB, TEAM = 1, 2, -100


async def test_decisions_are_kept_over_a_restart(path: Path) -> None:
    async with Database.open(path) as database:
        people = await People(database).load()
        await people.decide(ADA, allowed=True)
        await people.decide(BOB, allowed=False)
        await people.make_admin(ADA)
        await people.allow_chat(TEAM, allowed=True)

    async with Database.open(path) as database:
        people = await People(database).load()
        assert (people.decision(ADA), people.decision(BOB), people.decision(3)) == (True, False, None)
        assert people.admin_ids() == {ADA}
        assert people.is_chat_allowed(TEAM)
        assert people.allowed() == [ADA]


async def test_an_admin_is_not_thereby_allowed_by_hand(database: Database) -> None:
    people = await People(database).load()
    await people.make_admin(ADA)

    assert people.is_admin(ADA)
    assert (await People(database).load()).decision(ADA) is None


async def test_a_decision_can_be_changed(database: Database) -> None:
    people = await People(database).load()
    await people.decide(ADA, allowed=True)
    await people.decide(ADA, allowed=False)
    await people.allow_chat(TEAM, allowed=True)
    await people.allow_chat(TEAM, allowed=False)

    again = await People(database).load()
    assert people.decision(ADA) is again.decision(ADA) is False
    assert people.is_chat_allowed(TEAM) is again.is_chat_allowed(TEAM) is False


async def test_a_group_that_moves_stays_allowed(database: Database) -> None:
    people = await People(database).load()
    await people.allow_chat(-5, allowed=True)

    await people.move_chat(-5, TEAM)
    await people.move_chat(-5, TEAM)

    for known in (people, await People(database).load()):
        assert known.is_chat_allowed(TEAM)
        assert not known.is_chat_allowed(-5)


async def test_a_group_that_moves_is_not_allowed_by_moving(database: Database) -> None:
    people = await People(database).load()

    await people.move_chat(-5, TEAM)

    assert not people.is_chat_allowed(TEAM)
