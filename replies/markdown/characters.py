"""Characters as Telegram treats them: what it removes, what counts as nothing, how it measures."""

import unicodedata
from typing import Final

import regex

_SPACE_INSTEAD = {code: " " for code in (*range(0x20), 0x7F) if chr(code) not in "\n\t"}
_REMOVED: dict[int, str] = {0x0D: "", **dict.fromkeys(range(8234, 8239), "")}
_LINES: dict[int, str] = {0x2028: "\n", 0x2029: "\n"}
_LONE_SURROGATES: Final = regex.compile(r"[\ud800-\udfff]")
_CLEANED: Final = str.maketrans({**_SPACE_INSTEAD, **_REMOVED, **_LINES})

_VISIBLE: Final = regex.compile(r"[^\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]")
_GRAPHEME: Final = regex.compile(r"\X")
_JOINS_WHAT_IS_BEFORE: Final = regex.compile(r"[\p{Grapheme_Extend}\p{SpacingMark}\u200d]")


def cleaned(text: str) -> str:
    """The text without what Telegram's servers would remove or replace, so that offsets stay true there.

    They drop CR and U+202A to U+202E, turn control characters into spaces and refuse lone surrogates
    (td/telegram/misc.cpp, clean_input_string).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEANED)
    return _LONE_SURROGATES.sub("\ufffd", text)


def visible(text: str) -> bool:
    """Whether anything can be seen: Telegram refuses messages of spaces and zero-width characters as empty."""
    return _VISIBLE.search(text) is not None


def units(text: str) -> int:
    """Length in UTF-16 code units, Telegram's measure."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def prefix_of_units(text: str, limit: int) -> int:
    """How many code points from the start fit into `limit` UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    return len(text[:limit].encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore"))


def grapheme_ends(text: str) -> list[int]:
    """The offsets at which a perceived character ends."""
    return [match.end() for match in _GRAPHEME.finditer(text)]


def joins_what_is_before(character: str) -> bool:
    return _JOINS_WHAT_IS_BEFORE.match(character) is not None


def is_wide(character: str) -> bool:
    return character >= "\u1100" and unicodedata.east_asian_width(character) in "WF"


def width(text: str) -> int:
    """Columns in a monospaced font."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if is_wide(character) else 1
