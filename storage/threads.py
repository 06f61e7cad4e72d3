"""Threads: the lines of history inside a conversation."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from domain.material import Material
from domain.turn import ConversationKey
from storage.database import Database, now_ms
from storage.turns import material_from

_NO_MATERIAL = Material()
_IS_ACTIVE = "WHERE chat_id = :chat_id AND topic_id = :topic_id AND is_active = 1"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, as the model reads them, and what the question brought besides words."""

    turn_id: int
    question: str
    answer: str
    material: Material = _NO_MATERIAL


@dataclass(frozen=True, slots=True)
class History:
    """A thread's past: the summary of its oldest turns, and the turns since, oldest first."""

    summary: str
    exchanges: tuple[Exchange, ...]


class Threads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def active(self, key: ConversationKey) -> int:
        """The conversation's current thread; its first one is made on the way."""
        found = await self._database.read(lambda connection: _active(connection, key))
        return (
            found
            if found is not None
            else await self._database.write(lambda connection: _begin(connection, key))
        )

    async def start_new(self, key: ConversationKey) -> int:
        """Puts the current thread aside, with all it holds, and begins another."""

        def work(connection: sqlite3.Connection) -> int:
            connection.execute(f"UPDATE threads SET is_active = 0 {_IS_ACTIVE}", _of(key))
            return _begin(connection, key)

        return await self._database.write(work)

    async def history(self, thread_id: int) -> History:
        """What the model may know: answered turns, without the replaced ones and those already summarised."""
        values = {"thread_id": thread_id}

        def work(connection: sqlite3.Connection) -> History:
            query = "SELECT summary, summed_up_to FROM threads WHERE id = :thread_id"
            summary, summed_up_to = connection.execute(query, values).fetchone() or ("", 0)
            query = (
                "SELECT id, question, answer, material FROM turns WHERE thread_id = :thread_id "
                "AND position > :after AND state = 'closed' AND answer <> '' ORDER BY position"
            )
            found = connection.execute(query, {**values, "after": summed_up_to}).fetchall()
            exchanges = (
                Exchange(turn_id, question, answer, material_from(material))
                for turn_id, question, answer, material in found
            )
            return History(summary, tuple(exchanges))

        return await self._database.read(work)

    async def summarise(self, thread_id: int, *, up_to_turn_id: int, summary: str) -> None:
        """The summary stands for every turn up to that one from now on."""
        query = (
            "UPDATE threads SET summary = :summary, "
            "summed_up_to = (SELECT position FROM turns WHERE id = :turn_id) WHERE id = :thread_id"
        )
        values = {"thread_id": thread_id, "turn_id": up_to_turn_id, "summary": summary}
        await self._database.write(lambda connection: connection.execute(query, values))


def _active(connection: sqlite3.Connection, key: ConversationKey) -> int | None:
    found = connection.execute(f"SELECT id FROM threads {_IS_ACTIVE}", _of(key)).fetchone()
    return int(found[0]) if found else None


def _begin(connection: sqlite3.Connection, key: ConversationKey) -> int:
    """The active thread, made if there is none."""
    query = (
        "INSERT INTO threads (chat_id, topic_id, is_active, created_ms) VALUES (:chat_id, :topic_id, 1, :now) "
        "ON CONFLICT (chat_id, topic_id) WHERE is_active = 1 DO UPDATE SET is_active = 1 RETURNING id"
    )
    return int(connection.execute(query, {**_of(key), "now": now_ms()}).fetchone()[0])


def _of(key: ConversationKey) -> Mapping[str, object]:
    return {"chat_id": key.chat_id, "topic_id": key.topic_id}
