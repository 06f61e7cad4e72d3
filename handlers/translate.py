"""`/translate`: a recording or a text in another language."""

import asyncio
from dataclasses import replace

from telegram import Update
from telegram.ext import MessageHandler, filters

from conversation.translating import TASK
from domain.texts import Text
from domain.turn import Said
from handlers.captions import Command, command_of
from handlers.context import BotContext, Handler
from handlers.flatten import spoken
from handlers.transcribe import played, task
from locales.names import is_clearly_a_language, language_named

_LONGEST_NAME_WORDS = 3
_LONGEST_SHOWN = 40


async def on_translate(_update: Update, context: BotContext) -> None:
    """In reply to a recording or a text; the language stands behind it, else it is the reader's own."""
    words = command_of(context.message)[1].strip()
    language, text = await asyncio.to_thread(_split, words)
    found = played(context)
    answered = context.message.reply_to_message
    if found is not None or answered is not None:
        if text:
            await context.say(Text("I do not know the language “{name}”.", name=text[:_LONGEST_SHOWN]))
            return
        text = spoken(answered) if answered is not None else ""
    name = f"{TASK}:{language or context.work.language}"
    if found is not None:
        context.answer(task(context, name, found))
    elif text.strip():
        said = Said(context.message.message_id, context.person, text)
        context.answer(replace(context.turn(""), said=(said,), task=name))
    else:
        await context.say(
            Text("Reply with /translate to a recording or a text, and name the language: /translate French")
        )


def _split(words: str) -> tuple[str | None, str]:
    """The language that the words begin with, if any, and the rest."""
    if code := language_named(words):
        return code, ""
    parts = words.split()
    for count in range(min(_LONGEST_NAME_WORDS, len(parts) - 1), 0, -1):
        name = " ".join(parts[:count])
        if is_clearly_a_language(name.rstrip(":")):
            return language_named(name.rstrip(":")), words.split(maxsplit=count)[count]
    return None, words


def handlers() -> list[Handler]:
    return [MessageHandler(filters.UpdateType.MESSAGE & Command("translate"), on_translate)]
