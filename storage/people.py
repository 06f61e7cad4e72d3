"""People and groups that admins decided about."""

from storage.database import Database


class People:
    """Decisions, read at start and kept in memory: every update asks, and this process alone writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decisions: dict[int, bool] = {}
        self._admins: set[int] = set()
        self._chats: set[int] = set()

    async def load(self) -> "People":
        people = await self._database.read(
            lambda connection: connection.execute("SELECT user_id, is_allowed, is_admin FROM people").fetchall()
        )
        chats = await self._database.read(
            lambda connection: connection.execute("SELECT chat_id FROM allowed_chats").fetchall()
        )
        self._decisions = {user_id: bool(allowed) for user_id, allowed, _ in people if allowed is not None}
        self._admins = {user_id for user_id, _, is_admin in people if is_admin}
        self._chats = {chat_id for (chat_id,) in chats}
        return self

    def is_admin(self, user_id: int) -> bool:
        return user_id in self._admins

    def admin_ids(self) -> frozenset[int]:
        return frozenset(self._admins)

    def decision(self, user_id: int) -> bool | None:
        """Allowed or denied by hand; None if nobody decided."""
        return self._decisions.get(user_id)

    def is_chat_allowed(self, chat_id: int) -> bool:
        return chat_id in self._chats

    def allowed(self) -> list[int]:
        return sorted(user_id for user_id, is_allowed in self._decisions.items() if is_allowed)

    async def decide(self, user_id: int, *, allowed: bool) -> None:
        query = (
            "INSERT INTO people (user_id, is_allowed) VALUES (:user_id, :allowed) "
            "ON CONFLICT (user_id) DO UPDATE SET is_allowed = excluded.is_allowed"
        )
        values = {"user_id": user_id, "allowed": int(allowed)}
        await self._database.write(lambda connection: connection.execute(query, values))
        self._decisions[user_id] = allowed

    async def make_admin(self, user_id: int) -> None:
        query = (
            "INSERT INTO people (user_id, is_admin) VALUES (:user_id, 1) "
            "ON CONFLICT (user_id) DO UPDATE SET is_admin = 1"
        )
        await self._database.write(lambda connection: connection.execute(query, {"user_id": user_id}))
        self._admins.add(user_id)

    async def allow_chat(self, chat_id: int, *, allowed: bool) -> None:
        query = (
            "INSERT INTO allowed_chats (chat_id) VALUES (:chat_id) ON CONFLICT (chat_id) DO NOTHING"
            if allowed
            else "DELETE FROM allowed_chats WHERE chat_id = :chat_id"
        )
        await self._database.write(lambda connection: connection.execute(query, {"chat_id": chat_id}))
        (self._chats.add if allowed else self._chats.discard)(chat_id)

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup with another id: it stays allowed."""
        if old in self._chats:
            await self.allow_chat(new, allowed=True)
            await self.allow_chat(old, allowed=False)
