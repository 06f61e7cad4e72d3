"""For admins: saying something to everybody, what is going on, and what an error was."""

import re
from collections.abc import Mapping

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.failure import Failure
from domain.reply import Button
from domain.texts import Plural, Text
from handlers.context import BotContext, Handler
from handlers.flatten import spoken
from handlers.rights import admins_only

_LONGEST_BROADCAST = 4_000
_LAST_FAILURES = 10
_FAILURE_ID = r"[0-9a-f]{1,18}"
_MEGABYTE = 1024 * 1024


async def on_broadcast(_update: Update, context: BotContext) -> None:
    """`/broadcast words`, or as a reply to them: nothing is sent before the count is confirmed."""
    if not await admins_only(context):
        return
    words, answered = _behind_command(context), context.message.reply_to_message
    if not words and answered is not None and answered.forum_topic_created is None:
        words = spoken(answered)
    if not words.strip():
        await context.say(Text("Write behind the command what everybody shall read."))
        return
    if len(words) > _LONGEST_BROADCAST:
        await context.say(Text("Please say it in at most {most} characters.", most=_LONGEST_BROADCAST))
        return
    broadcasting, draft_id = context.services.operating.broadcasting, context.work.update_id
    readers = len(await broadcasting.readers())
    if readers == 0:
        await context.say(Text("Nobody has talked to me in private yet."))
        return
    await broadcasting.broadcasts.draft(draft_id, context.user.id, words)
    question = Plural("Send this to {count} person?", "Send this to {count} people?", readers)
    send, drop = context.words(Text("Send it")), context.words(Text("✖ Cancel"))
    keyboard = ((Button(send, f"cast:send:{draft_id}"), Button(drop, f"cast:drop:{draft_id}")),)
    await context.tell(f"{context.words(question)}\n\n{words}", keyboard)


async def on_broadcast_tap(_update: Update, context: BotContext) -> None:
    if not await admins_only(context):
        return
    _, verb, number = (context.tap.data or "").split(":")
    broadcasting = context.services.operating.broadcasting
    if verb == "send":
        is_new = await broadcasting.begin(int(number))
        told = Text("It is on its way; I will report when everybody has it.")
    else:
        is_new = await broadcasting.broadcasts.drop(int(number))
        told = Text("Nothing was sent.")
    if not is_new:
        told = Text("This has been decided already.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))
    if is_new:
        message = context.message
        await context.services.presenter.edit(context.key, message.message_id, context.words(told), ())


async def on_stats(_update: Update, context: BotContext) -> None:
    if not await admins_only(context):
        return
    operating = context.services.operating
    counted, vitals, health = (
        await operating.statistics(),
        await operating.vitals(),
        await context.services.health(),
    )
    hours, minutes = divmod(int(vitals.uptime_seconds) // 60, 60)
    sentences = [
        Plural("{count} person", "{count} people", counted.people),
        Plural("{count} chat", "{count} chats", counted.chats),
        Text(
            "Turns: {today} today, {month} this month",
            today=counted.turns_today,
            month=counted.turns_this_month,
        ),
        Text("Answers this month: {endings}", endings=_listed(counted.endings)),
        Text("Models this month: {models}", models=_listed(counted.models)),
        Text("Media: {count} files, {size} MB", count=vitals.media_files, size=_megabytes(vitals.media_bytes)),
        Text(
            "Now: {running} running, {waiting} waiting, {aside} set aside",
            running=health.running,
            waiting=health.waiting,
            aside=health.set_aside,
        ),
        Text("Memory: {size} MB", size=_megabytes(vitals.memory_bytes)),
        Text("Up for {hours} h {minutes} min", hours=hours, minutes=minutes),
    ]
    await context.tell("\n".join(map(context.words, sentences)))


async def on_error_id(_update: Update, context: BotContext) -> None:
    """`/error abc123`: what it was; alone the last ones."""
    if not await admins_only(context):
        return
    operating = context.services.operating
    word = (context.args or [""])[0].lower()
    if not word:
        last = await operating.failures(_LAST_FAILURES)
        lines = [f"/error {one.id} · {one.at:%Y-%m-%d %H:%M} · {one.kind}" for one in last]
        await context.tell("\n".join(lines) or context.words(Text("There have been no errors.")))
        return
    found = await operating.failure(word) if re.fullmatch(_FAILURE_ID, word) else None
    if found is None:
        await context.say(Text("I remember no error of that id."))
    else:
        await context.tell(_told(context, found))


def _told(context: BotContext, failure: Failure) -> str:
    facts = [
        context.words(Text("Error {id}", id=failure.id)),
        f"{failure.at:%Y-%m-%d %H:%M:%S} UTC",
        failure.kind,
        failure.detail,
        context.words(Text("Turn {id}", id=failure.turn_id)) if failure.turn_id else "",
        failure.model,
    ]
    return "\n".join(filter(None, facts))


def _behind_command(context: BotContext) -> str:
    _, *words = (context.message.text or "").split(maxsplit=1)
    return "".join(words)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "–"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / _MEGABYTE:.1f}"


def handlers() -> list[Handler]:
    return [
        CommandHandler("broadcast", on_broadcast, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_broadcast_tap, pattern=r"^cast:(send|drop):\d{1,18}\Z"),
        CommandHandler("stats", on_stats, filters.UpdateType.MESSAGE),
        CommandHandler("error", on_error_id, filters.UpdateType.MESSAGE),
    ]
