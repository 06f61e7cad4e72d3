"""What no feature knows: an unknown command gets a hint, a dead button an answer."""

import difflib

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from domain.texts import Text
from domain.turn import ChatKind
from handlers.command_list import COMMANDS
from handlers.context import BotContext, Handler


async def on_unknown_command(_update: Update, context: BotContext) -> None:
    """In a group only when the command names us: it may be another bot's."""
    word = (context.message.text or context.message.caption or "").split()[0]
    command, _, addressee = word.removeprefix("/").partition("@")
    ours = addressee.lower() == (context.services.me.username or "").lower()
    if (addressee and not ours) or (context.chat_kind is ChatKind.GROUP and not addressee):
        return
    near = difflib.get_close_matches(command.lower(), COMMANDS, n=1)
    if near:
        await context.say(
            Text("I do not know /{command}. Did you mean /{near}?", command=command, near=near[0])
        )
    else:
        await context.say(Text("I do not know /{command}. /help shows what I understand.", command=command))


async def on_unknown_tap(_update: Update, context: BotContext) -> None:
    expired = Text("This button no longer works.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(expired))


def handlers() -> list[Handler]:
    return [
        MessageHandler(filters.UpdateType.MESSAGE & filters.COMMAND, on_unknown_command),
        CallbackQueryHandler(on_unknown_tap),
    ]
