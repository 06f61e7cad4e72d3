"""Menus of one choice: a sentence, buttons, and a tick on what is chosen. Tapping edits the menu in place."""

import hashlib
from collections.abc import Mapping

from domain.reply import Button, Keyboard
from domain.texts import Sentence
from handlers.context import BotContext

LONGEST_VALUE_BYTES = 40
_LONGEST_LABEL = 60


def options(prefix: str, labels: Mapping[str, str], chosen: str) -> Keyboard:
    """One button a row, `prefix:value` behind each, the chosen one ticked."""
    return tuple(
        (Button(f"✓ {label}" if value == chosen else label, f"{prefix}:{value}"),)
        for value, label in labels.items()
    )


def tapped_value(context: BotContext) -> str:
    """What stands behind the colon of the tapped button."""
    return (context.tap.data or "").partition(":")[2]


def short(value: str) -> str:
    """A value as a button can carry it (64 bytes with its prefix); some providers' ids are longer."""
    if len(value.encode()) <= LONGEST_VALUE_BYTES:
        return value
    return f"#{hashlib.sha256(value.encode()).hexdigest()[:16]}"


def label(text: str) -> str:
    """A long text as the label of a button."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LABEL else f"{line[: _LONGEST_LABEL - 1].rstrip()}…"


async def confirm(context: BotContext, sentence: Sentence, menu_text: str, keyboard: Keyboard) -> None:
    """Answers the tap with a short word and shows the menu with its new tick."""
    await context.services.gateway.answer_callback(context.tap.id, context.words(sentence))
    await context.services.presenter.edit(context.key, context.message.message_id, menu_text, keyboard)
