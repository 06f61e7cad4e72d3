"""What was said and drawn, as the search finds it again, and what of it the index does not know yet."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.turn import ConversationKey
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Remembered:
    """A question with its answer, or a drawing by its prompt (then there is no answer).

    `message_id` is that of the question or of the picture, `answer_id` of the answer's first message; 0: none.
    """

    key: ConversationKey
    question: str
    answer: str
    message_id: int
    answer_id: int
    created_ms: int


class Remembering:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, most: int) -> list[tuple[int, str]]:
        """What is to be indexed: a number, and its source ("turn:12", "drawing:3"); the newest first."""
        query = "SELECT max(id), source FROM to_index GROUP BY source ORDER BY 1 DESC LIMIT :most"
        return await self._database.read(lambda c: c.execute(query, {"most": most}).fetchall())

    async def done(self, number: int, source: str) -> None:
        """It is indexed as it was at that number; what has changed since waits on."""
        query = "DELETE FROM to_index WHERE source = :source AND id <= :number"
        values = {"source": source, "number": number}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def find(self, source: str) -> Remembered | None:
        """None if it is no longer there, or is not to be found: it was replaced, or nothing came of it."""
        kind, _, id = source.partition(":")
        find = {"turn": _turn, "drawing": _drawing}.get(kind)
        return await self._database.read(lambda connection: find(connection, int(id))) if find else None

    async def file_scopes(self, chat_id: int, owner_id: int) -> Mapping[str, str]:
        """The scopes that hold files: of the chat's threads, and of that person's own assistants (0: nobody's).

        Each with the name of the assistant, which is empty for a thread's.
        """
        query = (
            "SELECT d.scope, '' FROM threads t JOIN documents d ON d.scope = 'thread:' || t.id "
            "WHERE t.chat_id = :chat_id "
            "UNION SELECT d.scope, a.name FROM assistants a JOIN documents d ON d.scope = 'assistant:' || a.id "
            "WHERE a.owner_id = :owner_id AND a.owner_id <> 0 AND a.is_deleted = 0"
        )
        values = {"chat_id": chat_id, "owner_id": owner_id}
        return dict(await self._database.read(lambda c: c.execute(query, values).fetchall()))


def _turn(connection: sqlite3.Connection, id: int) -> Remembered | None:
    query = (
        "SELECT chat_id, topic_id, question, answer, request, answer_message_ids, created_ms FROM turns "
        "WHERE id = :id AND state = 'closed' AND (answer <> '' OR (task = '' AND question <> ''))"
    )
    found = connection.execute(query, {"id": id}).fetchone()
    if found is None:
        return None
    chat_id, topic_id, question, answer, request, answer_ids, created_ms = found
    said: list[dict[str, Any]] = json.loads(request)["said"]
    answers: list[int] = json.loads(answer_ids)
    key = ConversationKey(chat_id, topic_id)
    return Remembered(key, question, answer, said[-1]["message_id"], (*answers, 0)[0], created_ms)


def _drawing(connection: sqlite3.Connection, id: int) -> Remembered | None:
    query = (
        "SELECT d.chat_id, d.topic_id, d.prompt, max(d.message_id, "
        "coalesce((SELECT max(message_id) FROM drawn_pictures WHERE drawing_id = d.id), 0)), d.created_ms "
        "FROM drawings d WHERE d.id = :id AND d.state = 'done' AND d.prompt <> ''"
    )
    found = connection.execute(query, {"id": id}).fetchone()
    if found is None:
        return None
    chat_id, topic_id, prompt, message_id, created_ms = found
    return Remembered(ConversationKey(chat_id, topic_id), prompt, "", message_id, 0, created_ms)
