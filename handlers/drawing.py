"""Drawing: `/imagine`, `/edit`, `/vary`, and pictures or words in reply to pictures."""

import re

from telegram import Chat, Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from conversation.drawing.desk import TASK
from handlers.addressing import is_for
from handlers.context import BotContext, Handler

_WAITS_FOR_WORDS = re.compile(r"draw:(?:drop|reword):(\d{1,18})")
_PICTURE = filters.PHOTO | filters.Document.IMAGE
_VERBS = ("imagine", "edit", "vary")


async def on_imagine(_update: Update, context: BotContext) -> None:
    """`/imagine a cat`, or `/imagine` in reply to the text that describes it."""
    answered = context.message.reply_to_message
    described = (answered.text or answered.caption or "") if answered is not None else ""
    _ask(context, "imagine", _behind_command(context.message) or described)


async def on_edit(_update: Update, context: BotContext) -> None:
    """`/edit a red hat`: of the picture replied to, of those sent with it, or of the last one drawn."""
    _ask(context, "edit", _behind_command(context.message))


async def on_vary(_update: Update, context: BotContext) -> None:
    _ask(context, "vary", _behind_command(context.message))


async def on_captioned(_update: Update, context: BotContext) -> None:
    """The same commands below a picture: Telegram sends them as its caption."""
    _ask(context, _verb(context.message), _behind_command(context.message))


async def on_picture_in_reply(_update: Update, context: BotContext) -> None:
    """Painted over, a mask, or just another picture: that shows when it is looked at."""
    _ask(context, "maybe", context.message.caption or "")


async def on_words_in_reply(_update: Update, context: BotContext) -> None:
    """What shall be there, in reply to the question for it."""
    _ask(context, f"words-{_asked_in(context.message)}", context.message.text or "")


class _Called(filters.MessageFilter):
    """In a group, what is meant for the bot."""

    def filter(self, message: Message) -> bool:
        return message.chat.type == Chat.PRIVATE or is_for(message.get_bot().bot, message)


class _Captioned(filters.MessageFilter):
    """A picture whose caption begins with one of our commands."""

    def filter(self, message: Message) -> bool:
        return _verb(message) in _VERBS


class _InReplyToPicture(filters.MessageFilter):
    """A single picture in reply to one."""

    def filter(self, message: Message) -> bool:
        answered = message.reply_to_message
        return answered is not None and message.media_group_id is None and _shows_picture(answered)


class _InReplyToQuestion(filters.MessageFilter):
    """Words in reply to a message of ours that waits for some."""

    def filter(self, message: Message) -> bool:
        return _asked_in(message) is not None


def _ask(context: BotContext, argument: str, words: str) -> None:
    context.answer(context.task(f"{TASK}:{argument}", words))


def _behind_command(message: Message) -> str:
    """What is said behind the command, line breaks kept."""
    _, *words = (message.text or message.caption or "").split(maxsplit=1)
    return "".join(words)


def _verb(message: Message) -> str:
    """The command that a caption begins with, without slash and addressee."""
    first = next(iter((message.caption or "").split(maxsplit=1)), "")
    return first[1:].partition("@")[0].lower() if first.startswith("/") else ""


def _shows_picture(message: Message) -> bool:
    document = message.document
    return bool(message.photo) or (document is not None and (document.mime_type or "").startswith("image/"))


def _asked_in(message: Message) -> int | None:
    """The draft, or the refused drawing, that the message replied to is about."""
    answered = message.reply_to_message
    if answered is None or answered.reply_markup is None:
        return None
    buttons = (button for row in answered.reply_markup.inline_keyboard for button in row)
    found = (_WAITS_FOR_WORDS.fullmatch(str(button.callback_data)) for button in buttons)
    return next((int(match[1]) for match in found if match is not None), None)


def handlers() -> list[Handler]:
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("imagine", on_imagine, new),
        CommandHandler("edit", on_edit, new),
        CommandHandler("vary", on_vary, new),
        MessageHandler(new & filters.ATTACHMENT & _Captioned(), on_captioned),
        MessageHandler(
            new & _PICTURE & ~filters.CaptionRegex("^/") & _InReplyToPicture() & _Called(), on_picture_in_reply
        ),
        MessageHandler(new & filters.TEXT & ~filters.COMMAND & _InReplyToQuestion(), on_words_in_reply),
    ]
