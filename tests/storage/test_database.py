"""One file, one process, and units of work that happen as a whole or not at all."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest

from storage.database import Database, StorageUnusable

_HOLDER = """
import asyncio, pathlib, sys
from storage.database import Database

async def hold():
    async with Database.open(pathlib.Path(sys.argv[1])):
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


def _allow(connection: sqlite3.Connection, chat_id: int) -> None:
    connection.execute("INSERT INTO allowed_chats (chat_id) VALUES (?)", (chat_id,))


def _allow_and_fail(connection: sqlite3.Connection) -> None:
    _allow(connection, 1)
    raise ValueError("on purpose")


def _allowed(connection: sqlite3.Connection) -> list[int]:
    return [chat_id for (chat_id,) in connection.execute("SELECT chat_id FROM allowed_chats ORDER BY chat_id")]


async def test_a_unit_that_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        await database.write(_allow_and_fail)

    assert await database.read(_allowed) == []


async def test_a_unit_that_fails_does_not_take_others_along(database: Database) -> None:
    results = await asyncio.gather(
        database.write(lambda connection: _allow(connection, 2)),
        database.write(lambda connection: _allow(connection, 3)),
        database.write(_allow_and_fail),
        database.write(lambda connection: _allow(connection, 4)),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [type(None), type(None), ValueError, type(None)]
    assert await database.read(_allowed) == [2, 3, 4]


async def test_a_broken_rule_is_raised_to_the_unit_that_broke_it(database: Database) -> None:
    await database.write(lambda connection: _allow(connection, 1))

    with pytest.raises(sqlite3.IntegrityError):
        await database.write(lambda connection: _allow(connection, 1))


async def test_a_write_whose_caller_is_cancelled_is_whole_and_blocks_nobody(database: Database) -> None:
    writes = [
        asyncio.create_task(database.write(lambda connection, id=id: _allow(connection, id)))
        for id in range(1, 21)
    ]
    await asyncio.sleep(0)
    for write in writes:
        write.cancel()
    await asyncio.gather(*writes, return_exceptions=True)

    await database.write(lambda connection: _allow(connection, 99))

    assert 99 in await database.read(_allowed)


async def test_closing_waits_for_what_has_been_given(path: Path) -> None:
    async with Database.open(path) as database:
        writes = [
            asyncio.create_task(database.write(lambda connection, id=id: _allow(connection, id)))
            for id in range(1, 51)
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)

    async with Database.open(path) as database:
        assert len(await database.read(_allowed)) == 50


async def test_what_is_written_is_there_after_reopening(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(lambda connection: _allow(connection, 7))

    async with Database.open(path) as database:
        assert await database.read(_allowed) == [7]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(lambda connection: _allow(connection, 1))


async def test_a_unit_reads_one_state_of_the_database(database: Database) -> None:
    await asyncio.gather(*(database.write(lambda connection, id=id: _allow(connection, id)) for id in range(5)))

    first, second = await database.read(lambda connection: (_allowed(connection), _allowed(connection)))

    assert first == second == [0, 1, 2, 3, 4]


async def test_a_second_opener_is_refused_with_one_sentence(database: Database, path: Path) -> None:
    with pytest.raises(StorageUnusable, match=r"^Another Parley is running on .*: stop it, or set DATA_DIR\.$"):
        async with Database.open(path):
            pass


async def test_a_killed_process_leaves_the_database_open_to_the_next(path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(StorageUnusable, match="Another Parley"):
        async with Database.open(path):
            pass

    holder.kill()
    await holder.communicate()

    async with Database.open(path) as database:
        assert await database.read(_allowed) == []


async def test_a_database_of_a_newer_parley_is_refused(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(lambda connection: connection.execute("PRAGMA user_version = 999"))

    with pytest.raises(StorageUnusable, match="version 999, newer than this Parley: update Parley"):
        async with Database.open(path):
            pass


async def test_a_file_that_is_no_database_is_refused_by_name(path: Path) -> None:
    await asyncio.to_thread(path.parent.mkdir)
    await asyncio.to_thread(path.write_text, "a letter to the editor, long enough to be looked at" * 100)

    with pytest.raises(StorageUnusable, match=r"parley\.db cannot be used: file is not a database"):
        async with Database.open(path):
            pass


async def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / "data").write_text, "in the way")

    with pytest.raises(StorageUnusable, match="cannot be used"):
        async with Database.open(tmp_path / "data" / "parley.db"):
            pass


async def test_trouble_of_the_program_is_not_called_trouble_of_the_database(path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        async with Database.open(path):
            raise ConnectionResetError


async def test_a_refused_start_frees_the_lock(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(lambda connection: connection.execute("PRAGMA user_version = 999"))
    for _ in range(2):
        with pytest.raises(StorageUnusable, match="newer"):
            async with Database.open(path):
                pass


async def test_a_database_that_can_be_written_says_so_and_stays_the_same(database: Database) -> None:
    version = "PRAGMA user_version"
    before = await database.read(lambda connection: connection.execute(version).fetchone())

    await database.check_writable()

    assert await database.read(lambda connection: connection.execute(version).fetchone()) == before


async def test_a_database_that_cannot_be_written_says_so(database: Database) -> None:
    await database.write(lambda connection: connection.execute("PRAGMA query_only = ON"))

    with pytest.raises(sqlite3.OperationalError):
        await database.check_writable()


async def test_after_a_full_disk_writing_goes_on(database: Database) -> None:
    large = "INSERT INTO preferences (scope, name, value) VALUES ('bot', 'large', zeroblob(100000))"
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1"))
    results = await asyncio.gather(
        *(database.write(lambda connection: connection.execute(large)) for _ in range(3)),
        return_exceptions=True,
    )
    assert [str(result) for result in results] == ["database or disk is full"] * 3

    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
    await database.write(lambda connection: _allow(connection, 1))

    assert await database.read(_allowed) == [1]


async def test_when_a_commit_fails_everybody_in_it_is_told(database: Database) -> None:
    orphan = "INSERT INTO steps (turn_id, step, result, recorded_ms) VALUES (404, 'x', '{}', 0)"

    def break_at_commit(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute(orphan)

    results = await asyncio.gather(
        database.write(lambda connection: _allow(connection, 1)),
        database.write(lambda connection: _allow(connection, 2)),
        database.write(break_at_commit),
        return_exceptions=True,
    )

    assert [type(result) for result in results[1:]] == [sqlite3.IntegrityError] * 2
    await database.write(lambda connection: _allow(connection, 3))
    assert await database.read(_allowed) == [1, 3]
