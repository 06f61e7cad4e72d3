"""JSON as it comes over the wire, and the narrowing of it."""

from typing import Any, cast

Json = dict[str, Any]


def as_object(value: object) -> Json | None:
    return cast("Json", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any] | None:
    return cast("list[Any]", value) if isinstance(value, list) else None


def is_whole(value: object) -> bool:
    """An integer; `True` is one to Python, and not to Telegram."""
    return isinstance(value, int) and not isinstance(value, bool)


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())
