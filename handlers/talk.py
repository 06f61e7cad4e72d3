"""Talking: messages and edited messages become turns, and the commands around an answer."""

import logging
import re

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from conversation.choices import Listen
from domain.texts import Text
from domain.turn import ChatKind
from handlers.addressing import is_for
from handlers.context import BotContext, Handler

log = logging.getLogger(__name__)

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u00ad]+")
_HEARD = filters.UpdateType.MESSAGE & ~filters.COMMAND & ~filters.StatusUpdate.ALL


async def on_message(_update: Update, context: BotContext) -> None:
    """A message meant for the bot is a request; other talk in a group is none of its business."""
    if not await _is_for_us(context):
        return
    turn = context.turn()
    if _says_nothing(turn.said[0].text):
        await context.say(_nothing_to_answer(context))
    else:
        context.answer(turn)


async def on_ask(_update: Update, context: BotContext) -> None:
    """`/ask question`, or `/ask` as a reply to the message that is the question."""
    words = " ".join(context.args or [])
    answered = context.message.reply_to_message
    if _says_nothing(words) and answered is None:
        await context.say(Text("Write your question behind the command: /ask why is the sky blue?"))
        return
    context.answer(context.turn_about_reply(words))


async def on_edited(_update: Update, context: BotContext) -> None:
    """The last question, edited, is answered anew in place of its old answer."""
    turn = context.turn()
    again = await context.services.conversations.edited(turn)
    if again is None:
        log.info("edited message %s is not the last question: left alone", context.message.message_id)
    elif _says_nothing(turn.said[0].text):
        await context.say(_nothing_to_answer(context))
    else:
        context.answer(again)


async def on_new(_update: Update, context: BotContext) -> None:
    await context.services.conversations.start_new(context.key)
    await context.say(Text("A new conversation. What is on your mind?"))


async def on_retry(_update: Update, context: BotContext) -> None:
    again = await context.services.conversations.again(context.turn(""))
    if again is None:
        await context.say(Text("There is nothing to answer again yet."))
    else:
        context.answer(again)


async def on_retry_tap(_update: Update, context: BotContext) -> None:
    """The button under a failed answer; it speaks of that answer only."""
    turn_id = int((context.tap.data or "").rpartition(":")[2])
    again = await context.services.conversations.again(context.turn(""), of=turn_id)
    if again is None:
        gone = Text("The conversation has gone on since. Send /retry for its last question.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(again)


async def on_continue_tap(_update: Update, context: BotContext) -> None:
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(context.turn(context.words(Text("Please go on."))))


async def _is_for_us(context: BotContext) -> bool:
    if context.chat_kind is ChatKind.PRIVATE or is_for(context.services.me, context.message):
        return True
    return context.services.choices.listen(context.chat.id) is Listen.ALWAYS


def _says_nothing(text: str) -> bool:
    return not _INVISIBLE.sub("", text)


def _nothing_to_answer(context: BotContext) -> Text:
    message = context.message
    if message.effective_attachment is not None:
        return Text("I can only read text so far. Write to me what it is about.")
    return Text("That message has no words I can see. Write me something.")


def handlers() -> list[Handler]:
    new_messages = filters.UpdateType.MESSAGE
    return [
        CommandHandler("new", on_new, new_messages),
        CommandHandler("retry", on_retry, new_messages),
        CommandHandler("ask", on_ask, new_messages),
        CallbackQueryHandler(on_retry_tap, pattern=r"^ask:retry:\d+$"),
        CallbackQueryHandler(on_continue_tap, pattern=r"^ask:continue$"),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edited),
        MessageHandler(_HEARD, on_message),
    ]
