"""The SQLite file: one writer, one reader, migrations at start, and a lock against a second process."""

import contextlib
import logging
import re
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_SECONDS = 10.0


class StorageUnusable(Exception):
    """The database cannot be used at all; the message is one sentence for the operator."""


def now_ms() -> int:
    """The time as stored: milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


class Database:
    """Short units of work on the file.

    A unit is a plain function of a `sqlite3.Connection`. It runs whole on the connection's own thread: one hop
    for all its statements (a hop costs about 0.1 ms of CPU, so a call per statement would cost more than SQLite
    itself), and a caller that is cancelled meanwhile cannot leave half a transaction behind.
    """

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator["Database"]:
        """Locks, opens and migrates the file. Raises `StorageUnusable` with a sentence that says what to do."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path.with_name(path.name + ".lock")):
                async with _connected(path) as writer, _connected(path) as reader:
                    database = cls(writer, reader)
                    await database.write(_migrate)
                    yield database
        except (OSError, sqlite3.OperationalError) as error:
            raise StorageUnusable(f"The database {path} cannot be used: {error}.") from error

    async def write(self, work: Work[T]) -> T:
        """Runs `work` as one transaction: all of it happens, or none."""
        return await _on_thread(self._writer, lambda connection: _transaction(connection, work))

    async def read(self, work: Work[T]) -> T:
        """Runs `work`, which only reads, beside the writer."""
        return await _on_thread(self._reader, work)


async def _on_thread(connection: aiosqlite.Connection, work: Work[T]) -> T:
    # aiosqlite has no public way to run several statements in one hop; this is what all its own methods call.
    return await connection._execute(work, connection._conn)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]


def _transaction(connection: sqlite3.Connection, work: Work[T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result


@contextlib.asynccontextmanager
async def _connected(path: Path) -> AsyncGenerator[aiosqlite.Connection]:
    async with aiosqlite.connect(
        path, isolation_level=None, timeout=_BUSY_TIMEOUT_SECONDS, cached_statements=256
    ) as connection:
        # NORMAL in WAL mode survives a killed process; only a power cut can lose the last moments.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


@contextlib.contextmanager
def _locked(path: Path):
    """Holds an exclusive lock that the system takes back when the process dies, on every platform."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise StorageUnusable(
            f"Another Parley is running on {path.parent}: stop it, or set DATA_DIR."
        ) from error
    try:
        yield
    finally:
        connection.close()


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


def _statements(script: str) -> list[str]:
    """The script's statements. `executescript` would commit the transaction we are in."""
    return [part for part in re.split(r";\s*$", script, flags=re.MULTILINE) if part.strip()]
