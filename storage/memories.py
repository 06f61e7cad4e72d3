"""Memories: what people want remembered about themselves; every query names the person."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from domain.memory import Fact, FactSource
from domain.turn import ConversationKey
from storage.database import Database, now_ms

_COLUMNS = "id, user_id, text, origin, said_by, chat_id, topic_id, message_id, told_ms"


@dataclass(frozen=True, slots=True)
class Added:
    """`is_new`: it was not there before."""

    fact: Fact
    is_new: bool


class Memories:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_id: int, text: str, *, words: str, source: FactSource, most: int) -> Added | None:
        """Takes it into the books, unless one has the same words or origin; None if there are `most`."""
        values = {
            "user_id": user_id,
            "text": text,
            "words": words,
            "origin": source.origin,
            "said_by": source.by,
            "chat_id": source.key.chat_id,
            "topic_id": source.key.topic_id,
            "message_id": source.message_id,
            "now": now_ms(),
            "most": most,
        }
        there = (
            f"SELECT {_COLUMNS} FROM memories WHERE user_id = :user_id "
            "AND (words = :words OR origin = :origin) ORDER BY origin = :origin DESC LIMIT 1"
        )
        query = (
            "INSERT INTO memories (user_id, text, words, origin, said_by, chat_id, topic_id, message_id, "
            "told_ms) SELECT :user_id, :text, :words, :origin, :said_by, :chat_id, :topic_id, :message_id, "
            ":now WHERE (SELECT count(*) FROM memories WHERE user_id = :user_id) < :most"
        )

        def work(connection: sqlite3.Connection) -> Added | None:
            found = _read(connection, there, values)
            if found:
                return Added(found[0], is_new=False)
            connection.execute(query, values)
            made = _read(connection, there, values)
            return Added(made[0], is_new=True) if made else None

        return await self._database.write(work)

    async def of(self, user_id: int) -> Sequence[Fact]:
        """All of that person, the newest first."""
        query = f"SELECT {_COLUMNS} FROM memories WHERE user_id = :user_id ORDER BY told_ms DESC, id DESC"
        return await self._database.read(lambda connection: _read(connection, query, {"user_id": user_id}))

    async def find(self, fact_id: int, user_id: int) -> Fact | None:
        """None if that person has no such fact."""
        query = f"SELECT {_COLUMNS} FROM memories WHERE id = :id AND user_id = :user_id"
        values = {"id": fact_id, "user_id": user_id}
        found = await self._database.read(lambda connection: _read(connection, query, values))
        return next(iter(found), None)

    async def change(self, fact_id: int, user_id: int, text: str, *, words: str) -> Sequence[int] | None:
        """It says this from now on; the ids of others that said it already, which are gone now.

        None if that person has no such fact.
        """
        values = {"id": fact_id, "user_id": user_id, "text": text, "words": words, "now": now_ms()}
        own = "user_id = :user_id AND id = :id"

        def work(connection: sqlite3.Connection) -> Sequence[int] | None:
            if connection.execute(f"SELECT 1 FROM memories WHERE {own}", values).fetchone() is None:
                return None
            gone = connection.execute(
                "DELETE FROM memories WHERE user_id = :user_id AND words = :words AND id <> :id RETURNING id",
                values,
            ).fetchall()
            connection.execute(
                f"UPDATE memories SET text = :text, words = :words, told_ms = :now WHERE {own}", values
            )
            return [int(one) for (one,) in gone]

        return await self._database.write(work)

    async def remove(self, fact_id: int, user_id: int) -> bool:
        """False if that person has no such fact."""
        query = "DELETE FROM memories WHERE id = :id AND user_id = :user_id"
        values = {"id": fact_id, "user_id": user_id}
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)

    async def forget(self, user_id: int) -> int:
        """Removes all of that person, and returns how many there were."""
        query = "DELETE FROM memories WHERE user_id = :user_id"
        values = {"user_id": user_id}
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount)

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup with another id: what was said there was said in the new one."""
        query = "UPDATE memories SET chat_id = :new, message_id = 0 WHERE chat_id = :old"
        await self._database.write(lambda connection: connection.execute(query, {"old": old, "new": new}))


def _read(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> list[Fact]:
    return [_fact(*fields) for fields in connection.execute(query, values)]


def _fact(
    fact_id: int,
    user_id: int,
    text: str,
    origin: str,
    said_by: Literal["person", "model"],
    chat_id: int,
    topic_id: int,
    message_id: int,
    told_ms: int,
) -> Fact:
    source = FactSource(origin, said_by, ConversationKey(chat_id, topic_id), message_id)
    return Fact(fact_id, user_id, text, source, datetime.fromtimestamp(told_ms / 1000, UTC))
