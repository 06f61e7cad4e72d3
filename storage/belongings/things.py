"""What else a person made or chose: assistants, reminders, settings, remembered facts, broadcasts, spending."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.steps import JsonValue
from storage.belongings.kinds import Whose, counted, records

_SCOPES = "(scope = 'user:' || :user OR scope LIKE 'chat:' || :user || ':%')"


@dataclass(frozen=True, slots=True)
class OwnAssistants:
    """`storage.belongings.kinds.Belongings`. The empty row stays: an assistant's number is never used again."""

    name: str = "assistants"
    tables: frozenset[str] = frozenset({"assistants", "borrowed_assistants", "chosen_assistants"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        if whose.thread_id:
            return {}
        return {
            "assistants": counted(
                connection, "assistants WHERE owner_id = :user AND is_deleted = 0", whose.values
            )
        }

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = (
            "SELECT id, name, description, instructions, model, effort, tools, voice, greeting, starters, "
            "created_ms FROM assistants WHERE owner_id = :user AND is_deleted = 0 ORDER BY id"
        )
        for assistant in records(connection, query, {"user": user_id}):
            assistant["starters"] = json.loads(str(assistant["starters"]))
            assistant["tools"] = json.loads(str(assistant["tools"] or "null"))
            yield assistant
        query = (
            "SELECT assistant_id AS borrowed_id, created_ms FROM borrowed_assistants WHERE user_id = :user "
            "ORDER BY assistant_id"
        )
        yield from records(connection, query, {"user": user_id})

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if whose.thread_id:
            return
        own = "(SELECT CAST(id AS TEXT) FROM assistants WHERE owner_id = :user)"
        borrowed = (
            "(SELECT CAST(assistant_id AS TEXT) FROM borrowed_assistants WHERE user_id = :user "
            "AND assistant_id NOT IN (SELECT id FROM assistants WHERE owner_id = :user))"
        )
        for statement in (
            f"UPDATE threads SET assistant = '', chosen_by = 0 WHERE assistant IN {own} "
            f"OR (chosen_by = :user AND assistant IN {borrowed})",
            f"DELETE FROM chosen_assistants WHERE chat_id = :user OR assistant IN {own} "
            f"OR (chosen_by = :user AND assistant IN {borrowed})",
            "UPDATE chosen_assistants SET chosen_by = 0 WHERE chosen_by = :user",
            "DELETE FROM borrowed_assistants WHERE user_id = :user "
            "OR assistant_id IN (SELECT id FROM assistants WHERE owner_id = :user)",
            "UPDATE assistants SET name = '', description = '', instructions = '', model = '', effort = '', "
            "tools = '', voice = '', greeting = '', starters = '[]', picture = '', code = '', is_deleted = 1, "
            "owner_id = 0, created_ms = 0, origin = 'forgotten:' || id WHERE owner_id = :user",
        ):
            connection.execute(statement, whose.values)


@dataclass(frozen=True, slots=True)
class OwnReminders:
    """`storage.belongings.kinds.Belongings`: those that wait, and those that have been said."""

    name: str = "reminders"
    tables: frozenset[str] = frozenset({"reminders", "reminder_steps"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        if whose.thread_id:
            return {}
        return {"reminders": counted(connection, "reminders WHERE user_id = :user", whose.values)}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = (
            "SELECT id, chat_id, topic_id, text, zone, due_ms, state, created_ms FROM reminders "
            "WHERE user_id = :user ORDER BY id"
        )
        yield from records(connection, query, {"user": user_id})

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if whose.thread_id:
            return
        own = "(SELECT id FROM reminders WHERE user_id = :user)"
        connection.execute(f"DELETE FROM reminder_steps WHERE reminder_id IN {own}", whose.values)
        connection.execute("DELETE FROM reminders WHERE user_id = :user", whose.values)


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """`storage.belongings.kinds.Belongings`: the person's, and those of their private chat."""

    name: str = "settings"
    tables: frozenset[str] = frozenset({"preferences"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        if whose.thread_id:
            return {}
        return {
            "settings": counted(connection, f"preferences WHERE {_SCOPES} AND value <> 'null'", whose.values)
        }

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = f"SELECT scope, name, value FROM preferences WHERE {_SCOPES} ORDER BY scope, name"
        for setting in records(connection, query, {"user": user_id}):
            setting["value"] = json.loads(str(setting["value"]))
            yield setting

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if not whose.thread_id:
            connection.execute(f"DELETE FROM preferences WHERE {_SCOPES}", whose.values)


@dataclass(frozen=True, slots=True)
class OwnMemories:
    """`storage.belongings.kinds.Belongings`: what people wanted remembered of themselves."""

    name: str = "memories"
    tables: frozenset[str] = frozenset({"memories"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        if whose.thread_id:
            return {}
        return {"memories": counted(connection, "memories WHERE user_id = :user", whose.values)}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = "SELECT id, text, said_by, told_ms, chat_id FROM memories WHERE user_id = :user ORDER BY id"
        yield from records(connection, query, {"user": user_id})

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if not whose.thread_id:
            connection.execute("DELETE FROM memories WHERE user_id = :user", whose.values)


@dataclass(frozen=True, slots=True)
class OwnBroadcasts:
    """`storage.belongings.kinds.Belongings`: what an admin was about to say, and what reached a person."""

    name: str = "broadcasts"
    tables: frozenset[str] = frozenset({"broadcasts", "broadcast_readers"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        return {}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = "SELECT id, words, state, created_ms FROM broadcasts WHERE admin_id = :user ORDER BY id"
        yield from records(connection, query, {"user": user_id})

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if whose.thread_id:
            return
        connection.execute(
            "UPDATE broadcasts SET words = '', state = 'dropped' WHERE admin_id = :user AND state = 'draft'",
            whose.values,
        )
        connection.execute(
            "DELETE FROM broadcast_readers WHERE chat_id = :user "
            "AND broadcast_id IN (SELECT id FROM broadcasts WHERE state <> 'sending')",
            whose.values,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """`storage.belongings.kinds.Belongings`: amounts stay in the books, which turns they were for do not."""

    name: str = "spending"
    tables: frozenset[str] = frozenset({"ledger"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        return {}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = (
            "SELECT created_ms, purpose, model, state, cost_microdollars, usage, chat_id FROM ledger "
            "WHERE user_id = :user ORDER BY id"
        )
        for entry in records(connection, query, {"user": user_id}):
            entry["usage"] = json.loads(str(entry["usage"]))
            yield entry

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        if not whose.thread_id:
            connection.execute(
                "UPDATE ledger SET turn_id = 0, topic_id = 0, response_id = '', call = 'forgotten:' || id "
                "WHERE user_id = :user AND turn_id <> 0",
                whose.values,
            )
