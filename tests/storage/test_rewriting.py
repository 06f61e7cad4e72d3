"""What was deleted is not to be found in any file any more."""

import asyncio
import sqlite3
from pathlib import Path

from storage.database import Database
from storage.files import Files

WORDS = "Zanzibarium"


def _note(connection: sqlite3.Connection) -> None:
    query = "INSERT INTO preferences (scope, name, value) VALUES ('bot', ?, ?)"
    connection.executemany(query, [(f"n{number}", WORDS * 50) for number in range(200)])


def _forget(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM preferences")


def _holds(folder: Path) -> bool:
    return any(WORDS.encode() in path.read_bytes() for path in folder.iterdir())


async def test_deleted_words_are_gone_from_the_files_once_they_are_rewritten(
    database: Database, path: Path
) -> None:
    await database.write(_note)
    await database.write(_forget)
    before = await asyncio.to_thread(_holds, path.parent)

    done = await database.rewrite()

    assert before
    assert done
    assert not await asyncio.to_thread(_holds, path.parent)


async def test_writing_goes_on_while_the_file_is_rewritten(database: Database) -> None:
    await asyncio.gather(*(database.write(_forget) for _ in range(5)), database.rewrite())

    found = await database.read(lambda connection: connection.execute("SELECT 1 FROM preferences").fetchall())

    assert found == []


async def test_a_file_is_removed_with_what_was_made_from_it(tmp_path: Path) -> None:
    files = await Files.open(tmp_path)
    async with files.workshop() as folder:
        await asyncio.to_thread((folder / "a").write_bytes, b"one")
        await asyncio.to_thread((folder / "b").write_bytes, b"two")
        await asyncio.to_thread((folder / "small").write_bytes, b"small")
        name, other = await files.keep(folder / "a", ".jpg"), await files.keep(folder / "b", ".jpg")
        await files.put(folder / "small", f"{name.removesuffix('.jpg')}-512.jpg")

    removed = await files.remove([name, "ab/" + "0" * 40 + ".jpg"])

    assert removed == 2
    assert [await files.size(one) for one in (name, other)] == [0, 3]
