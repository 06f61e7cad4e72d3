"""Assistants that people made: whose they are, who else may use them, and where they were chosen."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from domain.assistant import Assistant
from domain.turn import ConversationKey
from storage.database import Database, now_ms

_FIELDS = (
    "name",
    "description",
    "instructions",
    "model",
    "effort",
    "tools",
    "voice",
    "greeting",
    "starters",
    "picture",
)
_COLUMNS = ", ".join(("id", "owner_id", "code", *_FIELDS))


class Assistants:
    """Their ids are digits here, and are never used again; those that come with the bot are not stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, assistant: Assistant, *, origin: str) -> Assistant:
        """A new one of its owner; `origin` is the same when this is done again after a crash, and so is it."""
        names, places = ", ".join(_FIELDS), ", ".join(f":{name}" for name in _FIELDS)
        query = (
            f"INSERT INTO assistants (owner_id, origin, created_ms, {names}) "
            f"VALUES (:owner_id, :origin, :now, {places}) "
            f"ON CONFLICT (origin) DO UPDATE SET origin = excluded.origin RETURNING {_COLUMNS}"
        )
        values = {**_values(assistant), "owner_id": assistant.owner_id, "origin": origin, "now": now_ms()}
        return await self._database.write(
            lambda connection: _assistant(*connection.execute(query, values).fetchone())
        )

    async def find(self, assistant_id: str) -> Assistant | None:
        return await self._found("id = :id", {"id": _number(assistant_id)})

    async def by_code(self, code: str) -> Assistant | None:
        """The one that is shared under this code."""
        return await self._found("code = :code AND code <> ''", {"code": code})

    async def of_owner(self, user_id: int) -> Sequence[Assistant]:
        return await self._list("owner_id = :user_id", {"user_id": user_id})

    async def borrowed(self, user_id: int) -> Sequence[Assistant]:
        """Those of others that the person may use."""
        condition = (
            "code <> '' AND owner_id <> :user_id AND id IN "
            "(SELECT assistant_id FROM borrowed_assistants WHERE user_id = :user_id)"
        )
        return await self._list(condition, {"user_id": user_id})

    async def borrow(self, assistant_id: str, user_id: int) -> None:
        query = (
            "INSERT INTO borrowed_assistants (assistant_id, user_id, created_ms) VALUES (:id, :user_id, :now) "
            "ON CONFLICT (user_id, assistant_id) DO NOTHING"
        )
        values = {"id": _number(assistant_id), "user_id": user_id, "now": now_ms()}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def give_back(self, assistant_id: str, user_id: int) -> None:
        """The person does not want it any more; what they chose it for has the general one."""
        values = {"id": _number(assistant_id), "user_id": user_id}

        def work(connection: sqlite3.Connection) -> None:
            query = "DELETE FROM borrowed_assistants WHERE assistant_id = :id AND user_id = :user_id"
            connection.execute(query, values)
            _let_go(connection, assistant_id, "chosen_by = :user_id", values)

        await self._database.write(work)

    async def update(self, assistant: Assistant) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in _FIELDS)
        query = f"UPDATE assistants SET {changes} WHERE id = :id AND is_deleted = 0"
        values = {**_values(assistant), "id": _number(assistant.id)}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def share(self, assistant_id: str, code: str) -> None:
        """From now on, whoever has the code may use it."""
        query = "UPDATE assistants SET code = :code WHERE id = :id AND code = '' AND is_deleted = 0"
        values = {"id": _number(assistant_id), "code": code}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def withdraw(self, assistant_id: str, owner_id: int) -> None:
        """Its link is dead, and everybody else's threads go on with the general one."""
        values = {"id": _number(assistant_id), "user_id": owner_id}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE assistants SET code = '' WHERE id = :id", values)
            connection.execute("DELETE FROM borrowed_assistants WHERE assistant_id = :id", values)
            _let_go(connection, assistant_id, "chosen_by <> :user_id", values)

        await self._database.write(work)

    async def delete(self, assistant_id: str) -> None:
        """Nothing is left of what it was; all its threads go on with the general one."""
        empty = ", ".join(f"{name} = ''" for name in _FIELDS if name != "starters")
        values = {"id": _number(assistant_id)}

        def work(connection: sqlite3.Connection) -> None:
            query = f"UPDATE assistants SET {empty}, starters = '[]', code = '', is_deleted = 1 WHERE id = :id"
            connection.execute(query, values)
            connection.execute("DELETE FROM borrowed_assistants WHERE assistant_id = :id", values)
            _let_go(connection, assistant_id, "0 = 0", values)

        await self._database.write(work)

    async def choose(self, key: ConversationKey, assistant_id: str, *, by: int) -> None:
        """New threads of the topic, or of the chat where a topic has no choice of its own, begin with it."""
        query = (
            "INSERT INTO chosen_assistants (chat_id, topic_id, assistant, chosen_by) "
            "VALUES (:chat_id, :topic_id, :assistant, :by) ON CONFLICT (chat_id, topic_id) "
            "DO UPDATE SET assistant = excluded.assistant, chosen_by = excluded.chosen_by"
        )
        values = {"chat_id": key.chat_id, "topic_id": key.topic_id, "assistant": assistant_id, "by": by}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def chosen(self, key: ConversationKey) -> str:
        """What a new thread there begins with."""
        query = (
            "SELECT assistant FROM chosen_assistants WHERE chat_id = :chat_id AND topic_id IN (:topic_id, 0) "
            "ORDER BY topic_id = :topic_id DESC LIMIT 1"
        )
        values = {"chat_id": key.chat_id, "topic_id": key.topic_id}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return str(found[0]) if found else ""

    async def move_chat(self, old: int, new: int) -> None:
        """A group has a new id: its choices follow, where what was chosen there already stays."""
        values = {"old": old, "new": new}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO chosen_assistants (chat_id, topic_id, assistant, chosen_by) "
                "SELECT :new, topic_id, assistant, chosen_by FROM chosen_assistants WHERE chat_id = :old "
                "ON CONFLICT (chat_id, topic_id) DO NOTHING",
                values,
            )
            connection.execute("DELETE FROM chosen_assistants WHERE chat_id = :old", values)

        await self._database.write(work)

    async def _found(self, condition: str, values: Mapping[str, object]) -> Assistant | None:
        found = await self._list(condition, values)
        return found[0] if found else None

    async def _list(self, condition: str, values: Mapping[str, object]) -> Sequence[Assistant]:
        query = f"SELECT {_COLUMNS} FROM assistants WHERE {condition} AND is_deleted = 0 ORDER BY id"
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return [_assistant(*fields) for fields in found]


