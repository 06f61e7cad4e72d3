"""`/once`: an instruction for one answer only.

It stands behind the command. The question is what follows on further lines; or what follows a colon and a
space; or the message that is replied to; or the media that is sent along.
"""

import re
from dataclasses import replace

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.texts import Text
from domain.turn import Turn
from handlers.captions import Command, command_of
from handlers.context import BotContext, Handler

_COLON = re.compile(r":\s+|：\s*")
_LONGEST = 2_000


async def on_once(_update: Update, context: BotContext) -> None:
    instruction, question = parted(command_of(context.message)[1])
    turn = _about(context, question)
    if not instruction or not (turn.said[0].text.strip() or turn.said[0].attachments):
        await context.say(
            Text(
                "Write how to answer behind the command, and the question on the next line or behind a colon: "
                "/once like a pirate: why is the sky blue? Or reply to a message with /once and how to answer."
            )
        )
    elif len(instruction) > _LONGEST:
        await context.say(
            Text(
                "That is {count} characters long; at most {most}, please.",
                count=len(instruction),
                most=_LONGEST,
            )
        )
    else:
        context.answer(replace(turn, instruction=instruction))


def parted(words: str) -> tuple[str, str]:
    """The instruction and the question, which may be empty."""
    first, newline, rest = words.strip().partition("\n")
    if newline:
        return first.strip().rstrip(":："), rest.strip()
    colon = _COLON.search(first)
    if colon is None:
        return first.strip().rstrip(":："), ""
    return first[: colon.start()].strip(), first[colon.end() :].strip()


def _about(context: BotContext, question: str) -> Turn:
    """Without a question of its own it is about the message replied to, else about what is sent along."""
    if question or context.message.reply_to_message is not None:
        return context.turn_about_reply(question)
    return replace(context.task("", ""), task="")


def handlers() -> list[Handler]:
    return [MessageHandler(filters.UpdateType.MESSAGE & Command("once"), on_once)]
