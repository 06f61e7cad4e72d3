"""Failures are kept for a while, the newest longest."""

from datetime import UTC, datetime, timedelta

from domain.failure import Failure
from storage.database import Database
from storage.failures import MOST_KEPT, Failures

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def test_a_failure_is_found_as_it_was(database: Database) -> None:
    failure = Failure("abc123", NOON, "KeyRefused", "status 401", 7, "gpt-6-luna")
    failures = Failures(database)

    await failures.record(failure)

    assert await failures.find("abc123") == failure
    assert await failures.find("abc124") is None


async def test_the_oldest_are_let_go(database: Database) -> None:
    failures = Failures(database)
    for number in range(MOST_KEPT + 3):
        await failures.record(Failure(f"{number:x}", NOON + timedelta(seconds=number), "X"))

    assert await failures.find("2") is None
    assert await failures.find("3") is not None
    assert [one.id for one in await failures.last(1)] == [f"{MOST_KEPT + 2:x}"]
