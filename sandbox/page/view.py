"""What one person sees: people, chats with their topics, and the commands that a chat offers."""

from collections.abc import Iterator
from typing import Any

from sandbox.page.gist import gist
from sandbox.telegram.chats import Chat
from sandbox.telegram.methods_bot import commands_key
from sandbox.telegram.topics import has_topics
from sandbox.telegram.values import Json
from sandbox.telegram.world import World


def everybody(world: World) -> list[Json]:
    return [*world.users.values(), world.bot()]


def chats_of(world: World, user: int) -> list[Json]:
    """The private chat with the bot and the groups this person is in."""
    found = (chat for chat in world.chats.values() if chat.has(user) and chat.migrated_to is None)
    return [_chat(world, chat) for chat in found if not chat.is_private or chat.id == user]


def _chat(world: World, chat: Chat) -> Json:
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": world.bot()["first_name"] if chat.is_private else chat.names["title"],
        "members": [{"id": user_id, "status": chat.statuses[user_id]} for user_id in chat.members()],
        "bot_status": chat.statuses.get(world.bot_id, "left"),
        "last": _last(chat.messages.values()),
        "topics": _topics(chat) if has_topics(world, chat) else None,
    }


def _topics(chat: Chat) -> list[Json]:
    last: dict[int | None, Json] = {topic_of(message): message for message in chat.messages.values()}
    shown: list[Json] = [{"id": None, "name": "General", "last": _shortened(last.get(None))}]
    for topic, looks in chat.topics.items():
        shown.append({"id": topic, **looks, "last": _shortened(last.get(topic))})
    return shown


def topic_of(message: Json) -> int | None:
    """The topic a message stands in; the thread of a reply is none."""
    return message["message_thread_id"] if message.get("is_topic_message") else None


def _last(messages: Any) -> Json | None:
    return _shortened(next(reversed(messages), None))


def _shortened(message: Json | None) -> Json | None:
    if message is None:
        return None
    shown = {"message_id": message["message_id"], "date": message["date"], "from": message["from"]["id"]}
    return shown | {"text": gist(message)}


def commands_in(world: World, chat: Chat, user: int) -> list[Json]:
    """The first list that is set, from the narrowest scope to the widest, the person's language first."""
    language = str(world.users[user].get("language_code", ""))[:2]
    for scope in _scopes(chat, user):
        for code in (language, ""):
            if found := world.commands.get(commands_key(scope, code)):
                return found
    return []


def _scopes(chat: Chat, user: int) -> Iterator[Json]:
    """In the order of core.telegram.org/bots/api#determining-list-of-commands."""
    here: Json = {"chat_id": chat.id}
    if chat.is_private:
        yield here | {"type": "chat"}
        yield {"type": "all_private_chats"}
    else:
        yield here | {"type": "chat_member", "user_id": user}
        if chat.is_admin(user):
            yield here | {"type": "chat_administrators"}
        yield here | {"type": "chat"}
        if chat.is_admin(user):
            yield {"type": "all_chat_administrators"}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}
