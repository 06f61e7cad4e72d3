"""What was said and drawn, as the search finds it again, and what of it the index does not know yet."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.turn import ConversationKey
from storage.database import Database
from storage.units import Work

_SEEN = "t.chat_id = :chat_id AND t.is_deleted = 0 AND t.user_id IN (0, :person_id)"
_OWN = "a.owner_id = :owner_id AND a.owner_id <> 0 AND a.is_deleted = 0"
_OWNER = "coalesce((SELECT user_id FROM threads WHERE id = o.thread_id), 0)"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A question with its answer, or a drawing by its prompt (then there is no answer).

    `message_id` is that of the question or of the picture, `answer_id` of the answer's first message; 0: none.
    `user_id` is whose thread it was said in, 0 for one of all who talk there.
    """

    key: ConversationKey
    question: str
    answer: str
    message_id: int
    answer_id: int
    created_ms: int
    user_id: int = 0


class Remembering:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, most: int) -> list[tuple[int, str]]:
        """What is to be indexed: a number, and its source ("turn:12", "drawing:3"); the newest first."""
        query = "SELECT max(id), source FROM to_index GROUP BY source ORDER BY 1 DESC LIMIT :most"
        return await self._database.read(lambda c: c.execute(query, {"most": most}).fetchall())

    async def indexed(self, number: int, source: str, scope: str = "") -> None:
        """Like `as_indexed`, on its own: there is nothing of it to be found."""
        await self._database.write(self.as_indexed(number, source, scope))

    def as_indexed(self, number: int, source: str, scope: str) -> Work[None]:
        """It is indexed in this scope, and in no other, as it was at that number.

        What has changed since waits on. To be written together with the document.
        """
        values = {"source": source, "number": number, "scope": scope}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM documents WHERE source = :source AND scope <> :scope", values)
            connection.execute("DELETE FROM to_index WHERE source = :source AND id <= :number", values)

        return work

    async def find(self, source: str) -> Remembered | None:
        """None if it is no longer there, or is not to be found: it was replaced, or nothing came of it."""
        kind, _, id = source.partition(":")
        find = {"turn": _turn, "drawing": _drawing}.get(kind)
        return await self._database.read(lambda connection: find(connection, int(id))) if find else None

    async def file_scopes(self, chat_id: int, person_id: int, owner_id: int) -> Mapping[str, str]:
        """The scopes that hold files: of the chat's threads that all share, or that person has of their own,
        and of the owner's own assistants (0: nobody's).

        Each with the name of the assistant, which is empty for a thread's.
        """
        query = (
            "SELECT d.scope, '' FROM threads t JOIN documents d ON d.scope = 'thread:' || t.id "
            f"WHERE {_SEEN} "
            "UNION SELECT d.scope, a.name FROM assistants a JOIN documents d ON d.scope = 'assistant:' || a.id "
            f"WHERE {_OWN}"
        )
        values = {"chat_id": chat_id, "person_id": person_id, "owner_id": owner_id}
        return dict(await self._database.read(lambda c: c.execute(query, values).fetchall()))

    async def stores(self, chat_id: int, person_id: int, owner_id: int) -> Mapping[str, tuple[str, str]]:
        """The indexes at the provider of the same threads and assistants, the last used first.

        Each with its scope, and with the name of the assistant, which is empty for a thread's.
        """
        query = (
            "SELECT h.id, h.scope, '', h.used_ms FROM threads t "
            "JOIN remote_homes h ON h.scope = 'thread:' || t.id AND h.kind = 'store' "
            f"WHERE {_SEEN} "
            "UNION SELECT h.id, h.scope, a.name, h.used_ms FROM assistants a "
            "JOIN remote_homes h ON h.scope = 'assistant:' || a.id AND h.kind = 'store' "
            f"WHERE {_OWN} ORDER BY 4 DESC"
        )
        values = {"chat_id": chat_id, "person_id": person_id, "owner_id": owner_id}
        found = await self._database.read(lambda c: c.execute(query, values).fetchall())
        return {store_id: (scope, name) for store_id, scope, name, _ in found}


def _turn(connection: sqlite3.Connection, id: int) -> Remembered | None:
    query = (
        "SELECT chat_id, topic_id, question, answer, request, answer_message_ids, created_ms, "
        f"{_OWNER} FROM turns o "
        "WHERE id = :id AND state = 'closed' AND (answer <> '' OR (task = '' AND question <> ''))"
    )
    found = connection.execute(query, {"id": id}).fetchone()
    if found is None:
        return None
    chat_id, topic_id, question, answer, request, answer_ids, created_ms, user_id = found
    said: list[dict[str, Any]] = json.loads(request)["said"]
    answers: list[int] = json.loads(answer_ids)
    key = ConversationKey(chat_id, topic_id)
    return Remembered(key, question, answer, said[-1]["message_id"], (*answers, 0)[0], created_ms, user_id)


def _drawing(connection: sqlite3.Connection, id: int) -> Remembered | None:
    query = (
        "SELECT o.chat_id, o.topic_id, o.prompt, max(o.message_id, "
        "coalesce((SELECT max(message_id) FROM drawn_pictures WHERE drawing_id = o.id), 0)), o.created_ms, "
        f"{_OWNER} FROM drawings o WHERE o.id = :id AND o.state = 'done' AND o.prompt <> ''"
    )
    found = connection.execute(query, {"id": id}).fetchone()
    if found is None:
        return None
    chat_id, topic_id, prompt, message_id, created_ms, user_id = found
    return Remembered(ConversationKey(chat_id, topic_id), prompt, "", message_id, 0, created_ms, user_id)
