"""Preferences: small named values of a person, a conversation, or the bot itself."""

import json
from dataclasses import dataclass

from domain.steps import JsonValue
from domain.turn import ConversationKey
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose preference it is."""

    name: str

    @classmethod
    def user(cls, user_id: int) -> "Scope":
        return cls(f"user:{user_id}")

    @classmethod
    def conversation(cls, key: ConversationKey) -> "Scope":
        return cls(f"chat:{key.chat_id}:{key.topic_id}")

    @classmethod
    def bot(cls) -> "Scope":
        return cls("bot")


class Preferences:
    """Read at start and kept in memory: every answer asks for several, and this process alone writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[tuple[str, str], JsonValue] = {}

    async def load(self) -> "Preferences":
        found = await self._database.read(
            lambda connection: connection.execute("SELECT scope, name, value FROM preferences").fetchall()
        )
        self._values = {(scope, name): json.loads(value) for scope, name, value in found}
        return self

    def get(self, scope: Scope, name: str) -> JsonValue:
        """The value, or None if it was never set."""
        return self._values.get((scope.name, name))

    def values(self, name: str) -> list[JsonValue]:
        """That preference of everybody who set it."""
        return [value for (_, known), value in self._values.items() if known == name]

    async def set(self, scope: Scope, name: str, value: JsonValue) -> None:
        query = (
            "INSERT INTO preferences (scope, name, value) VALUES (:scope, :name, :value) "
            "ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value"
        )
        values = {"scope": scope.name, "name": name, "value": json.dumps(value)}
        await self._database.write(lambda connection: connection.execute(query, values))
        self._values[scope.name, name] = value

    async def replace(self, name: str, old: JsonValue, new: JsonValue) -> int:
        """Gives everybody who has that value another one; returns how many they are."""
        scopes = [scope for (scope, known), value in self._values.items() if known == name and value == old]
        for scope in scopes:
            await self.set(Scope(scope), name, new)
        return len(scopes)

    def drop_cached(self, user_id: int) -> None:
        """Their rows are gone, and those of their private chat: what we know of them by heart goes, too."""
        own = f"user:{user_id}", f"chat:{user_id}:"
        gone = [key for key in self._values if key[0] == own[0] or key[0].startswith(own[1])]
        for key in gone:
            del self._values[key]

    async def move_chat(self, old: int, new: int) -> None:
        """A group's preferences follow it to its new id, where what was chosen there already stays."""
        prefix = f"chat:{old}:"
        moves = {
            (scope, name): f"chat:{new}:{scope.removeprefix(prefix)}"
            for scope, name in self._values
            if scope.startswith(prefix)
        }
        query = "UPDATE OR IGNORE preferences SET scope = ? WHERE scope = ? AND name = ?"
        rows = [(to, scope, name) for (scope, name), to in moves.items()]
        await self._database.write(lambda connection: connection.executemany(query, rows))
        for (scope, name), to in moves.items():
            value = self._values.pop((scope, name), None)  # None: two who heard of it moved it at once
            if value is not None:
                self._values.setdefault((to, name), value)
