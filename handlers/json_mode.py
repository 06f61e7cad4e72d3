"""`/json` and `/schema`: answers that are JSON, and obey a schema."""

import json
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from conversation.taking_schemas import HINT, TASK
from conversation.tuning import OFF
from domain.reply import Button, Keyboard
from domain.texts import Text
from domain.turn import Said
from handlers.captions import Command, command_of
from handlers.context import BotContext, Handler
from handlers.flatten import spoken
from handlers.menus import confirm
from handlers.rights import may_change

_ON = "on"
_MOST_SHOWN = 1_000  # characters of a schema


async def on_json(_update: Update, context: BotContext) -> None:
    """`/json question` asks for JSON once, also as a reply to the question.

    `/json`, `/json on` and `/json off` are for the chat.
    """
    _, words = command_of(context.message)
    if (switch := words.strip().lower()) in (_ON, OFF):
        if await may_change(context):
            await context.services.tunings.choose_json(context.key, is_json=switch == _ON)
            await context.tell(*_menu(context))
        return
    answered = context.message.reply_to_message
    is_question = words or (answered is not None and answered.forum_topic_created is None)
    if is_question or context.message.effective_attachment is not None:
        context.answer(replace(context.turn_about_reply(words), as_json=True))
        return
    await context.tell(*_menu(context))


async def on_json_tap(_update: Update, context: BotContext) -> None:
    if not await may_change(context):
        return
    tunings = context.services.tunings
    match (context.tap.data or "").partition(":")[2]:
        case "forget":
            await tunings.choose_schema(context.key, None)
        case word:
            await tunings.choose_json(context.key, is_json=word == "on")
    await confirm(context, Text("Done."), *_menu(context))


async def on_schema(_update: Update, context: BotContext) -> None:
    """A schema behind the command, in the file it comes with, or in what it replies to."""
    _, words = command_of(context.message)
    if not await may_change(context):
        return
    turn = context.task(TASK, words)
    answered = context.message.reply_to_message
    if words.strip().lower() == OFF:
        await context.services.tunings.choose_schema(context.key, None)
        await context.tell(*_menu(context))
        return
    if not words and not turn.said[0].attachments and answered is not None:
        said = Said(context.message.message_id, context.person, spoken(answered))
        turn = replace(turn, said=(said,))
    if turn.said[0].text.strip() or turn.said[0].attachments:
        context.answer(turn)
    else:
        await context.say(HINT)


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    tunings = context.services.tunings
    schema, is_on = tunings.schema(context.key), tunings.is_json(context.key)
    lines = [
        context.words(Text("Answers here are JSON.") if is_on else Text("Answers here are words as usual.")),
        context.words(Text("/json with a question behind it asks for JSON once.")),
        context.words(HINT),
    ]
    if schema is not None:
        shown = json.dumps(schema, ensure_ascii=False, indent=1)
        cut = f"{shown[:_MOST_SHOWN]}…" if len(shown) > _MOST_SHOWN else shown
        lines.append(context.words(Text("The schema they obey:\n{schema}", schema=cut)))
    switch = (Text("Words as usual"), "json:off") if is_on else (Text("JSON from now on"), "json:on")
    keyboard: Keyboard = ((Button(context.words(switch[0]), switch[1]),),)
    if schema is not None:
        keyboard = (*keyboard, (Button(context.words(Text("Forget the schema")), "json:forget"),))
    return "\n\n".join(lines), keyboard


def handlers() -> list[Handler]:
    new_messages = filters.UpdateType.MESSAGE
    return [
        MessageHandler(new_messages & Command("json"), on_json),
        MessageHandler(new_messages & Command("schema"), on_schema),
        CallbackQueryHandler(on_json_tap, pattern=r"^json:(on|off|forget)\Z"),
    ]
