"""Broadcasts: what is said to everybody, and who has got it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage.database import Database, now_ms


class Reached(StrEnum):
    """What became of one message. `SENDING`: its outcome is not known, or not yet."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: int
    admin_id: int
    words: str
    counts: dict[Reached, int] = field(default_factory=dict[Reached, int])

    @property
    def readers(self) -> int:
        return sum(self.counts.values())


class Broadcasts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def people(self) -> list[int]:
        """The private chats of all who have talked to the bot."""
        query = "SELECT DISTINCT chat_id FROM turns WHERE chat_id > 0 ORDER BY chat_id"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [int(chat_id) for (chat_id,) in found]

    async def draft(self, draft_id: int, admin_id: int, words: str) -> None:
        """Writes it down, under the id of the update that asks for it."""
        query = (
            "INSERT INTO broadcasts (id, admin_id, words, created_ms) VALUES (:id, :admin_id, :words, :now) "
            "ON CONFLICT (id) DO NOTHING"
        )
        values = {"id": draft_id, "admin_id": admin_id, "words": words, "now": now_ms()}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def begin(self, broadcast_id: int, chat_ids: Sequence[int]) -> bool:
        """Settles who shall get it. False if it has been begun or dropped already, or there is none."""

        def work(connection: sqlite3.Connection) -> bool:
            query = "UPDATE broadcasts SET state = 'sending' WHERE id = :id AND state = 'draft'"
            if connection.execute(query, {"id": broadcast_id}).rowcount == 0:
                return False
            connection.executemany(
                "INSERT INTO broadcast_readers (broadcast_id, chat_id) VALUES (?, ?)",
                [(broadcast_id, chat_id) for chat_id in chat_ids],
            )
            return True

        return await self._database.write(work)

    async def drop(self, broadcast_id: int) -> bool:
        """False if it is not a draft any more."""
        query = "UPDATE broadcasts SET state = 'dropped', words = '' WHERE id = :id AND state = 'draft'"
        return await self._database.write(
            lambda connection: connection.execute(query, {"id": broadcast_id}).rowcount == 1
        )

    async def unfinished(self) -> list[int]:
        query = "SELECT id FROM broadcasts WHERE state = 'sending' ORDER BY id"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [int(broadcast_id) for (broadcast_id,) in found]

    async def take(self, broadcast_id: int) -> int | None:
        """Whom to send it to next, who counts as reached from now on; None when nobody waits."""
        query = (
            "UPDATE broadcast_readers SET state = 'sending' WHERE broadcast_id = :id AND chat_id = "
            "(SELECT min(chat_id) FROM broadcast_readers WHERE broadcast_id = :id AND state = 'waiting') "
            "RETURNING chat_id"
        )
        found = await self._database.write(
            lambda connection: connection.execute(query, {"id": broadcast_id}).fetchall()
        )
        return int(found[0][0]) if found else None

    async def settle(self, broadcast_id: int, chat_id: int, reached: Reached) -> None:
        query = "UPDATE broadcast_readers SET state = :state WHERE broadcast_id = :id AND chat_id = :chat_id"
        values = {"id": broadcast_id, "chat_id": chat_id, "state": reached.value}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def finish(self, broadcast_id: int) -> Broadcast:
        """Closes it, and lets its words go."""

        def work(connection: sqlite3.Connection) -> Broadcast:
            values = {"id": broadcast_id}
            admin_id, words = connection.execute(
                "SELECT admin_id, words FROM broadcasts WHERE id = :id", values
            ).fetchone()
            found = connection.execute(
                "SELECT state, count(*) FROM broadcast_readers WHERE broadcast_id = :id GROUP BY state", values
            ).fetchall()
            connection.execute("UPDATE broadcasts SET state = 'done', words = '' WHERE id = :id", values)
            return Broadcast(broadcast_id, admin_id, words, {Reached(state): count for state, count in found})

        return await self._database.write(work)

    async def words(self, broadcast_id: int) -> str:
        query = "SELECT words FROM broadcasts WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": broadcast_id}).fetchone()
        )
        return str(found[0]) if found else ""
