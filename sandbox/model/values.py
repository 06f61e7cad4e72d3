"""Looking into JSON of others without trusting its shape."""

from collections.abc import Mapping, Sequence
from typing import cast

Json = Mapping[str, object]


def as_object(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return cast(Json, value) if isinstance(value, dict) else {}  # JSON knows no other keys than strings


def as_list(value: object) -> Sequence[object]:
    """The value if it is a JSON array, else an empty one."""
    return cast(Sequence[object], value) if isinstance(value, list) else ()


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """The value if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
