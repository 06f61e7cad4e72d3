"""The durable inbox: an update is here before Telegram is told that we have it."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.turn import ConversationKey
from storage.database import Database, now_ms

_COLUMNS = "update_id, chat_id, topic_id, lane, raw, tries, accepted_ms"
_ROWS_PER_INSERT = 100
_ROWS_PER_PRUNE = 500


class Lane(StrEnum):
    """In which order an update is worked: after its conversation's others, or at once."""

    CONVERSATION = "conversation"
    EXPRESS = "express"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An accepted update. `json` is the update as Telegram sent it: text, parsed only when it is worked."""

    update_id: int
    key: ConversationKey
    lane: Lane
    json: str
    tries: int
    accepted_ms: int

    @property
    def raw(self) -> Mapping[str, Any]:
        return json.loads(self.json)


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many updates wait and are set aside, and since when the oldest waits."""

    waiting: int
    set_aside: int
    oldest_waiting_ms: int | None


class Inbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(
        self, updates: Sequence[tuple[Mapping[str, Any], ConversationKey, Lane]]
    ) -> list[InboxRow]:
        """Keeps the updates and returns those not seen before, in order. One transaction."""
        accepted_ms = now_ms()
        given = [
            InboxRow(raw["update_id"], key, lane, json.dumps(raw, separators=(",", ":")), 0, accepted_ms)
            for raw, key, lane in updates
        ]
        rows = list({row.update_id: row for row in given}.values())

        def work(connection: sqlite3.Connection) -> set[int]:
            new: set[int] = set()
            for start in range(0, len(rows), _ROWS_PER_INSERT):
                new |= _insert(connection, rows[start : start + _ROWS_PER_INSERT])
            return new

        new = await self._database.write(work)
        return [row for row in rows if row.update_id in new]

    async def waiting(self, after: int, limit: int) -> list[InboxRow]:
        """Updates still to be worked, in order, beginning after that `update_id`: for a restart."""
        query = (
            f"SELECT {_COLUMNS} FROM inbox WHERE state = 'waiting' AND update_id > :after "
            "ORDER BY update_id LIMIT :limit"
        )
        found = await self._database.read(
            lambda connection: connection.execute(query, {"after": after, "limit": limit}).fetchall()
        )
        return [_row(*fields) for fields in found]

    async def find(self, update_id: int) -> InboxRow | None:
        """The update, whatever became of it, while it is remembered."""
        query = f"SELECT {_COLUMNS} FROM inbox WHERE update_id = :id AND raw <> ''"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": update_id}).fetchone()
        )
        return _row(*found) if found else None

    async def rows(self, update_ids: Sequence[int]) -> list[InboxRow]:
        """These updates as far as they still wait to be worked, in order of their numbers."""
        wanted = f"update_id IN ({', '.join('?' * len(update_ids))})"
        query = f"SELECT {_COLUMNS} FROM inbox WHERE state = 'waiting' AND {wanted} ORDER BY update_id"
        found = await self._database.read(lambda connection: connection.execute(query, update_ids).fetchall())
        return [_row(*fields) for fields in found]

    async def done(self, update_ids: Iterable[int]) -> None:
        ids = tuple(update_ids)
        await self._database.write(lambda connection: mark_done(connection, ids))

    async def failed(self, update_id: int, reason: str) -> int:
        """Counts a failed try and returns how many there have been."""
        query = (
            "UPDATE inbox SET tries = tries + 1, reason = :reason WHERE update_id = :update_id RETURNING tries"
        )
        values = {"update_id": update_id, "reason": reason}
        (found,) = await self._database.write(lambda connection: connection.execute(query, values).fetchall())
        return int(found[0])

    async def set_aside(self, update_ids: Iterable[int], reason: str) -> None:
        """Takes updates out of the way for good; they stay for whoever looks into it."""
        query = "UPDATE inbox SET state = 'aside', reason = ? WHERE update_id = ?"
        values = [(reason, update_id) for update_id in update_ids]
        await self._database.write(lambda connection: connection.executemany(query, values))

    async def counts(self) -> InboxCounts:
        query = "SELECT state, count(*), min(accepted_ms) FROM inbox WHERE state <> 'done' GROUP BY state"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        by_state = {state: (count, oldest) for state, count, oldest in found}
        waiting, oldest = by_state.get("waiting", (0, None))
        return InboxCounts(waiting, by_state.get("aside", (0, None))[0], oldest)

    async def prune(self, *, texts_before_ms: int, rows_before_ms: int) -> int:
        """Forgets what done updates said, and later that they were there; returns how many it touched.

        Works through a limited number, so that other writes do not wait long: call again until it returns 0.
        """
        values = {"texts": texts_before_ms, "rows": rows_before_ms, "limit": _ROWS_PER_PRUNE}

        def work(connection: sqlite3.Connection) -> int:
            done = "SELECT update_id FROM inbox WHERE state = 'done'"
            old = f"{done} AND accepted_ms < :rows LIMIT :limit"
            told = f"{done} AND accepted_ms >= :rows AND accepted_ms < :texts AND raw <> '' LIMIT :limit"
            forgotten = connection.execute(f"DELETE FROM inbox WHERE update_id IN ({old})", values).rowcount
            emptied = connection.execute(
                f"UPDATE inbox SET raw = '' WHERE update_id IN ({told})", values
            ).rowcount
            return forgotten + emptied

        return await self._database.write(work)


def mark_done(connection: sqlite3.Connection, update_ids: Sequence[int]) -> None:
    """Part of a transaction: the updates are finished."""
    connection.executemany("UPDATE inbox SET state = 'done' WHERE update_id = ?", [(id,) for id in update_ids])


def _insert(connection: sqlite3.Connection, rows: Sequence[InboxRow]) -> set[int]:
    places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
    values = [
        value
        for row in rows
        for value in (
            row.update_id,
            row.key.chat_id,
            row.key.topic_id,
            row.lane.value,
            row.json,
            row.accepted_ms,
        )
    ]
    query = (
        f"INSERT INTO inbox (update_id, chat_id, topic_id, lane, raw, accepted_ms) VALUES {places} "
        "ON CONFLICT (update_id) DO NOTHING RETURNING update_id"
    )
    return {update_id for (update_id,) in connection.execute(query, values)}


def _row(
    update_id: int, chat_id: int, topic_id: int, lane: str, raw: str, tries: int, accepted_ms: int
) -> InboxRow:
    return InboxRow(update_id, ConversationKey(chat_id, topic_id), Lane(lane), raw, tries, accepted_ms)
