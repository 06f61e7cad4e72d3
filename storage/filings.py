"""Filings: which files threads and assistants keep, and what of them lies at the provider."""

import sqlite3
from collections.abc import Iterable, Sequence

from domain.filing import Copy, Filing, Home
from domain.hosting import Place, RemoteKind, RemoteThing
from domain.material import Filed
from storage.database import Database, now_ms

UPLOADS = "files"
"""The home of what was uploaded as such, before a store has it."""

_COLUMNS = (
    "id, scope, name, file, media_type, size_bytes, place, tokens, file_id, user_id, is_pinned, wants_font, "
    "problem"
)
_STORE, _CONTAINER = RemoteKind.STORE.value, RemoteKind.CONTAINER.value


class Filings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, scope: str, user_id: int, filed: Iterable[Filed]) -> None:
        """Lists files; one that is there already stays where it was put, under the name it has now."""
        query = (
            "INSERT INTO filings (scope, name, file, media_type, size_bytes, tokens, place, file_id, user_id, "
            "wants_font, created_ms) VALUES (:scope, :name, :file, :media_type, :size_bytes, :tokens, :place, "
            ":file_id, :user_id, :wants_font, :now) ON CONFLICT (scope, file) DO UPDATE SET "
            "name = excluded.name, "
            "file_id = CASE WHEN excluded.file_id = '' THEN file_id ELSE excluded.file_id END"
        )
        rows = [
            {
                "scope": scope,
                "name": one.name,
                "file": one.file,
                "media_type": one.media_type,
                "size_bytes": one.size_bytes,
                "tokens": one.tokens,
                "place": one.place.value,
                "file_id": one.file_id,
                "user_id": user_id,
                "wants_font": int(one.wants_font),
                "now": now_ms(),
            }
            for one in filed
        ]
        await self._database.write(lambda connection: connection.executemany(query, rows))

    async def of(self, *scopes: str) -> list[Filing]:
        """What is listed in these scopes, oldest first."""
        marks = ", ".join("?" * len(scopes))
        query = f"SELECT {_COLUMNS} FROM filings WHERE scope IN ({marks}) ORDER BY id"
        found = await self._database.read(lambda connection: connection.execute(query, scopes).fetchall())
        return [_filing(*fields) for fields in found]

    async def find(self, filing_id: int) -> Filing | None:
        query = f"SELECT {_COLUMNS} FROM filings WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": filing_id}).fetchone()
        )
        return _filing(*found) if found else None

    async def files(self) -> list[str]:
        """The names in the media folder that are listed anywhere."""
        query = "SELECT DISTINCT file FROM filings"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [str(name) for (name,) in found]

    async def move(self, filing_id: int, *, place: Place, scope: str) -> bool:
        """Puts it elsewhere; its copies at the provider become waste. False if it is gone, or there already."""

        def work(connection: sqlite3.Connection) -> bool:
            values = {
                "id": filing_id,
                "place": place.value,
                "scope": scope,
                "is_pinned": int(place is Place.TURN),
            }
            moved = connection.execute(
                "UPDATE OR IGNORE filings SET place = :place, scope = :scope, is_pinned = :is_pinned, "
                "problem = '' WHERE id = :id",
                values,
            )
            if moved.rowcount != 1:
                return False
            _waste_copies(connection, filing_id)
            return True

        return await self._database.write(work)

    async def remove(self, filing_id: int) -> None:
        """Takes it off the list; its copies at the provider become waste."""

        def work(connection: sqlite3.Connection) -> None:
            _waste_copies(connection, filing_id)
            connection.execute("DELETE FROM filings WHERE id = ?", (filing_id,))

        await self._database.write(work)

    async def remove_scope(self, scope: str) -> None:
        """A thread or an assistant goes: all its files, and all it has at the provider."""

        def work(connection: sqlite3.Connection) -> None:
            for (filing_id,) in connection.execute(
                "SELECT id FROM filings WHERE scope = ?", (scope,)
            ).fetchall():
                _waste_copies(connection, filing_id)
            connection.execute("DELETE FROM filings WHERE scope = ?", (scope,))
            _waste_homes(connection, scope)

        await self._database.write(work)

    async def trouble(self, filing_id: int, problem: str) -> None:
        """Why it cannot be used where it was put."""
        query = "UPDATE filings SET problem = :problem WHERE id = :id"
        values = {"id": filing_id, "problem": problem}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def home(self, scope: str, kind: RemoteKind) -> Home | None:
        """The scope's store or container; for the font, which is nobody's, its upload."""
        query = "SELECT id, used_ms, mark FROM remote_homes WHERE scope = :scope AND kind = :kind"
        values = {"scope": scope, "kind": kind.value}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return Home(*found) if found else None

    async def settle(self, scope: str, thing: RemoteThing, *, mark: str = "") -> None:
        """This is the scope's store, container or conversation from now on, and was used just now.

        What was it before is neither wasted nor forgotten here: it is gone, or the same.
        """
        query = (
            "INSERT INTO remote_homes (scope, kind, id, used_ms, mark) "
            "VALUES (:scope, :kind, :id, :now, :mark) ON CONFLICT (scope, kind) DO UPDATE SET "
            "id = excluded.id, used_ms = excluded.used_ms, "
            "mark = excluded.mark"
        )
        values = {"scope": scope, "kind": thing.kind.value, "id": thing.id, "now": now_ms(), "mark": mark}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def abandon(self, home_id: str) -> None:
        """A store or container is gone, with all that was in it."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM remote_homes WHERE id = ?", (home_id,))
            connection.execute("DELETE FROM remote_copies WHERE home = ?", (home_id,))
            connection.execute("DELETE FROM container_outputs WHERE container_id = ?", (home_id,))

        await self._database.write(work)

    async def copies(self, home: str) -> dict[int, Copy]:
        """By filing: what of the files is there, and has not expired."""
        query = (
            "SELECT filing_id, remote_id, path, expires_ms FROM remote_copies WHERE home = :home "
            "AND (expires_ms = 0 OR expires_ms > :now)"
        )
        values = {"home": home, "now": now_ms()}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return {fields[0]: Copy(*fields) for fields in found}

    async def copied(self, home: str, copy: Copy) -> None:
        """A copy of the filing is there; should the filing be gone by now, the copy is waste."""
        query = (
            "INSERT INTO remote_copies (filing_id, home, remote_id, path, expires_ms) "
            "SELECT id, :home, :remote_id, :path, :expires_ms FROM filings WHERE id = :filing_id "
            "ON CONFLICT (filing_id, home) DO UPDATE SET remote_id = excluded.remote_id, "
            "path = excluded.path, expires_ms = excluded.expires_ms"
        )
        values = {
            "filing_id": copy.filing_id,
            "home": home,
            "remote_id": copy.remote_id,
            "path": copy.path,
            "expires_ms": copy.expires_ms,
        }

        def work(connection: sqlite3.Connection) -> None:
            if connection.execute(query, values).rowcount != 1:
                kind = _kind_in(connection, home)
                _waste(connection, [RemoteThing(kind, copy.remote_id, "" if home == UPLOADS else home)])

        await self._database.write(work)

    async def uncopy(self, filing_id: int, home: str) -> None:
        """The copy turned out to be gone."""
        query = "DELETE FROM remote_copies WHERE filing_id = :id AND home = :home"
        values = {"id": filing_id, "home": home}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def outputs(self, container_id: str) -> set[str]:
        """The ids of what code has made there and was shown already."""
        query = "SELECT file_id FROM container_outputs WHERE container_id = ?"
        found = await self._database.read(
            lambda connection: connection.execute(query, (container_id,)).fetchall()
        )
        return {str(file_id) for (file_id,) in found}

    async def saw_outputs(self, container_id: str, file_ids: Iterable[str]) -> None:
        query = "INSERT INTO container_outputs (container_id, file_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
        rows = [(container_id, file_id) for file_id in file_ids]
        await self._database.write(lambda connection: connection.executemany(query, rows))

    async def waste(self) -> list[RemoteThing]:
        """What is to be deleted at the provider."""
        query = "SELECT kind, id, home FROM remote_waste ORDER BY kind = 'file', kind, id"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [RemoteThing(RemoteKind(kind), remote_id, home) for kind, remote_id, home in found]

    async def discard(self, things: Sequence[RemoteThing]) -> None:
        """These are to be deleted at the provider."""
        await self._database.write(lambda connection: _waste(connection, things))

    async def deleted(self, thing: RemoteThing) -> None:
        query = "DELETE FROM remote_waste WHERE kind = :kind AND id = :id AND home = :home"
        values = {"kind": thing.kind.value, "id": thing.id, "home": thing.home}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def known(self) -> set[str]:
        """The ids at the provider that are in use, or known as waste."""
        query = (
            "SELECT id FROM remote_homes UNION SELECT remote_id FROM remote_copies "
            "UNION SELECT id FROM remote_waste"
        )
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return {str(remote_id) for (remote_id,) in found}

    async def tidy(self, *, containers_before_ms: int) -> None:
        """Forgets copies that have expired, and containers that were last used before then, and are gone."""

        def work(connection: sqlite3.Connection) -> None:
            values = {"now": now_ms(), "before": containers_before_ms}
            old = f"SELECT id FROM remote_homes WHERE kind = '{_CONTAINER}' AND used_ms < :before"
            connection.execute(f"DELETE FROM remote_copies WHERE home IN ({old})", values)
            connection.execute(f"DELETE FROM container_outputs WHERE container_id IN ({old})", values)
            connection.execute(
                f"DELETE FROM remote_homes WHERE kind = '{_CONTAINER}' AND used_ms < :before", values
            )
            connection.execute("DELETE FROM remote_copies WHERE expires_ms BETWEEN 1 AND :now", values)

        await self._database.write(work)


def _waste_copies(connection: sqlite3.Connection, filing_id: int) -> None:
    query = "SELECT home, remote_id FROM remote_copies WHERE filing_id = ?"
    things = [
        RemoteThing(_kind_in(connection, home), remote_id, "" if home == UPLOADS else home)
        for home, remote_id in connection.execute(query, (filing_id,)).fetchall()
    ]
    _waste(connection, things)
    connection.execute("DELETE FROM remote_copies WHERE filing_id = ?", (filing_id,))


def _kind_in(connection: sqlite3.Connection, home: str) -> RemoteKind:
    if home == UPLOADS:
        return RemoteKind.FILE
    query = "SELECT 1 FROM remote_homes WHERE id = ? AND kind = ?"
    is_store = connection.execute(query, (home, _STORE)).fetchone() is not None
    return RemoteKind.INDEXED if is_store else RemoteKind.INSIDE


def _waste_homes(connection: sqlite3.Connection, scope: str) -> None:
    query = "SELECT kind, id FROM remote_homes WHERE scope = ?"
    for kind, home_id in connection.execute(query, (scope,)).fetchall():
        _waste(connection, [RemoteThing(RemoteKind(kind), home_id)])
        connection.execute("DELETE FROM remote_copies WHERE home = ?", (home_id,))
        connection.execute("DELETE FROM container_outputs WHERE container_id = ?", (home_id,))
    connection.execute("DELETE FROM remote_homes WHERE scope = ?", (scope,))


def _waste(connection: sqlite3.Connection, things: Sequence[RemoteThing]) -> None:
    query = "INSERT INTO remote_waste (kind, id, home) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    connection.executemany(query, [(thing.kind.value, thing.id, thing.home) for thing in things])


def _filing(
    filing_id: int,
    scope: str,
    name: str,
    file: str,
    media_type: str,
    size_bytes: int,
    place: str,
    tokens: int,
    file_id: str,
    user_id: int,
    is_pinned: int,
    wants_font: int,
    problem: str,
) -> Filing:
    return Filing(
        filing_id,
        scope,
        name,
        file,
        media_type,
        size_bytes,
        Place(place),
        tokens,
        file_id,
        user_id,
        bool(is_pinned),
        bool(wants_font),
        problem,
    )
