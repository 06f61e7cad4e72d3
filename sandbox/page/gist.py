"""A message in one line, as chat lists show it."""

from typing import Any

from sandbox.telegram.values import Json, as_list, as_object

_MOST_CHARACTERS = 90
_MEDIA = {
    "photo": "🖼 Photo",
    "video": "🎬 Video",
    "animation": "🎞 GIF",
    "voice": "🎤 Voice message",
    "audio": "🎵 Audio",
    "video_note": "📹 Video message",
    "document": "📎 File",
    "sticker": "Sticker",
    "location": "📍 Location",
    "venue": "📍 Venue",
    "contact": "👤 Contact",
    "poll": "📊 Poll",
    "dice": "🎲 Dice",
}
_SERVICE = {
    "forum_topic_created": "Topic created",
    "forum_topic_edited": "Topic renamed",
    "new_chat_members": "joined the group",
    "left_chat_member": "left the group",
    "migrate_to_chat_id": "Group became a supergroup",
    "migrate_from_chat_id": "Group became a supergroup",
    "pinned_message": "pinned a message",
}
_TEXT_PARTS = ("text", "summary", "expression", "blocks", "items", "cells", "alternative_text")


def gist(message: Json) -> str:
    words = message.get("text") or message.get("caption") or _first_words(message.get("rich_message"))
    media = _media(message)
    service = next((name for kind, name in _SERVICE.items() if kind in message), "")
    return " ".join(f"{media} {words or service}".split())[:_MOST_CHARACTERS]


def _media(message: Json) -> str:
    name = next((name for kind, name in _MEDIA.items() if kind in message), "")
    if "sticker" in message:
        return f"{message['sticker'].get('emoji', '')} {name}"
    return f"📊 {message['poll']['question']}" if "poll" in message else name


def _first_words(value: Any) -> str:
    """The text of a rich message from its beginning; no more of it than is shown."""
    if isinstance(value, str):
        return value
    block = as_object(value)
    parts = (as_list(value) or []) if block is None else [block[name] for name in _TEXT_PARTS if name in block]
    words = ""
    for part in parts:
        if len(words) >= _MOST_CHARACTERS:
            break
        words += _first_words(part) + (" " if isinstance(part, dict) else "")
    return words
