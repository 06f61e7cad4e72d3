"""Stopping an answer: by command, by the button under it, by Telegram's own Stop on a draft."""

from collections.abc import Mapping
from typing import Any, cast

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from domain.texts import Text
from domain.turn import ConversationKey
from handlers.context import BotContext, Handler
from replies.presenter import draft_id

STOPPED_DRAFT = "stopped_message_generation"  # Bot API 10.3; PTB 22.8 keeps what it does not know in api_kwargs


async def on_stop(_update: Update, context: BotContext) -> None:
    """What was asked just before may still wait for its turn: a stop overtakes it."""
    services, key = context.services, context.key
    drawings = services.drawing.studio.stop(key)
    stopped = await services.conversations.stop_before(
        key, context.work.update_id, is_coming=lambda: not drawings and services.is_busy(key)
    )
    if not stopped and not drawings:
        await context.say(Text("Nothing is being answered right now."))


async def on_stop_tap(_update: Update, context: BotContext) -> None:
    turn_id = int((context.tap.data or "").rpartition(":")[2])
    stopped = await context.services.conversations.stop(context.key, turn_id)
    told = Text("Stopping…") if stopped else Text("This answer is already finished.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))


async def on_draft_stopped(update: Update, context: BotContext) -> None:
    """Telegram's own Stop on a draft (Bot API 10.3). That of an older answer's draft stops nothing."""
    stopped = cast("Mapping[str, Any]", update.api_kwargs[STOPPED_DRAFT])  # JSON, as Telegram sent it
    key = ConversationKey(int(stopped["chat"]["id"]), int(stopped.get("message_thread_id") or 0))
    conversations = context.services.conversations
    running = conversations.running.find(key)
    # Servers render the id, 64 bits wide, as a string or as a number.
    if running is not None and draft_id(running.turn_id) == int(stopped["draft_id"]):
        await conversations.stop(key, running.turn_id)


class StoppedDraftHandler(BaseHandler[Update, BotContext, None]):
    """Routes the update kind that PTB has no handler for."""

    def check_update(self, update: object) -> bool:
        return isinstance(update, Update) and STOPPED_DRAFT in update.api_kwargs


def handlers() -> list[Handler]:
    return [
        StoppedDraftHandler(on_draft_stopped),
        CommandHandler("stop", on_stop, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_stop_tap, pattern=r"^stop:\d+\Z"),
    ]
