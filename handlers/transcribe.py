"""`/transcribe`: what is said in a recording, as text; `/hear`: what helps to understand somebody."""

import asyncio
from dataclasses import replace

from telegram import Update
from telegram.ext import CommandHandler, MessageHandler, filters

from conversation.transcribing import FORMS, TASK
from domain.media import Attachment, MediaKind
from domain.speech import Hints
from domain.texts import Text
from domain.turn import Said, Turn
from handlers.attachments import own_attachments
from handlers.captions import Command, command_of
from handlers.context import BotContext, Handler
from locales.names import language_named, own_name

_PLAYED = (MediaKind.SOUND, MediaKind.VIDEO)
_MOST_LANGUAGES, _MOST_WORDS, _LONGEST_WORD = 5, 50, 40


async def on_transcribe(_update: Update, context: BotContext) -> None:
    """In reply to a recording, or under one; `srt`, `vtt` or `txt` behind it asks for a file."""
    form = command_of(context.message)[1].strip().lower().removeprefix(".")
    found = played(context, MediaKind.DOCUMENT)
    if found is None or (form and form not in FORMS):
        await context.say(
            Text(
                "Reply with /transcribe to a voice message, a recording or a video. /transcribe txt, srt or "
                "vtt makes a file."
            )
        )
        return
    context.answer(task(context, f"{TASK}:{form}" if form else TASK, found))


def played(context: BotContext, *others: MediaKind) -> Attachment | None:
    """What can be listened to in the message itself, or else in the one it answers."""
    message, kinds = context.message, (*_PLAYED, *others)
    for one in (message, message.reply_to_message):
        for attachment in own_attachments(one) if one is not None else ():
            if attachment.kind in kinds:
                return attachment
    return None


def task(context: BotContext, name: str, attachment: Attachment) -> Turn:
    """The command as a turn about that recording; its own words stand for the question."""
    turn = context.turn("")
    words = context.message.text or context.message.caption or ""
    said = Said(context.message.message_id, context.person, words, attachments=(attachment,))
    return replace(turn, said=(said,), task=name)


async def on_hear(_update: Update, context: BotContext) -> None:
    """`/hear it, en: Parley, Ada` says which languages to expect and which words; `/hear -` forgets it."""
    words = command_of(context.message)[1].strip()
    if words:
        hints = await asyncio.to_thread(_hints, words)
        if hints is None:
            await context.say(Text("I do not know one of these languages. Example: /hear it, en: Parley, Ada"))
            return
        await context.services.choices.choose_hints(context.user.id, hints)
    await context.say(await asyncio.to_thread(_told, context.services.choices.hints(context.user.id)))


def _hints(words: str) -> Hints | None:
    """None where a language is not known."""
    if words == "-":
        return Hints()
    named, _, expected = words.partition(":")
    codes = [language_named(name) for name in _parts(named)[:_MOST_LANGUAGES]]
    known = [code.partition("-")[0] for code in codes if code is not None]
    if len(known) < len(codes):
        return None
    keywords = [word[:_LONGEST_WORD] for word in _parts(expected)[:_MOST_WORDS]]
    return Hints(tuple(dict.fromkeys(known)), tuple(dict.fromkeys(keywords)))


def _parts(listed: str) -> list[str]:
    marked = listed.replace("،", ",").replace("，", ",").replace("、", ",").replace(";", ",")
    return [part for part in (one.strip() for one in marked.split(",")) if part]


def _told(hints: Hints) -> Text:
    languages = ", ".join(map(own_name, hints.languages)) or "–"
    words = ", ".join(hints.keywords) or "–"
    return Text(
        "In your recordings I expect these languages: {languages}; and these names and words: {words}. Change "
        "it like this: /hear it, en: Parley, Ada. Forget it: /hear -",
        languages=languages,
        words=words,
    )


def handlers() -> list[Handler]:
    new_messages = filters.UpdateType.MESSAGE
    return [
        MessageHandler(new_messages & Command("transcribe"), on_transcribe),
        CommandHandler("hear", on_hear, new_messages),
    ]
