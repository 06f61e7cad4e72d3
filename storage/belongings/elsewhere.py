"""What belongs to a person outside the rows: files that are kept, and what lies at the provider."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from domain.hosting import RemoteKind, RemoteThing
from domain.steps import JsonValue
from storage.belongings.kinds import Whose, records
from storage.belongings.talk import thread_ids, uttered
from storage.filings import UPLOADS

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}[^\s\"'\\]*")
_STEM = len("ab/") + 40


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """`storage.belongings.kinds.Belongings`: what threads and assistants keep.

    It only counts and reads them: they are removed with their copies at the provider, scope by scope.
    """

    name: str = "files"
    tables: frozenset[str] = frozenset(
        {
            "filings",
            "remote_homes",
            "remote_copies",
            "remote_waste",
            "container_outputs",
            "owned_files",
            "documents",
            "passages",
            "passage_words",
            "vectors",
        }
    )

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        return {"files": len(filing_ids(connection, whose)), "remote": len(remote(connection, whose))}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = (
            "SELECT id, scope, name, file, media_type, size_bytes, place, created_ms FROM filings "
            "WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
        )
        ids = json.dumps(filing_ids(connection, Whose(user_id)))
        yield from records(connection, query, {"ids": ids})

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if not whose.thread_id:
            connection.execute("DELETE FROM owned_files WHERE user_id = :user", whose.values)


def scopes(connection: sqlite3.Connection, whose: Whose) -> list[str]:
    """Those of the threads and assistants that go."""
    found = [f"thread:{thread_id}" for thread_id in thread_ids(connection, whose)]
    if not whose.thread_id:
        query = "SELECT id FROM assistants WHERE owner_id = :user ORDER BY id"
        found += [f"assistant:{one}" for (one,) in connection.execute(query, whose.values)]
    return found


def filing_ids(connection: sqlite3.Connection, whose: Whose) -> list[int]:
    """Files in those scopes, and what the person alone put into a group's."""
    query = (
        "SELECT id FROM filings WHERE scope IN (SELECT value FROM json_each(:scopes)) "
        "OR (:thread = 0 AND user_id = :user) ORDER BY id"
    )
    values = {**whose.values, "scopes": json.dumps(scopes(connection, whose))}
    return [int(filing_id) for (filing_id,) in connection.execute(query, values).fetchall()]


def remote(connection: sqlite3.Connection, whose: Whose) -> list[RemoteThing]:
    """All that lies at the provider for it: stores, containers, conversations, uploads and answers."""
    values = {**whose.values, "scopes": json.dumps(scopes(connection, whose)), "uploads": UPLOADS}
    query = "SELECT kind, id FROM remote_homes WHERE scope IN (SELECT value FROM json_each(:scopes))"
    found = [RemoteThing(RemoteKind(kind), one) for kind, one in connection.execute(query, values).fetchall()]
    query = (
        "SELECT DISTINCT remote_id FROM remote_copies WHERE home = :uploads "
        "AND filing_id IN (SELECT value FROM json_each(:ids))"
    )
    ids = {"ids": json.dumps(filing_ids(connection, whose))}
    found += [
        RemoteThing(RemoteKind.FILE, one) for (one,) in connection.execute(query, {**values, **ids}).fetchall()
    ]
    return found + answers(connection, whose)


def answers(connection: sqlite3.Connection, whose: Whose) -> list[RemoteThing]:
    """Those that the provider stores: what was made in the background, or in a conversation of its own."""
    where = (
        "turn_id IN (SELECT id FROM turns WHERE thread_id = :thread)" if whose.thread_id else "user_id = :user"
    )
    query = f"SELECT DISTINCT response_id FROM ledger WHERE response_id <> '' AND {where}"
    found = connection.execute(query, whose.values).fetchall()
    return [RemoteThing(RemoteKind.RESPONSE, one) for (one,) in found]


