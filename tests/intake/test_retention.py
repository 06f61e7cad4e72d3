"""Finished updates are forgotten: their texts when the operator says so, their ids some time later."""

import asyncio
import contextlib
import os
from datetime import timedelta
from pathlib import Path

from bot.intake.retention import prune, prune_hourly
from storage.database import Database
from storage.files import Files
from storage.inbox import Inbox
from tests.intake.desk import Desk, command, message

DAY_MS = 24 * 3_600_000


async def finish(desk: Desk, database: Database, *, days_ago: int) -> None:
    """Has update 1 worked, that many days ago."""
    await desk.receive(message(1))
    await desk.settled(1)
    query = "UPDATE inbox SET accepted_ms = accepted_ms - ?"
    await database.write(lambda connection: connection.execute(query, (days_ago * DAY_MS,)))


async def texts(database: Database) -> list[str]:
    found = await database.read(lambda connection: connection.execute("SELECT raw FROM inbox").fetchall())
    return [raw for (raw,) in found]


async def test_what_is_older_than_asked_for_is_forgotten(desk: Desk, database: Database) -> None:
    await finish(desk, database, days_ago=8)

    assert await prune(desk.inbox, timedelta(days=7)) == 1
    assert await texts(database) == []


async def test_what_is_younger_stays(desk: Desk, database: Database) -> None:
    await finish(desk, database, days_ago=6)

    assert await prune(desk.inbox, timedelta(days=7)) == 0


async def test_when_nothing_shall_be_kept_the_text_goes_at_once_and_a_repeat_is_still_known(
    desk: Desk, database: Database
) -> None:
    await finish(desk, database, days_ago=1)

    await prune(desk.inbox, timedelta(0))
    await desk.receive(message(1))

    assert await texts(database) == [""]


async def test_what_is_unfinished_stays_however_old(desk: Desk, database: Database) -> None:
    desk.worker.gate.clear()
    await desk.receive(command(1))
    query = "UPDATE inbox SET accepted_ms = 0"
    await database.write(lambda connection: connection.execute(query))

    assert await prune(desk.inbox, timedelta(0)) == 0
    assert await desk.unfinished() == [1]


async def test_a_large_backlog_is_forgotten_whole(desk: Desk, database: Database) -> None:
    await desk.receive(*(message(id) for id in range(1, 1_201)))
    await desk.settled(*range(1, 1_201))
    await database.write(lambda connection: connection.execute("UPDATE inbox SET accepted_ms = 0"))

    assert await prune(desk.inbox, timedelta(days=7)) == 1_200
    assert await texts(database) == []


async def test_the_job_goes_on_after_a_failure(inbox: Inbox, database: Database, tmp_path: Path) -> None:
    files = await Files.open(tmp_path)
    await database.write(lambda connection: connection.execute("PRAGMA query_only = ON"))

    job = asyncio.create_task(prune_hourly(inbox, timedelta(days=7), files, timedelta(days=7), _nothing_listed))
    done, _ = await asyncio.wait([job], timeout=0.1)
    job.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await job

    assert done == set()


async def test_files_that_are_listed_stay_however_old(tmp_path: Path) -> None:
    files = await Files.open(tmp_path)
    kept, forgotten = await _old(files, tmp_path, "listed"), await _old(files, tmp_path, "unlisted")

    await files.forget(timedelta(days=7), [kept])

    assert await asyncio.to_thread((tmp_path / kept).is_file)
    assert not await asyncio.to_thread((tmp_path / forgotten).is_file)


async def _old(files: Files, root: Path, words: str) -> str:
    source = root / words
    await asyncio.to_thread(source.write_text, words)
    name = await files.keep(source, ".txt")
    await asyncio.to_thread(os.utime, root / name, (0, 0))
    return name


async def _nothing_listed() -> list[str]:
    return []
