"""A raw update as the handlers want it: fit to be stored, in plain text, commands where they count."""

import re
from collections.abc import Mapping
from typing import Any, cast

from domain.characters import fit
from handlers.rich import with_plain_text
from storage.inbox import InboxRow

_UNFIT = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)  # as JSON writes them; whole emoji, too
_FORWARDED = ("forward_origin", "forward_date")  # the second from Bot API servers of before 2024


def readable(row: InboxRow) -> Mapping[str, Any]:
    """What PTB is given of an update."""
    update = cast("Mapping[str, Any]", _fit(row.raw)) if _UNFIT.search(row.json) else row.raw
    update = with_plain_text(update)
    for kind in ("message", "edited_message"):
        message = update.get(kind)
        if isinstance(message, Mapping):
            fields = cast("Mapping[str, Any]", message)
            return {**update, kind: {**fields, **_with_commands_first(fields)}}
    return update


def _with_commands_first(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The command that begins a message stands first: PTB, and we, look there only.

    In a forward it is no command at all: who forwards it has not typed it.
    """
    entities = message.get("entities")
    if not isinstance(entities, list):
        return {}
    found = cast("list[object]", entities)
    if any(field in message for field in _FORWARDED):
        return {"entities": [entity for entity in found if not _is_command(entity)]}
    return {"entities": sorted(found, key=lambda entity: not (_is_command(entity) and _begins(entity)))}


def _is_command(entity: object) -> bool:
    return isinstance(entity, Mapping) and cast("Mapping[str, Any]", entity).get("type") == "bot_command"


def _begins(entity: object) -> bool:
    return cast("Mapping[str, Any]", entity).get("offset") == 0


def _fit(value: object) -> object:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        return {name: _fit(inner) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_fit(inner) for inner in cast("list[object]", value)]
    return value
