"""Keyboards under messages: what the server refuses, and which buttons can be tapped."""

from typing import Any

from sandbox.telegram.errors import bad
from sandbox.telegram.objects import BUTTON_ACTIONS
from sandbox.telegram.text import sound_url
from sandbox.telegram.values import Json, as_list, as_object

MOST_BUTTONS = 100
MOST_IN_ROW = 8
MOST_DATA_BYTES = 64
_ACTIONS = BUTTON_ACTIONS.keys() | {"callback_game", "pay"}


def inline_keyboard(markup: Json | None) -> Json | None:
    """The keyboard to show, checked; none if it is of another kind or empty."""
    rows: list[list[Json]] = (markup or {}).get("inline_keyboard") or []
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            check_button(button)
    shown = [row for row in rows if row]
    return {"inline_keyboard": shown} if shown else None


def check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad("inline keyboard button text is empty")
    check_action(button)


def check_action(button: Json) -> None:
    """Exactly one action, and a sound one."""
    actions = button.keys() & _ACTIONS
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("inline keyboard button must have exactly one action")
    action = actions.pop()
    value: Any = button[action]
    if action == "callback_data" and not 1 <= len(value.encode()) <= MOST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if action == "url" and not sound_url(value):
        raise bad("BUTTON_URL_INVALID")
    if action == "copy_text" and not 1 <= len(value["text"]) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def has_data(message: Json, data: str) -> bool:
    """True if a button of this message bears the data."""
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row) or data in _in_blocks(
        message.get("rich_message")
    )


def _in_blocks(value: Any) -> set[str]:
    """Data of the buttons inside a rich message."""
    block = as_object(value)
    if block is not None:
        own = {str(block["callback_data"])} if "callback_data" in block else set[str]()
        return own.union(*(_in_blocks(one) for one in block.values()))
    return set[str]().union(*(_in_blocks(one) for one in as_list(value) or []))