def _let_go(
    connection: sqlite3.Connection, assistant_id: str, where: str, values: Mapping[str, object]
) -> None:
    named = {**values, "assistant": assistant_id}
    connection.execute(
        f"UPDATE threads SET assistant = '', chosen_by = 0 WHERE assistant = :assistant AND {where}", named
    )
    connection.execute(f"DELETE FROM chosen_assistants WHERE assistant = :assistant AND {where}", named)


def _number(assistant_id: str) -> int:
    """0, which nobody is, for those that come with the bot."""
    return int(assistant_id) if assistant_id.isdecimal() and len(assistant_id) < 19 else 0


def _values(assistant: Assistant) -> Mapping[str, object]:
    fields = {name: getattr(assistant, name) for name in _FIELDS}
    tools = "" if assistant.tools is None else json.dumps(sorted(assistant.tools))
    return {**fields, "tools": tools, "starters": json.dumps(assistant.starters, ensure_ascii=False)}


def _assistant(id: int, owner_id: int, code: str, *fields: str) -> Assistant:
    read: dict[str, Callable[[str], object]] = {"tools": _tools, "starters": _starters}
    given = {name: read.get(name, str)(value) for name, value in zip(_FIELDS, fields, strict=True)}
    return Assistant(id=str(id), owner_id=owner_id, code=code, **given)  # pyright: ignore[reportArgumentType]  # by name


def _tools(text: str) -> frozenset[str] | None:
    return frozenset(json.loads(text)) if text else None


def _starters(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
