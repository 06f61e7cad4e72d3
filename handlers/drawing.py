"""Drawing: `/imagine`, `/edit`, `/vary`, and pictures or words in reply to pictures."""

import re

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from conversation.drawing.desk import TASK
from domain.turn import ChatKind, Turn
from handlers.addressing import is_for
from handlers.context import BotContext, Handler

_ANSWERED_WITH_WORDS = re.compile(r"draw:(?:drop|reword):(\d{1,18})")
_PICTURE = filters.PHOTO | filters.Document.IMAGE
_COMMANDS = ("imagine", "edit", "vary")


async def on_imagine(_update: Update, context: BotContext) -> None:
    """`/imagine a cat`, or `/imagine` in reply to the text that describes it."""
    _ask(context, "imagine", _words_or_answered(context))


async def on_edit(_update: Update, context: BotContext) -> None:
    """`/edit a red hat`: of the picture replied to, of those sent with it, or of the last one drawn."""
    _ask(context, "edit", _words(context.message))


async def on_vary(_update: Update, context: BotContext) -> None:
    _ask(context, "vary", _words(context.message))


async def on_captioned(update: Update, context: BotContext) -> None:
    """The same commands below a picture: Telegram sends those as captions."""
    command = _command(context.message)
    await {"imagine": on_imagine, "edit": on_edit, "vary": on_vary}[command](update, context)


async def on_picture_in_reply(_update: Update, context: BotContext) -> None:
    """Painted over, a mask, or just another picture: that shows when it is looked at."""
    _ask(context, "maybe", context.message.caption or "")


async def on_words_in_reply(_update: Update, context: BotContext) -> None:
    """What shall be there, in reply to the question for it."""
    drawing_id = _asked_in(context.message)
    _ask(context, f"words-{drawing_id}", context.message.text or "")


class CaptionedCommand(filters.MessageFilter):
    """Matches a picture whose caption begins with one of our commands."""

    def filter(self, message: Message) -> bool:
        return bool(message.caption) and _command(message) in _COMMANDS


class PictureInReply(filters.MessageFilter):
    """Matches a single picture in reply to one."""

    def filter(self, message: Message) -> bool:
        answered = message.reply_to_message
        return answered is not None and message.media_group_id is None and bool(_PICTURE.filter(answered))


class WordsInReply(filters.MessageFilter):
    """Matches words in reply to a message of ours that waits for some."""

    def filter(self, message: Message) -> bool:
        return _asked_in(message) is not None


class ForUs(MessageHandler[BotContext, None]):
    """Takes messages of private chats, and in groups those that call the bot."""

    def check_update(self, update: object) -> bool | None:
        if not isinstance(update, Update) or update.message is None or not super().check_update(update):
            return None
        if update.message.chat.type == ChatKind.PRIVATE.value:
            return True
        return is_for(update.get_bot().bot, update.message) or None


def _ask(context: BotContext, argument: str, words: str) -> None:
    turn: Turn = context.turn_about(words)
    context.answer(turn.as_task(f"{TASK}:{argument}"))


def _words_or_answered(context: BotContext) -> str:
    words, answered = _words(context.message), context.message.reply_to_message
    return words or ((answered.text or answered.caption or "") if answered is not None else "")


def _words(message: Message) -> str:
    """What is said behind the command, line breaks kept."""
    _, _, words = (message.text or message.caption or "").partition(" ")
    first, _, rest = (message.text or message.caption or "").partition("\n")
    return words.strip() if " " in first else rest.strip()


def _command(message: Message) -> str:
    """The command that a caption begins with, without slash and addressee."""
    word = (message.caption or "").split(maxsplit=1)[0] if (message.caption or "").strip() else ""
    return word[1:].partition("@")[0].lower() if word.startswith("/") else ""


def _asked_in(message: Message) -> int | None:
    """The draft, or the refused drawing, that the message replied to is about."""
    answered = message.reply_to_message
    if answered is None or answered.reply_markup is None or answered.from_user is None or not answered.from_user.is_bot:
        return None
    for row in answered.reply_markup.inline_keyboard:
        for button in row:
            if found := _ANSWERED_WITH_WORDS.fullmatch(str(button.callback_data)):
                return int(found[1])
    return None


def handlers() -> list[Handler]:
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("imagine", on_imagine, new),
        CommandHandler("edit", on_edit, new),
        CommandHandler("vary", on_vary, new),
        ForUs(new & CaptionedCommand(), on_captioned),
        ForUs(new & _PICTURE & ~filters.CaptionRegex("^/") & PictureInReply(), on_picture_in_reply),
        ForUs(new & filters.TEXT & ~filters.COMMAND & WordsInReply(), on_words_in_reply),
    ]
