"""Talking: messages and edited messages become turns, and the commands around an answer."""

import logging
import unicodedata
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from conversation.choices import Listen
from domain.texts import Text
from domain.turn import ChatKind, Said
from handlers.addressing import is_for
from handlers.captions import command_of
from handlers.context import BotContext, Handler
from handlers.topics import open_topic

log = logging.getLogger(__name__)

_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that look like nothing
_HEARD = filters.UpdateType.MESSAGE & ~filters.COMMAND & ~filters.StatusUpdate.ALL


async def on_message(_update: Update, context: BotContext) -> None:
    """A message meant for the bot is a request; other talk in a group is none of its business."""
    command, words = command_of(context.message)
    if command != "ask" and not _is_for_us(context):
        return
    turn = context.turn_about_reply(words) if command == "ask" else context.turn()
    if not _is_empty(turn.said[0]):
        context.answer(turn)
    elif context.chat_kind is ChatKind.PRIVATE or _is_called(context):
        await context.say(_nothing_to_answer(context))


async def on_ask(_update: Update, context: BotContext) -> None:
    """`/ask question`, or `/ask` as a reply to the message that is the question."""
    _, words = command_of(context.message)
    turn = context.turn_about_reply(words)
    if _is_empty(turn.said[0]):
        await context.say(Text("Write your question behind the command: /ask why is the sky blue?"))
    else:
        context.answer(turn)


async def on_edited(_update: Update, context: BotContext) -> None:
    """The last question, edited, is answered anew in place of its old answer."""
    command, words = command_of(context.message)
    if command not in ("", "ask", "json"):
        log.info("edited message %s is a command now: left alone", context.message.message_id)
        return
    turn = context.turn_about_reply(words) if command else context.turn()
    turn = replace(turn, as_json=command == "json")
    again = await context.services.conversations.edited(turn)
    if again is None:
        log.info("edited message %s is not the last question: left alone", context.message.message_id)
    elif _is_empty(turn.said[0]):
        await context.say(_nothing_to_answer(context))
    else:
        context.answer(again)


async def on_new(_update: Update, context: BotContext) -> None:
    if await open_topic(context):
        return
    await context.services.conversations.start_new(context.key, context.user.id)
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
        await _say_it_has_gone_on(context)
        return
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(again)


async def on_continue_tap(_update: Update, context: BotContext) -> None:
    """The button under an answer that was cut; tapped twice, it goes on once."""
    turn_id = int((context.tap.data or "").rpartition(":")[2])
    if not await context.services.conversations.is_last(context.turn(""), turn_id):
        await _say_it_has_gone_on(context)
        return
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(context.turn(context.words(Text("Please go on."))))


async def _say_it_has_gone_on(context: BotContext) -> None:
    gone = Text("The conversation has gone on since. Send /retry for its last question.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(gone))


def _is_for_us(context: BotContext) -> bool:
    if context.chat_kind is ChatKind.PRIVATE or _is_called(context):
        return True
    return context.services.choices.listen(context.chat.id) is Listen.ALWAYS


def _is_called(context: BotContext) -> bool:
    """An album is called as a whole, though only one of its messages has the words."""
    in_called_album = context.message.media_group_id in context.work.called_albums
    return in_called_album or is_for(context.services.me, context.message)


def _is_empty(said: Said) -> bool:
    """True without words and without anything to be looked at or listened to."""
    return not said.attachments and _says_nothing(said.text)


def _says_nothing(text: str) -> bool:
    return all(
        unicodedata.category(character) in _INVISIBLE
        or character in _BLANK
        or unicodedata.name(character, "").startswith("VARIATION SELECTOR")
        for character in text
    )


def _nothing_to_answer(context: BotContext) -> Text:
    message = context.message
    if message.effective_attachment is not None:
        return Text("I cannot read this kind of message. Write to me what it is about.")
    return Text("That message has no words I can see. Write me something.")


def handlers() -> list[Handler]:
    new_messages = filters.UpdateType.MESSAGE
    return [
        CommandHandler("new", on_new, new_messages),
        CommandHandler("retry", on_retry, new_messages),
        CommandHandler("ask", on_ask, new_messages),
        CallbackQueryHandler(on_retry_tap, pattern=r"^ask:retry:\d+\Z"),
        CallbackQueryHandler(on_continue_tap, pattern=r"^ask:continue:\d+\Z"),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edited),
        MessageHandler(_HEARD, on_message),
    ]
