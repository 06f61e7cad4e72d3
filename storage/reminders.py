"""Reminders: those that wait for their time, and how far the delivery of one got."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from domain.reminder import Reminder
from domain.steps import Json, Steps
from domain.turn import ChatKind, ConversationKey, Person
from storage.database import Database, now_ms

_COLUMNS = "id, user_id, name, language, chat_id, topic_id, chat_kind, text, zone, due_ms"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ReminderSteps:
    """`domain.steps.Steps` of one reminder."""

    def __init__(self, database: Database, reminder_id: int) -> None:
        self._database = database
        self._id = reminder_id

    async def result(self, step: str) -> Json | None:
        query = "SELECT result FROM reminder_steps WHERE reminder_id = :id AND step = :step"
        values = {"id": self._id, "step": step}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return json.loads(found[0]) if found else None

    async def record(self, step: str, result: Json) -> None:
        query = (
            "INSERT INTO reminder_steps (reminder_id, step, result) VALUES (:id, :step, :result) "
            "ON CONFLICT (reminder_id, step) DO UPDATE SET result = excluded.result"
        )
        values = {"id": self._id, "step": step, "result": json.dumps(result, ensure_ascii=False)}
        await self._database.write(lambda connection: connection.execute(query, values))


class Reminders:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, reminder: Reminder, *, origin: str, most: int) -> Reminder | None:
        """Takes it into the books; what that origin asked for already is not taken twice.

        None if the person has `most` waiting ones.
        """
        values = {
            "origin": origin,
            "user_id": reminder.person.user_id,
            "name": reminder.person.name,
            "language": reminder.person.language,
            "chat_id": reminder.key.chat_id,
            "topic_id": reminder.key.topic_id,
            "chat_kind": reminder.chat_kind.value,
            "text": reminder.text,
            "zone": reminder.zone,
            "due_ms": _milliseconds(reminder.due),
            "now": now_ms(),
            "most": most,
        }
        query = (
            "INSERT INTO reminders (origin, user_id, name, language, chat_id, topic_id, chat_kind, text, zone, "
            "due_ms, created_ms) SELECT :origin, :user_id, :name, :language, :chat_id, :topic_id, :chat_kind, "
            ":text, :zone, :due_ms, :now WHERE (SELECT count(*) FROM reminders WHERE user_id = :user_id "
            "AND state = 'waiting') < :most ON CONFLICT (origin) DO NOTHING"
        )

        def work(connection: sqlite3.Connection) -> Sequence[Reminder]:
            connection.execute(query, values)
            return _read(connection, f"SELECT {_COLUMNS} FROM reminders WHERE origin = :origin", values)

        return next(iter(await self._database.write(work)), None)

    async def waiting(self, user_id: int, *, within: ConversationKey | None = None) -> Sequence[Reminder]:
        """Those of a person, the next one first; `within`: only those of that chat."""
        query = f"SELECT {_COLUMNS} FROM reminders WHERE user_id = :user_id AND state = 'waiting'"
        values: dict[str, object] = {"user_id": user_id}
        if within is not None:
            query += " AND chat_id = :chat_id"
            values["chat_id"] = within.chat_id
        query += " ORDER BY due_ms, id"
        return await self._database.read(lambda connection: _read(connection, query, values))

    async def due(self, until: datetime) -> Sequence[Reminder]:
        """What waits to be said by then, the oldest first."""
        query = (
            f"SELECT {_COLUMNS} FROM reminders WHERE state = 'waiting' AND due_ms <= :until ORDER BY due_ms, id"
        )
        values = {"until": _milliseconds(until)}
        return await self._database.read(lambda connection: _read(connection, query, values))

    async def next_due(self) -> datetime | None:
        """When there will be something to say."""
        query = "SELECT min(due_ms) FROM reminders WHERE state = 'waiting'"
        (found,) = await self._database.read(lambda connection: connection.execute(query).fetchone())
        return _time(found) if found is not None else None

    async def close(self, reminder_id: int, state: Literal["sent", "cancelled", "gone"]) -> bool:
        """It waits no longer; False if it did not."""
        query = "UPDATE reminders SET state = :state WHERE id = :id AND state = 'waiting'"
        values = {"id": reminder_id, "state": state}

        def work(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM reminder_steps WHERE reminder_id = :id", values)
            return connection.execute(query, values).rowcount == 1

        return await self._database.write(work)

    def steps(self, reminder_id: int) -> Steps:
        return ReminderSteps(self._database, reminder_id)

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: what was to be said there is said in the new one."""
        query = "UPDATE reminders SET chat_id = :new WHERE chat_id = :old"
        await self._database.write(lambda connection: connection.execute(query, {"old": old, "new": new}))


def _read(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> list[Reminder]:
    return [_reminder(*fields) for fields in connection.execute(query, values)]


def _reminder(
    reminder_id: int,
    user_id: int,
    name: str,
    language: str,
    chat_id: int,
    topic_id: int,
    chat_kind: str,
    text: str,
    zone: str,
    due_ms: int,
) -> Reminder:
    return Reminder(
        Person(user_id, name, language),
        ConversationKey(chat_id, topic_id),
        ChatKind(chat_kind),
        text,
        _time(due_ms),
        zone,
        reminder_id,
    )


def _milliseconds(time: datetime) -> int:
    return (time - _BEGINNING) // timedelta(milliseconds=1)


def _time(milliseconds: int) -> datetime:
    return _BEGINNING + timedelta(milliseconds=milliseconds)
