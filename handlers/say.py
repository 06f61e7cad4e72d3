"""Reading aloud: `/say` and the button under an answer."""

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.saying import FILE_FORMATS
from domain.texts import Text
from domain.turn import Said
from handlers.context import BotContext, Handler
from handlers.flatten import spoken

_HINT = Text(
    "Write behind the command what I shall read aloud, or reply with it to a message: /say good morning. "
    "With /say mp3, aac or flac it comes as a file."
)


async def on_say(_update: Update, context: BotContext) -> None:
    """`/say words`, or `/say` as a reply; a format as the first word makes it a file."""
    format_, words = _asked(context)
    answered = context.message.reply_to_message
    if not words and answered is not None and answered.forum_topic_created is None:
        words = spoken(answered)
    if not words.strip():
        await context.say(_HINT)
        return
    turn = context.turn("")
    said = Said(context.message.message_id, context.person, words)
    context.answer(replace(turn, said=(said,), task=f"say:{format_}" if format_ else "say"))


async def on_speak_tap(_update: Update, context: BotContext) -> None:
    """The button under an answer; tapped twice, it is read once."""
    turn_id = int((context.tap.data or "").rpartition(":")[2])
    if await context.services.conversations.has_been_read_aloud(context.key, turn_id):
        above = Text("I have read this aloud already.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(above))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(replace(context.turn(""), task=f"speak:{turn_id}"))


def _asked(context: BotContext) -> tuple[str, str]:
    """The format of a file, if one is asked for, and the words behind it."""
    text = context.message.text or context.message.caption or ""
    _, words = _first_word(text)
    first, rest = _first_word(words)
    return (first.lower(), rest) if first.lower() in FILE_FORMATS else ("", words)


def _first_word(text: str) -> tuple[str, str]:
    """The first word, and what stands behind it."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first, "".join(rest)


def handlers() -> list[Handler]:
    return [
        CommandHandler("say", on_say, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_speak_tap, pattern=r"^ask:speak:\d{1,18}\Z"),
    ]
