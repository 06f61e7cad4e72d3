"""Filings: listed once, and whatever they had at the provider becomes waste when they go."""

import pytest

from domain.filing import Copy
from domain.hosting import Place, RemoteKind, RemoteThing
from domain.material import Filed
from storage.database import Database
from storage.filings import UPLOADS, Filings

_FILED = Filed("ab/abc.txt", "a.txt", "text/plain", 10, Place.KNOWLEDGE, file_id="tg-1")


@pytest.fixture
def filings(database: Database) -> Filings:
    return Filings(database)


async def _listed(filings: Filings, scope: str = "thread:1") -> int:
    await filings.add(scope, 7, [_FILED])
    [filing] = await filings.of(scope)
    return filing.id


async def test_a_file_that_is_sent_again_is_listed_once_and_stays_where_it_was_put(filings: Filings) -> None:
    number = await _listed(filings)
    await filings.move(number, place=Place.CODE, scope="thread:1")

    await _listed(filings)

    [filing] = await filings.of("thread:1")
    assert (filing.id, filing.place) == (number, Place.CODE)


async def test_scopes_do_not_see_each_others_files(filings: Filings) -> None:
    await _listed(filings)

    assert await filings.of("thread:2", "assistant:1") == []


async def test_the_copies_of_a_removed_file_become_waste(filings: Filings) -> None:
    number = await _listed(filings)
    await filings.settle("thread:1", RemoteThing(RemoteKind.STORE, "vs_1"))
    await filings.copied(UPLOADS, Copy(number, "file-1", expires_ms=2**53))
    await filings.copied("vs_1", Copy(number, "file-1"))

    await filings.remove(number)

    assert await filings.waste() == [
        RemoteThing(RemoteKind.INDEXED, "file-1", "vs_1"),
        RemoteThing(RemoteKind.FILE, "file-1"),
    ]


async def test_a_copy_that_arrives_after_its_file_was_removed_is_waste(filings: Filings) -> None:
    number = await _listed(filings)
    await filings.remove(number)

    await filings.copied(UPLOADS, Copy(number, "file-1"))

    assert await filings.waste() == [RemoteThing(RemoteKind.FILE, "file-1")]


async def test_a_thread_that_goes_takes_its_homes_along(filings: Filings) -> None:
    await _listed(filings)
    await filings.settle("thread:1", RemoteThing(RemoteKind.CONTAINER, "cntr_1"))

    await filings.remove_scope("thread:1")

    assert await filings.of("thread:1") == []
    assert await filings.home("thread:1", RemoteKind.CONTAINER) is None
    assert await filings.waste() == [RemoteThing(RemoteKind.CONTAINER, "cntr_1")]


async def test_copies_that_have_expired_are_no_copies(filings: Filings) -> None:
    number = await _listed(filings)
    await filings.copied(UPLOADS, Copy(number, "file-1", expires_ms=1))

    assert await filings.copies(UPLOADS) == {}
    await filings.tidy(containers_before_ms=0)
    assert "file-1" not in await filings.known()


async def test_moving_to_a_scope_that_has_the_file_changes_nothing(filings: Filings) -> None:
    number = await _listed(filings)
    await _listed(filings, "assistant:1")

    assert not await filings.move(number, place=Place.KNOWLEDGE, scope="assistant:1")
