"""Looking into JSON of others without trusting its shape."""

from collections.abc import Mapping, Sequence
from typing import cast

JsonObject = Mapping[str, object]


def as_object(value: object) -> JsonObject:
    """The value if it is a JSON object, else an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}  # JSON knows no other keys than strings


def as_list(value: object) -> Sequence[object]:
    """The value if it is a JSON array, else an empty one."""
    return cast(Sequence[object], value) if isinstance(value, list) else ()


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int:
    """The value if it is a number of something, else 0."""
    return value if isinstance(value, int) and value > 0 else 0


def as_number(value: object) -> float:
    """The value if it is a number above 0, else 0."""
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0
