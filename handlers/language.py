"""`/language`: the language the bot itself speaks to a person. The model follows the person anyway."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.reply import Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, tapped_value
from locales import LANGUAGES


async def on_language(_update: Update, context: BotContext) -> None:
    await context.tell(*_menu(context))


async def on_language_tap(_update: Update, context: BotContext) -> None:
    code = tapped_value(context)
    await context.services.choices.choose_language(context.user.id, code)
    context.work.language = code
    await confirm(context, Text("I speak English with you now."), *_menu(context))


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    head = context.words(Text("In which language shall I speak to you?"))
    return head, options("language", dict(LANGUAGES), context.work.language)


def handlers() -> list[Handler]:
    codes = "|".join(LANGUAGES)
    return [
        CommandHandler("language", on_language, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_language_tap, pattern=rf"^language:({codes})\Z"),
    ]
