"""Messages: how one comes to be, is placed in its topic, answers another, changes, and goes."""

from sandbox.telegram.chats import SUPERGROUP, Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.text import cleaned, utf16_length
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now

MOST_QUOTED = 1024


def add(
    world: World,
    chat: Chat,
    sender: Json,
    content: Json,
    *,
    topic: int | None = None,
    reply_to: int | None = None,
    quote: str | None = None,
) -> Json:
    """A new message in its chat. The bot's own end the draft that stood in their place."""
    message: Json = {
        "message_id": chat.next_message_id,
        "from": sender,
        "chat": chat.as_json(),
        "date": now(),
        **_place(chat, topic, reply_to),
        **_answered(chat, topic, reply_to, quote),
        **content,
    }
    chat.messages[chat.next_message_id] = message
    chat.next_message_id += 1
    if sender["id"] == world.bot_id:
        world.drafts.end((chat.id, topic))
        world.actions.end((chat.id, topic))
    world.changed(chat)
    return message


def _place(chat: Chat, topic: int | None, reply_to: int | None) -> Json:
    """Topic, or in a supergroup without topics the thread of replies: a number too, that is no topic."""
    if topic is not None:
        return {"message_thread_id": topic, "is_topic_message": True}
    replied = chat.messages.get(reply_to) if reply_to is not None else None
    if replied is not None and chat.kind == SUPERGROUP and not chat.is_forum:
        return {"message_thread_id": replied.get("message_thread_id", replied["message_id"])}
    return {}


def _answered(chat: Chat, topic: int | None, reply_to: int | None, quote: str | None) -> Json:
    """In a forum's topic, what answers nothing else answers the message that opened the topic."""
    if reply_to is None and topic is not None and chat.kind == SUPERGROUP:
        reply_to = topic
    replied = chat.messages.get(reply_to) if reply_to is not None else None
    if replied is None:
        return {}
    outer = {name: value for name, value in replied.items() if name not in {"reply_to_message", "quote"}}
    answered: Json = {"reply_to_message": outer}
    if quote is not None:
        answered["quote"] = quoted(replied, quote)
    return answered


def quoted(replied: Json, quote: str) -> Json:
    """A `TextQuote`: it must be in the message word for word."""
    text = str(replied.get("text") or replied.get("caption") or "")
    wanted = cleaned(quote, [])[0]
    at = text.find(wanted)
    if not wanted or len(wanted) > MOST_QUOTED or at < 0:
        raise bad("QUOTE_TEXT_INVALID")
    return {"text": wanted, "position": utf16_length(text[:at]), "is_manual": True}


def change(world: World, chat: Chat, message: Json, content: Json, *, dropped: tuple[str, ...] = ()) -> Json:
    """The message with another content. The old object stays as it was: updates already hold it."""
    kept = {name: value for name, value in message.items() if name not in dropped}
    changed = kept | {"edit_date": now()} | content
    chat.messages[message["message_id"]] = changed
    world.changed(chat)
    return changed


def remove(world: World, chat: Chat, message_id: int) -> None:
    del chat.messages[message_id]
    chat.keyboards = [one for one in chat.keyboards if one["message_id"] != message_id]  # it goes with it
    world.changed(chat)


def seen(chat: Chat, topic: int | None) -> list[Json]:
    """What stands in the chat, or in one topic of it, in order."""
    everything = sorted(chat.messages.values(), key=lambda one: one["message_id"])
    if topic is None:
        return everything
    return [one for one in everything if one.get("message_thread_id") == topic or one["message_id"] == topic]
