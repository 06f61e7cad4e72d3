"""What people do in a chat, and what the bot hears of it."""

import secrets
from typing import Any

from sandbox.telegram import messages, reply_keyboards, topics
from sandbox.telegram.chats import MEMBER, PRIVATE, Chat
from sandbox.telegram.detection import with_detected
from sandbox.telegram.errors import bad
from sandbox.telegram.keyboards import has_data
from sandbox.telegram.media import MEDIA
from sandbox.telegram.values import Json
from sandbox.telegram.world import BOT_USERNAME, Query, World, now

_NOT_CONTENT = {"media_group_id", "entities", "via_bot", "has_protected_content", "effect_id"}
_NOT_FORWARDED = {
    "message_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "message_thread_id",
    "is_topic_message",
    "reply_to_message",
    "quote",
    "reply_markup",
    "forward_origin",
    "media_group_id",
}
_OF_CAPTIONS = {"text": "caption", "entities": "caption_entities"}
_WORDS = ("text", "entities", "caption", "caption_entities")
_SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "group_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
}


def add_user(world: World, names: Json, user_id: int | None) -> int:
    """A person who has the chat with the bot open."""
    user_id = world.free_user_id() if user_id is None else user_id
    if user_id in world.users or user_id == world.bot_id:
        raise bad(f"user {user_id} exists already")
    given = {name: value for name, value in names.items() if value not in (None, False)}
    world.users[user_id] = {"id": user_id, "is_bot": False, **given}
    shown = {name: given[name] for name in ("first_name", "last_name", "username") if name in given}
    inside = {user_id: MEMBER, world.bot_id: MEMBER}
    world.chats[user_id] = Chat(user_id, PRIVATE, shown, statuses=inside)
    world.changed(world.chats[user_id])
    return user_id


