"""Everything this Telegram knows, and the questions every method asks of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.telegram.actions import Actions
from sandbox.telegram.changes import Changes
from sandbox.telegram.chats import KICKED, Chat
from sandbox.telegram.drafts import Drafts
from sandbox.telegram.errors import bad, forbidden
from sandbox.telegram.switches import Switches
from sandbox.telegram.updates import Updates
from sandbox.telegram.values import Json

BOT_NAME = "Parley"
BOT_USERNAME = "parley_sandbox_bot"
_FIRST_USER_ID = 700_000_001
_FIRST_GROUP_ID = -4_000_001
_FIRST_SUPERGROUP_ID = -1_001_000_000_001


@dataclass(slots=True)
class Query:
    """A callback query: who tapped, when, and the bot's answer."""

    at: float
    answer: Json | None = None


@dataclass(slots=True)
class File:
    """`kind` as messages name it, or empty; `shown` is what a message shows that carries the file once more."""

    path: str
    content: bytes
    kind: str = ""
    name: str = ""
    shown: Json = field(default_factory=dict[str, object])
    is_lost: bool = False


@dataclass(slots=True)
class World:
    bot_id: int
    clock: Callable[[], float]
    changes: Changes = field(default_factory=Changes)
    switches: Switches = field(default_factory=Switches)
    users: dict[int, Json] = field(default_factory=dict[int, Json])
    chats: dict[int, Chat] = field(default_factory=dict[int, Chat])
    queries: dict[str, Query] = field(default_factory=dict[str, Query])
    files: dict[str, File] = field(default_factory=dict[str, File])
    forbid_voice: set[int] = field(default_factory=set[int])
    profile: dict[str, str] = field(default_factory=dict[str, str])
    commands: dict[str, list[Json]] = field(default_factory=dict[str, "list[Json]"])
    webhook: Json = field(default_factory=dict[str, object])
    votes: dict[str, dict[int, list[int]]] = field(default_factory=dict[str, "dict[int, list[int]]"])
    """Who chose what, by the poll's id."""
    can_restart: bool = False
    updates: Updates = field(init=False)
    drafts: Drafts = field(init=False)
    actions: Actions = field(init=False)

    def __post_init__(self) -> None:
        self.updates = Updates(self.clock, lambda: self.changes.bump("updates"))
        self.drafts = Drafts(self.clock, self.switches, self.changes)
        self.actions = Actions(self.clock, self.changes)

    def bot(self) -> Json:
        """The bot as others see it."""
        name = self.profile.get("name:") or BOT_NAME
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": BOT_USERNAME}

    def me(self) -> Json:
        """The bot as `getMe` shows it."""
        return self.bot() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.switches.privacy,
            "supports_guest_queries": False,
            "supports_inline_queries": False,
            "supports_join_request_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": self.switches.topics_in_private,
            "allows_users_to_create_topics": self.switches.users_create_topics,
            "can_manage_bots": False,
        }

    def person(self, user_id: int) -> Json:
        return self.bot() if user_id == self.bot_id else self.users[user_id]

    def chat_for_bot(self, chat_id: int | str) -> Chat:
        """The chat, if the bot may speak there; otherwise raises what Telegram answers."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None  # nothing here is public
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if not chat.has(self.bot_id):
            raise forbidden(self._why_not(chat))
        return chat

    def _why_not(self, chat: Chat) -> str:
        if chat.is_private:
            return "bot was blocked by the user"
        if chat.statuses.get(self.bot_id) == KICKED:
            return f"bot was kicked from the {chat.kind} chat"
        return f"bot is not a member of the {chat.kind} chat"

    def free_user_id(self) -> int:
        return max(self.users, default=_FIRST_USER_ID - 1) + 1

    def free_group_id(self, *, supergroup: bool) -> int:
        first = _FIRST_SUPERGROUP_ID if supergroup else _FIRST_GROUP_ID
        taken = [
            chat_id for chat_id in self.chats if (chat_id < -1_000_000_000_000) == supergroup and chat_id < 0
        ]
        return min(taken, default=first + 1) - 1

    def changed(self, chat: Chat) -> None:
        """Wakes those who watch this chat."""
        self.changes.bump(("chat", chat.id))


def now() -> int:
    """The date of a message."""
    return int(time.time())
