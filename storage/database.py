"""The SQLite file: one writer, two readers, migrations at start, and a lock against a second process."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import aiosqlite

from storage import vectors
from storage.units import T, Units, Work, committed, looked_up

log = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_SECONDS = 10.0
_MOST_CHECKPOINTS, _CHECKPOINT_PAUSE_SECONDS = 50, 0.1


class StorageUnusable(Exception):
    """The database cannot be used at all; the message is one sentence for the operator."""


def now_ms() -> int:
    """The time as stored: milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class Database:
    """Short units of work on the file: functions of a `sqlite3.Connection` that run on its own thread."""

    def __init__(self, writing: Units, reading: Units, searching: Units) -> None:
        self._writing = writing
        self._reading = reading
        self._searching = searching

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator["Database"]:
        """Locks, opens and migrates the file. Raises `StorageUnusable` with a sentence that says what to do."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                database = await cls._opened(path, stack)
            except (OSError, sqlite3.Error) as error:
                raise StorageUnusable(f"The database {path} cannot be used: {error}.") from error
            yield database

    @classmethod
    async def _opened(cls, path: Path, stack: contextlib.AsyncExitStack) -> "Database":
        lock = await asyncio.to_thread(_lock, path)
        stack.push_async_callback(asyncio.to_thread, lock.close)
        writing = await stack.enter_async_context(_units(path, readonly=False))
        await writing.run(_migrate)
        reading = await stack.enter_async_context(_units(path, readonly=True))
        searching = await stack.enter_async_context(_units(path, readonly=True))
        await searching.run(vectors.prepare)
        return cls(writing, reading, searching)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction: all of it happens, or none. Returns once it is in the file."""
        return await self._writing.run(work)

    async def read(self, work: Work[T]) -> T:
        """Runs `work`, which only reads, beside the writer."""
        return await self._reading.run(work)

    async def search(self, work: Work[T]) -> T:
        """Like `read`, for what may take tens of milliseconds: others need not wait for it. Knows vectors."""
        return await self._searching.run(work)

    async def rewrite(self) -> bool:
        """Writes the file anew, so that nothing is left in it of what was deleted. Others' writes wait.

        False where it cannot be done now: on a full disk, or while somebody reads for long.
        """
        try:
            await self._writing.alone(_rewritten)
        except sqlite3.OperationalError as error:
            log.error("the database could not be written anew: %s", error)
            return False
        for _ in range(_MOST_CHECKPOINTS):
            if await self._writing.alone(_checkpointed):
                return True
            await asyncio.sleep(_CHECKPOINT_PAUSE_SECONDS)  # a reader looks at an older state
        log.warning("the write-ahead log could not be emptied: somebody reads for long")
        return False

    async def check_writable(self) -> None:
        """Writes what is there already; raises what any write would raise, for example on a full disk."""
        await self.write(_rewrite_version)


@contextlib.asynccontextmanager
async def _units(path: Path, *, readonly: bool) -> AsyncGenerator[Units]:
    async with aiosqlite.connect(
        path, isolation_level=None, timeout=_BUSY_TIMEOUT_SECONDS, cached_statements=256
    ) as connection:
        # NORMAL in WAL mode survives a killed process; only a power cut can lose the last moments.
        pragmas = (
            ("query_only=ON",) if readonly else ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
        )
        for pragma in pragmas:
            await connection.execute(f"PRAGMA {pragma}")
        units = Units(connection, looked_up if readonly else committed)
        try:
            yield units
        finally:
            await units.finish()


def _lock(path: Path) -> sqlite3.Connection:
    """An exclusive lock beside the file; the system takes it back when the process dies, on every platform."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(
        path.with_name(path.name + ".lock"), isolation_level=None, timeout=0, check_same_thread=False
    )
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            message = f"Another Parley is running on {path.parent}: stop it, or set DATA_DIR."
            raise StorageUnusable(message) from error
        raise
    return lock


def _migrate(connection: sqlite3.Connection) -> None:
    """Brings the schema forward; refuses a file written by newer code."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    files = sorted(_MIGRATIONS.glob("[0-9]*.sql"))
    if version > len(files):
        raise StorageUnusable(f"The database is of version {version}, newer than this Parley: update Parley.")
    for number, file in enumerate(files[version:], version + 1):
        for statement in _statements(file.read_text()):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
        log.info("migrated the database to %s", file.stem)


def _rewrite_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {version}")


def _rewritten(connection: sqlite3.Connection) -> None:
    # Words that were deleted stay in the full-text index until its parts are merged.
    connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
    connection.execute("VACUUM")


def _checkpointed(connection: sqlite3.Connection) -> bool:
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _statements(script: str) -> list[str]:
    """The script's statements, triggers whole. `executescript` would commit the transaction we are in."""
    statements = [""]
    for line in script.splitlines(keepends=True):
        statements[-1] += line
        if sqlite3.complete_statement(statements[-1]):
            statements.append("")
    return [statement for statement in statements if statement.strip()]