def chat_of(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(chat_id)
    if chat is None:
        raise bad(f"there is no chat {chat_id}")
    return chat


def actor(world: World, chat: Chat, user: int | None) -> Json:
    """Who acts: in a private chat its person, in a group the first one who was put there."""
    if user is None:
        user = next((one for one in chat.members() if one != world.bot_id), None)
    if user is None or not chat.has(user) or user not in world.users:
        raise bad(f"user {user} is not in chat {chat.id}")
    return world.users[user]


def say(world: World, chat: Chat, sender: Json, text: str, wanted: Json) -> int:
    """Posts a message as a person; the bot gets an update of it if it may see it."""
    topic = topics.existing(world, chat, wanted.get("topic"))
    reply_to = wanted.get("reply_to")
    if reply_to is not None and reply_to not in chat.messages:
        raise bad("message to be replied not found")
    content = _content(text, wanted) | _forwarded(world, wanted.get("forward_from"))
    message = messages.add(
        world, chat, sender, content, topic=topic, reply_to=reply_to, quote=wanted.get("quote")
    )
    reply_keyboards.note_said(chat, message)
    tell(world, chat, "message", message)
    return message["message_id"]


def _content(text: str, wanted: Json) -> Json:
    content: Json = dict(wanted.get("fields") or {})
    if text:
        content |= _worded(text, wanted.get("entities"))
    if caption := wanted.get("caption"):
        content |= _captioned(caption, wanted.get("caption_entities"))
    elif "caption" in content:
        content = _captioned(content["caption"]) | content
    if not content.keys() - _NOT_CONTENT:
        raise bad("message text is empty")
    return content


def _worded(text: str, entities: list[Json] | None) -> Json:
    found = with_detected(text, entities or [])
    return {"text": text, "entities": found} if found else {"text": text}


def _captioned(text: str, entities: list[Json] | None = None) -> Json:
    words = _worded(text, entities) if text else {}
    return {_OF_CAPTIONS[name]: value for name, value in words.items()}


def _forwarded(world: World, origin: Any) -> Json:
    """A user's id, or the name of somebody who hides it."""
    if origin is None:
        return {}
    if isinstance(origin, str):
        return {"forward_origin": {"type": "hidden_user", "sender_user_name": origin, "date": now()}}
    sender = world.person(origin)
    return {"forward_origin": {"type": "user", "sender_user": sender, "date": now()}}


def forward(world: World, source: Chat, message_id: int, chat: Chat, sender: Json, wanted: Json) -> int:
    """Posts what stands elsewhere once more, with its origin; what has the same `album` is one there."""
    original = source.messages.get(message_id)
    content = {name: value for name, value in (original or {}).items() if name not in _NOT_FORWARDED}
    if original is None or not content or content.keys() & _SERVICE:
        raise bad(f"message {message_id} can't be forwarded")
    origin = {"type": "user", "sender_user": original["from"], "date": original["date"]}
    content["forward_origin"] = original.get("forward_origin", origin)
    if wanted.get("album") is not None:
        content["media_group_id"] = str(wanted["album"])
    place = topics.existing(world, chat, wanted.get("topic"))
    message = messages.add(world, chat, sender, content, topic=place)
    tell(world, chat, "message", message)
    return message["message_id"]


def edit(
    world: World,
    chat: Chat,
    sender: Json,
    message_id: int,
    text: str,
    entities: list[Json] | None = None,
) -> None:
    """Other words; with media, those under it."""
    message = chat.messages.get(message_id)
    if message is None or message["from"]["id"] != sender["id"]:
        raise bad(f"there is no message {message_id} of this person")
    content = _captioned(text, entities) if _has_caption(message) else _worded(text, entities)
    changed = messages.change(world, chat, message, content, dropped=_WORDS)
    tell(world, chat, "edited_message", changed)


def _has_caption(message: Json) -> bool:
    return "caption" in message or any(kind in message for kind in MEDIA)


def tap(world: World, chat: Chat, person: Json, message_id: int, data: str) -> str:
    """Presses a button that is there."""
    message = chat.messages.get(message_id)
    if message is None or not has_data(message, data):
        raise bad(f"message {message_id} has no button with this data")
    query_id = str(secrets.randbits(62))
    world.queries[query_id] = Query(world.clock())
    query = {
        "id": query_id,
        "from": person,
        "message": message,
        "chat_instance": str(abs(chat.id) * 7919),
        "data": data,
    }
    world.updates.push("callback_query", query, f"user {person['id']}")
    return query_id


def react(world: World, chat: Chat, person: Json, message_id: int, emoji: str | None) -> None:
    """Sets a person's one reaction, or takes it back; in groups only a bot that is an admin hears of it."""
    if message_id not in chat.messages:
        raise bad("message to react not found")
    before = chat.people_reactions.get(message_id, [])
    others = [one for one in before if one["user"] != person["id"]]
    own = [] if emoji is None else [{"user": person["id"], "emoji": emoji}]
    chat.people_reactions[message_id] = others + own
    world.changed(chat)
    if chat.is_private or chat.is_admin(world.bot_id):
        old = [one for one in before if one["user"] == person["id"]]
        change = {"chat": chat.as_json(), "message_id": message_id, "user": person, "date": now()}
        change |= {"old_reaction": _reaction_types(old), "new_reaction": _reaction_types(own)}
        world.updates.push("message_reaction", change, f"chat {chat.id}")


def _reaction_types(reactions: list[Json]) -> list[Json]:
    return [{"type": "emoji", "emoji": one["emoji"]} for one in reactions]


def stop_draft(world: World, chat: Chat, topic: int | None) -> None:
    """Presses Stop under the draft. Its number comes as a string, as clients were seen to send it."""
    draft = world.drafts.live((chat.id, topic))
    if draft is None or not draft.can_stop:
        raise bad("there is no draft that can be stopped")
    world.drafts.stop((chat.id, topic), draft)
    where: Json = {} if topic is None else {"message_thread_id": topic}
    stopped = {"chat": chat.as_json(), "draft_id": str(draft.draft_id), **where}
    world.updates.push("stopped_message_generation", stopped, f"chat {chat.id}")


def tell(world: World, chat: Chat, kind: str, message: Json) -> None:
    """The update, if the bot is in the chat and may see the message."""
    if chat.has(world.bot_id) and (chat.is_private or _is_visible(world, chat, message)):
        world.updates.push(kind, message, f"chat {chat.id}")


def _is_visible(world: World, chat: Chat, message: Json) -> bool:
    """Privacy mode: commands, replies to the bot, mentions, service messages; an admin bot sees all."""
    if not world.switches.privacy or chat.is_admin(world.bot_id) or message.keys() & _SERVICE:
        return True
    return _answers_bot(world, message) or _addresses_bot(message)


def _answers_bot(world: World, message: Json) -> bool:
    """A reply to the bot; what only points at the message that opened its topic is none."""
    replied: Json = message.get("reply_to_message") or {}
    opened_topic = "is_topic_message" in message and replied.get("message_id") == message["message_thread_id"]
    senders = [message.get("via_bot"), None if opened_topic else replied.get("from")]
    return any(sender is not None and sender["id"] == world.bot_id for sender in senders)


def _addresses_bot(message: Json) -> bool:
    text = str(message.get("text") or message.get("caption") or "")
    units = text.encode("utf-16-le")
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    for entity in entities:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        words = units[start:end].decode("utf-16-le", "replace").lower()
        at = words.partition("@")[2]
        if entity["type"] in {"mention", "bot_command"} and at == BOT_USERNAME:
            return True
        if entity["type"] == "bot_command" and start == 0 and not at:
            return True
    return False
