"""Forgettings: who wishes what to be forgotten, and how far it got; nothing is kept of one that is granted."""

import json
import sqlite3
from collections.abc import Mapping

from domain.privacy import Subject, Wish
from domain.steps import Json, Steps
from domain.turn import ChatKind, ConversationKey
from storage.database import Database

_COLUMNS = "id, subject, user_id, chat_id, topic_id, chat_kind, language, asked_ms, thread_id"


class ForgettingSteps:
    """`domain.steps.Steps` of one forgetting."""

    def __init__(self, database: Database, wish_id: int) -> None:
        self._database = database
        self._id = wish_id

    async def result(self, step: str) -> Json | None:
        query = "SELECT result FROM forgetting_steps WHERE forgetting_id = :id AND step = :step"
        values = {"id": self._id, "step": step}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return json.loads(found[0]) if found else None

    async def record(self, step: str, result: Json) -> None:
        await self._database.write(lambda connection: _record(connection, self._id, step, result))


class Forgettings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, wish: Wish, steps: Mapping[str, Json]) -> bool:
        """Takes it into the books, with steps that are done already. False if it is there already."""
        query = (
            f"INSERT INTO forgettings ({_COLUMNS}) VALUES (:id, :subject, :user_id, :chat_id, :topic_id, "
            ":chat_kind, :language, :asked_ms, :thread_id) ON CONFLICT (id) DO NOTHING"
        )
        values = {
            "id": wish.id,
            "subject": wish.subject.value,
            "user_id": wish.user_id,
            "chat_id": wish.key.chat_id,
            "topic_id": wish.key.topic_id,
            "chat_kind": wish.chat_kind.value,
            "language": wish.language,
            "asked_ms": wish.asked_ms,
            "thread_id": wish.thread_id,
        }

        def work(connection: sqlite3.Connection) -> bool:
            if not connection.execute(query, values).rowcount:
                return False
            for step, result in steps.items():
                _record(connection, wish.id, step, result)
            return True

        return await self._database.write(work)

    async def unfinished(self) -> list[Wish]:
        query = f"SELECT {_COLUMNS} FROM forgettings ORDER BY id"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [_wish(*fields) for fields in found]

    def steps(self, wish_id: int) -> Steps:
        return ForgettingSteps(self._database, wish_id)

    async def finish(self, wish_id: int) -> None:
        values = {"id": wish_id}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM forgetting_steps WHERE forgetting_id = :id", values)
            connection.execute("DELETE FROM forgettings WHERE id = :id", values)

        await self._database.write(work)

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: what is told of it is told there."""
        query = "UPDATE forgettings SET chat_id = :new WHERE chat_id = :old"
        await self._database.write(lambda connection: connection.execute(query, {"old": old, "new": new}))


def _record(connection: sqlite3.Connection, wish_id: int, step: str, result: Json) -> None:
    query = (
        "INSERT INTO forgetting_steps (forgetting_id, step, result) VALUES (:id, :step, :result) "
        "ON CONFLICT (forgetting_id, step) DO UPDATE SET result = excluded.result"
    )
    connection.execute(query, {"id": wish_id, "step": step, "result": json.dumps(result)})


def _wish(
    wish_id: int,
    subject: str,
    user_id: int,
    chat_id: int,
    topic_id: int,
    chat_kind: str,
    language: str,
    asked_ms: int,
    thread_id: int,
) -> Wish:
    key = ConversationKey(chat_id, topic_id)
    return Wish(wish_id, Subject(subject), user_id, key, ChatKind(chat_kind), language, asked_ms, thread_id)
