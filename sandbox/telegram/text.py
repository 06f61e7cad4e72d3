"""The text of a message as the server takes it: cleaned, trimmed, within its limits, with sound entities."""

import re
import unicodedata
from itertools import pairwise
from typing import Any

from sandbox.telegram.detection import with_detected
from sandbox.telegram.errors import bad
from sandbox.telegram.values import Json, utf16_length

MOST_CHARACTERS = 4096
MOST_CAPTION_CHARACTERS = 1024
MOST_ENTITIES = 100
# Control characters become spaces, the tab too; these vanish: TDLib, td/telegram/misc.cpp, clean_input_string.
_VANISHING = {"\r", *map(chr, range(0x2028, 0x202F)), "\u0333", "\u033f", "\u030a"}
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a]")
_TRIMMED = " \n"  # the server's idea of white space; others stay
_CODE = {"code", "pre"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_NEEDED = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
_URL_SCHEMES = ("http://", "https://", "tg://", "mailto:", "tel:", "ton://")


def styled(params: Json, *, may_be_empty: bool = False, most: int = MOST_CHARACTERS) -> Json:
    """`text` and `entities` of a message from the parameters of a call."""
    if params.get("parse_mode"):
        raise bad("this sandbox reads entities, not parse_mode")
    text, entities = cleaned(params.get("text", ""), params.get("entities") or [])
    if not is_visible(text):
        if not may_be_empty:
            raise bad("message text is empty")
        return {"text": ""}
    if len(text) > most:
        raise bad("message is too long")
    entities = with_detected(text, entities)
    return {"text": text, "entities": entities} if entities else {"text": text}


def captioned(params: Json) -> Json:
    """`caption` and `caption_entities` of a message; nothing for a caption that shows nothing."""
    if params.get("parse_mode"):
        raise bad("this sandbox reads entities, not parse_mode")
    text, entities = cleaned(params.get("caption", ""), params.get("caption_entities") or [])
    if not is_visible(text):
        return {}
    if len(text) > MOST_CAPTION_CHARACTERS:
        raise bad("message caption is too long")
    entities = with_detected(text, entities)
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def is_visible(text: str) -> bool:
    """False for nothing but spaces, zero-width and other characters that show nothing."""
    return any(
        not (character.isspace() or unicodedata.category(character) in {"Cf", "Cc"} or character == "\u2800")
        for character in text
    )


def cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without control characters and without white space around it, and its entities moved along."""
    _check(text, entities)
    kept = clean_text(text)
    core = kept.strip(_TRIMMED)
    if core == text:
        return core, [*entities[:MOST_ENTITIES]]
    moved = _positions(text, skipped=len(kept) - len(kept.lstrip(_TRIMMED)), length=utf16_length(core))
    shifted = [_moved(one, moved) for one in entities[:MOST_ENTITIES]]
    return core, [one for one in shifted if one["length"] > 0]


def clean_text(text: str) -> str:
    if _UNCLEAN.search(text) is None:
        return text
    return "".join(_shown(character) for character in text if character not in _VANISHING)


def _shown(character: str) -> str:
    return " " if character < " " and character != "\n" else character


def _positions(text: str, *, skipped: int, length: int) -> list[int]:
    """For every UTF-16 offset of the original text, where it is in the trimmed one."""
    positions: list[int] = []
    at = -skipped  # what is trimmed in front is white space: one unit each
    for character in text:
        units = utf16_length(character)
        gone = character in _VANISHING
        positions += [at if gone else at + unit for unit in range(units)]
        at += 0 if gone else units
    return [min(max(position, 0), length) for position in [*positions, at]]


def _moved(entity: Json, positions: list[int]) -> Json:
    offset: int = entity["offset"]
    length: int = entity["length"]
    start, end = positions[offset], positions[offset + length]
    return entity | {"offset": start, "length": end - start}


def _check(text: str, entities: list[Json]) -> None:
    if not entities:
        return
    borders = _borders(text)
    end = max(borders)
    for entity in entities:
        _check_one(entity, borders, end)
    _check_nesting(sorted(entities, key=_outermost_first))


def _outermost_first(entity: Json) -> tuple[int, int, bool, str]:
    return entity["offset"], -entity["length"], entity["type"] not in _QUOTES, entity["type"]


def _borders(text: str) -> set[int]:
    """UTF-16 offsets that do not lie inside a character."""
    borders, at = {0}, 0
    for character in text:
        at += 2 if character > "\uffff" else 1
        borders.add(at)
    return borders


def _check_one(entity: Json, borders: set[int], end: int) -> None:
    offset, length = entity["offset"], entity["length"]
    if offset < 0:
        raise bad(f"receive an entity with incorrect offset {offset}")
    if length <= 0:
        raise bad(f"receive an entity with incorrect length {length}")
    for place, word in ((offset, "starts"), (offset + length, "ends")):
        if place > end:
            raise bad(f"entity beginning at UTF-16 offset {offset} {word} after the end of the text")
        if place not in borders:
            raise bad(f"entity beginning at UTF-16 offset {offset} {word} in a middle of a UTF-16 symbol")
    _check_fields(entity)


def _check_fields(entity: Json) -> None:
    kind = entity["type"]
    needed = _NEEDED.get(kind)
    if needed is not None and needed not in entity:
        raise bad(f'entity of type "{kind}" needs "{needed}"')
    extra = entity.keys() - {"type", "offset", "length", needed, *_OPTIONAL.get(kind, ())}
    if extra:
        raise bad(f'entity of type "{kind}" has no "{min(extra)}"')
    if kind == "text_link" and not sound_url(entity["url"]):
        raise bad(f"wrong message entity: URL '{entity['url']}' is invalid")


_OPTIONAL = {"pre": ("language",), "date_time": ("date_time_format",)}


def sound_url(url: Any) -> bool:
    """An address that a client can open: relative and local ones are not."""
    text = str(url)
    scheme = next((one for one in _URL_SCHEMES if text.lower().startswith(one)), None)
    return scheme is not None and len(text) > len(scheme) and not any(character.isspace() for character in text)


def _check_nesting(entities: list[Json]) -> None:
    """Entities lie apart or inside one another, and only where the Bot API lets them."""
    for one, following in pairwise(entities):
        if (one["type"], one["offset"], one["length"]) == (
            following["type"],
            following["offset"],
            following["length"],
        ):
            raise bad(f'entity "{one["type"]}" is given twice')
    open_ones: list[Json] = []
    for entity in entities:
        open_ones = [one for one in open_ones if one["offset"] + one["length"] > entity["offset"]]
        for outer in open_ones:
            _check_pair(outer, entity)
        open_ones.append(entity)


def _check_pair(outer: Json, inner: Json) -> None:
    if inner["offset"] + inner["length"] > outer["offset"] + outer["length"]:
        raise bad(f'entities "{outer["type"]}" and "{inner["type"]}" overlap without nesting')
    kinds = {outer["type"], inner["type"]}
    if kinds <= _QUOTES:
        raise bad("block quotations can't be nested")
    if outer["type"] in _CODE or (inner["type"] in _CODE and outer["type"] not in _QUOTES):
        raise bad(f'entities "{outer["type"]}" and "{inner["type"]}" can\'t be nested')
    if not kinds & (_STYLES | _QUOTES):
        raise bad(f'entities "{outer["type"]}" and "{inner["type"]}" can\'t be nested')
