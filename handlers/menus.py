"""Menus of one choice: a sentence, buttons, and a tick on what is chosen. Tapping edits the menu in place."""

from collections.abc import Mapping

from domain.reply import Button, Keyboard
from domain.texts import Sentence
from handlers.context import BotContext


def options(prefix: str, labels: Mapping[str, str], chosen: str) -> Keyboard:
    """One button a row, `prefix:value` behind each, the chosen one ticked."""
    return tuple(
        (Button(f"✓ {label}" if value == chosen else label, f"{prefix}:{value}"),)
        for value, label in labels.items()
    )


def tapped_value(context: BotContext) -> str:
    """What stands behind the colon of the tapped button."""
    return (context.tap.data or "").partition(":")[2]


async def confirm(context: BotContext, sentence: Sentence, menu_text: str, keyboard: Keyboard) -> None:
    """Answers the tap with a short word and shows the menu with its new tick."""
    await context.services.gateway.answer_callback(context.tap.id, context.words(sentence))
    await context.services.presenter.edit(context.key, context.message.message_id, menu_text, keyboard)
