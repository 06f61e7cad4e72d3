"""Entities that the server finds by itself in any text: commands, mentions, links, hashtags, addresses."""

import re

from sandbox.telegram.values import Json, utf16_length

_FOUND = {
    "url": re.compile(r"(?<![\w@])(?:https?://|www\.|t\.me/)[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}]", re.IGNORECASE),
    "email": re.compile(r"(?<![\w.])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE),
    "bot_command": re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])", re.ASCII),
    "mention": re.compile(r"(?<!\w)@[a-zA-Z][a-zA-Z0-9_]{2,31}\b", re.ASCII),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}\b"),
}
_SIGNS = "@/#:w.W"  # texts without any of these hold nothing to find
_CLOSED = {"code", "pre", "text_link", "text_mention", "url", "email", "bot_command", "mention", "hashtag"}


def with_detected(text: str, entities: list[Json]) -> list[Json]:
    """The given entities and those found outside of code and links, in the server's order."""
    if not any(sign in text for sign in _SIGNS):
        return entities
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in _CLOSED]
    found = list(entities)
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if all(end <= low or high <= start for low, high in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=lambda one: (one["offset"], -one["length"]))