def media(connection: sqlite3.Connection, whose: Whose) -> list[str]:
    """The names in the media folder of all that it holds."""
    threads = json.dumps(thread_ids(connection, whose))
    values = {**whose.values, "threads": threads, "ids": json.dumps(filing_ids(connection, whose))}
    drawn = "thread_id = :thread" if whose.thread_id else "(user_id = :user OR chat_id = :user)"
    texts = _texts(
        connection,
        values,
        "SELECT material || run FROM turns WHERE thread_id IN (SELECT value FROM json_each(:threads))",
        "SELECT result FROM steps WHERE turn_id IN (SELECT id FROM turns WHERE thread_id IN "
        "(SELECT value FROM json_each(:threads)))",
        "SELECT file FROM filings WHERE id IN (SELECT value FROM json_each(:ids))",
        f"SELECT commission FROM drawings WHERE {drawn}",
        f"SELECT file FROM drawn_pictures WHERE drawing_id IN (SELECT id FROM drawings WHERE {drawn})",
    )
    if not whose.thread_id:
        texts += _texts(connection, values, "SELECT file FROM owned_files WHERE user_id = :user")
        for one in uttered(connection, whose.user_id):
            own = {said.message_id for said in one.turn.said if said.person.user_id == whose.user_id}
            texts += [str(brought) for brought in one.material.brought if brought.message_id in own]
    return sorted({name for text in texts for name in _NAME.findall(text)})


def named_media(connection: sqlite3.Connection, user_id: int) -> dict[str, str]:
    """All that a person's belongings hold, by name, with Telegram's name of each, empty where it has none."""
    whose = Whose(user_id)
    found = dict.fromkeys(media(connection, whose), "")
    values = {**whose.values, "threads": json.dumps(thread_ids(connection, whose))}
    texts = _texts(
        connection,
        values,
        "SELECT material FROM turns WHERE material <> '' "
        "AND thread_id IN (SELECT value FROM json_each(:threads))",
        "SELECT commission FROM drawings WHERE user_id = :user OR chat_id = :user",
    )
    pairs = [pair for text in texts for pair in _named(json.loads(text))]
    for query in (
        "SELECT file, file_id FROM filings WHERE file_id <> ''",
        "SELECT file, file_id FROM drawn_pictures WHERE file_id <> ''",
    ):
        pairs += connection.execute(query).fetchall()
    return found | {file: file_id for file, file_id in pairs if file in found}


def _named(value: object) -> Iterable[tuple[str, str]]:
    """What has both names, however deep it is in there."""
    match value:
        case {"file": str(file), "file_id": str(file_id)} if file_id:
            yield file, file_id
        case dict():
            for inner in cast("dict[str, object]", value).values():
                yield from _named(inner)
        case list():
            for inner in cast("list[object]", value):
                yield from _named(inner)
        case _:
            return


def still_used(connection: sqlite3.Connection, names: Collection[str], whose: Whose) -> set[str]:
    """Which of them a row still names, or is kept for somebody else, too."""
    if not names:
        return set()
    wanted = {name[:_STEM] for name in names}
    found: set[str] = set()
    for text in _texts(
        connection,
        whose.values,
        "SELECT material || run FROM turns WHERE material <> '' OR run <> ''",
        "SELECT result FROM steps",
        "SELECT result FROM drawing_steps",
        "SELECT commission FROM drawings",
        "SELECT file FROM drawn_pictures",
        "SELECT file FROM filings",
        "SELECT value FROM preferences",
        "SELECT file FROM owned_files WHERE user_id <> :user AND :thread = 0",
    ):
        found |= {name[:_STEM] for name in _NAME.findall(text)} & wanted
    return {name for name in names if name[:_STEM] in found}


def _texts(connection: sqlite3.Connection, values: Mapping[str, object], *queries: str) -> list[str]:
    return [str(text) for query in queries for (text,) in connection.execute(query, values)]


def waste_left(connection: sqlite3.Connection, things: Sequence[RemoteThing]) -> int:
    """How many of these are still to be deleted at the provider."""
    query = "SELECT kind, id FROM remote_waste"
    left = set(connection.execute(query).fetchall())
    return sum((thing.kind.value, thing.id) in left for thing in things)
