"""Threads: the lines of history inside a conversation, of all who talk there or of one person in a group."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from domain.material import Material
from domain.turn import ConversationKey
from storage.database import Database, now_ms
from storage.turns import material_from

_NO_MATERIAL = Material()
_IS_ACTIVE = "WHERE chat_id = :chat_id AND topic_id = :topic_id AND user_id = :user_id AND is_active = 1"
_CHOSEN = "(SELECT {column} FROM chosen_assistants WHERE chat_id = :chat_id AND topic_id = {topic})"


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

    async def active(self, key: ConversationKey, user_id: int = 0) -> int:
        """The current thread of the conversation, or of that person in it; its first one is made on the way."""
        found = await self._database.read(lambda connection: _active(connection, key, user_id))
        return (
            found
            if found is not None
            else await self._database.write(lambda connection: _begin(connection, key, user_id))
        )

    async def start_new(self, key: ConversationKey, user_id: int = 0) -> int:
        """Puts the current thread aside, with all it holds, and begins another."""

        def work(connection: sqlite3.Connection) -> int:
            connection.execute(f"UPDATE threads SET is_active = 0 {_IS_ACTIVE}", _of(key, user_id))
            return _begin(connection, key, user_id)

        return await self._database.write(work)

    async def put_all_aside(self, key: ConversationKey) -> None:
        """Whoever speaks next in the conversation begins a new thread."""
        query = (
            "UPDATE threads SET is_active = 0 "
            "WHERE chat_id = :chat_id AND topic_id = :topic_id AND is_active = 1"
        )
        await self._database.write(lambda connection: connection.execute(query, _of(key, 0)))

    async def resume(self, thread_id: int) -> None:
        """Puts the thread in place of the current one of its conversation and person."""

        def work(connection: sqlite3.Connection) -> None:
            values = {"id": thread_id}
            connection.execute(
                "UPDATE threads SET is_active = 0 WHERE is_active = 1 AND id <> :id AND EXISTS "
                "(SELECT 1 FROM threads AS this WHERE this.id = :id AND this.chat_id = threads.chat_id "
                "AND this.topic_id = threads.topic_id AND this.user_id = threads.user_id)",
                values,
            )
            connection.execute("UPDATE threads SET is_active = 1 WHERE id = :id AND is_deleted = 0", values)

        await self._database.write(work)

    async def assistant(self, thread_id: int) -> str:
        """The id of who answers in the thread, empty for the general assistant."""
        query = "SELECT assistant FROM threads WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": thread_id}).fetchone()
        )
        return str(found[0]) if found else ""

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
            "summed_up_to = (SELECT position FROM turns WHERE id = :turn_id) WHERE id = :thread_id "
            "AND EXISTS (SELECT 1 FROM turns WHERE id = :turn_id)"
        )
        values = {"thread_id": thread_id, "turn_id": up_to_turn_id, "summary": summary}
        await self._database.write(lambda connection: connection.execute(query, values))


def _active(connection: sqlite3.Connection, key: ConversationKey, user_id: int) -> int | None:
    found = connection.execute(f"SELECT id FROM threads {_IS_ACTIVE}", _of(key, user_id)).fetchone()
    return int(found[0]) if found else None


def _begin(connection: sqlite3.Connection, key: ConversationKey, user_id: int) -> int:
    """The active thread, made if there is none, with the assistant chosen for the topic or the chat."""
    query = (
        "INSERT INTO threads (chat_id, topic_id, user_id, is_active, assistant, chosen_by, created_ms, "
        "updated_ms) VALUES (:chat_id, :topic_id, :user_id, 1, "
        f"coalesce({_chosen('assistant')}, ''), coalesce({_chosen('chosen_by')}, 0), :now, :now) "
        "ON CONFLICT (chat_id, topic_id, user_id) WHERE is_active = 1 DO UPDATE SET is_active = 1 RETURNING id"
    )
    return int(connection.execute(query, {**_of(key, user_id), "now": now_ms()}).fetchone()[0])


def _chosen(column: str) -> str:
    """The topic's own choice, else the chat's."""
    return ", ".join(_CHOSEN.format(column=column, topic=topic) for topic in (":topic_id", "0"))


def _of(key: ConversationKey, user_id: int) -> Mapping[str, object]:
    return {"chat_id": key.chat_id, "topic_id": key.topic_id, "user_id": user_id}
