"""`/rich`: whether answers to a person use rich messages, which old Telegram clients cannot show."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.reply import Keyboard, RichMode
from domain.texts import Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, tapped_value

LABELS: dict[RichMode, Text] = {
    RichMode.AUTO: Text("When an answer needs it"),
    RichMode.ALWAYS: Text("Always"),
    RichMode.NEVER: Text("Never"),
}


async def on_rich(_update: Update, context: BotContext) -> None:
    await context.tell(*await _menu(context))


async def on_rich_tap(_update: Update, context: BotContext) -> None:
    await context.services.choices.choose_rich(context.user.id, RichMode(tapped_value(context)))
    await confirm(context, Text("Done."), *await _menu(context))


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    chosen = context.services.choices.rich(context.user.id)
    head = Text(
        "Real tables and formulas need a Telegram app from summer 2026 or later. "
        "Choose Never if you see “This message is not supported”. Use them:"
    )
    labels = {mode.value: context.words(label) for mode, label in LABELS.items()}
    return context.words(head), options("rich", labels, chosen.value)


def handlers() -> list[Handler]:
    modes = "|".join(mode.value for mode in RichMode)
    return [
        CommandHandler("rich", on_rich, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_rich_tap, pattern=rf"^rich:({modes})\Z"),
    ]
