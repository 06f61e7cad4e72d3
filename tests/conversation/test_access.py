"""Access: closed by default, opened by settings, by admins, and once by a pairing link."""

from typing import Literal

import pytest

from conversation.access import Access, Refusal
from storage.database import Database
from storage.people import People

ADA, BOB, BOSS, GROUP = 11, 22, 99, -1001


async def _access(
    database: Database,
    *,
    allowed: frozenset[int] | Literal["*"] = frozenset(),
    admins: frozenset[int] = frozenset({BOSS}),
) -> Access:
    return Access(await People(database).load(), allowed, admins)


async def test_nobody_may_talk_by_default(database: Database) -> None:
    access = await _access(database)

    assert not access.may_talk(ADA, ADA)


async def test_an_admin_may_always_talk(database: Database) -> None:
    access = await _access(database)

    assert access.may_talk(BOSS, BOSS)


async def test_a_star_lets_everybody_talk(database: Database) -> None:
    access = await _access(database, allowed="*")

    assert access.may_talk(ADA, ADA)


async def test_a_denied_person_stays_out_even_of_an_open_bot(database: Database) -> None:
    access = await _access(database, allowed="*")

    await access.decide(ADA, allowed=False)

    assert not access.may_talk(ADA, ADA)
    assert access.may_talk(BOB, BOB)


async def test_a_group_allowed_as_a_whole_lets_its_people_talk_there_only(database: Database) -> None:
    access = await _access(database)

    await access.decide_chat(GROUP, allowed=True)

    assert access.may_talk(ADA, GROUP)
    assert not access.may_talk(ADA, ADA)


async def test_a_group_that_moved_stays_allowed(database: Database) -> None:
    access = await _access(database)
    await access.decide_chat(GROUP, allowed=True)

    await access.migrate(GROUP, -1002)

    assert access.may_talk(ADA, -1002)
    assert not access.may_talk(ADA, GROUP)


async def test_decisions_survive_a_restart(database: Database) -> None:
    access = await _access(database)
    await access.decide(ADA, allowed=True)

    again = await _access(database)

    assert again.may_talk(ADA, ADA)


async def test_the_pairing_code_works_once(database: Database) -> None:
    access = await _access(database, admins=frozenset())
    code = access.open_pairing()

    assert code is not None
    assert await access.pair(code, ADA)
    assert access.is_admin(ADA)
    assert not await access.pair(code, BOB)


async def test_a_wrong_code_pairs_nobody(database: Database) -> None:
    access = await _access(database, admins=frozenset())
    access.open_pairing()

    assert not await access.pair("guessed", ADA)
    assert not access.is_admin(ADA)


@pytest.mark.parametrize("allowed", ["*", frozenset({ADA})])
async def test_no_pairing_where_somebody_is_allowed(
    database: Database, allowed: frozenset[int] | Literal["*"]
) -> None:
    access = await _access(database, allowed=allowed, admins=frozenset())

    assert access.open_pairing() is None


async def test_nobody_is_told_the_same_again_and_again(database: Database) -> None:
    access = await _access(database)

    assert access.is_news(ADA, Refusal.UNASKED)
    assert not access.is_news(ADA, Refusal.UNASKED)
    assert access.is_news(ADA, Refusal.ASKED)
