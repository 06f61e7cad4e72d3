"""The first meeting: a greeting with things to tap, and help."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.reply import Button, Keyboard
from domain.texts import Sentence, Text
from domain.turn import ChatKind
from handlers.command_list import ADMIN_COMMANDS, COMMANDS
from handlers.context import BotContext, Handler

EXAMPLES: tuple[Text, ...] = (
    Text("Explain black holes to a ten-year-old"),
    Text("Plan a weekend in Lisbon as a table"),
    Text("Write a haiku about the sea"),
)


async def on_start(_update: Update, context: BotContext) -> None:
    hello = Text(
        "Hello {name}! I am {bot}. Write to me about anything: I answer as I think, "
        "and I remember what we talked about.\n\nTap one to try, or just write:",
        name=context.user.first_name,
        bot=context.services.me.first_name,
    )
    await context.say(hello, _examples(context))
    if context.services.is_offline:
        await context.say(
            Text(
                "No OpenAI key is set, so an offline stand-in answers: it shows how things look, but it knows "
                "nothing. Set OPENAI_API_KEY to talk to a real model."
            )
        )


async def on_example(_update: Update, context: BotContext) -> None:
    """An example tapped is a question asked."""
    await context.services.gateway.answer_callback(context.tap.id)
    number = int((context.tap.data or "").rpartition(":")[2])
    context.answer(context.turn(context.words(EXAMPLES[number])))


async def on_help(_update: Update, context: BotContext) -> None:
    lines = [context.words(Text("What I understand:")), *_command_lines(context)]
    if context.chat_kind is ChatKind.GROUP:
        how = Text("In this group, mention me (@{bot}) or reply to me.", bot=context.services.me.username)
        lines += ["", context.words(how)]
    if context.services.access.is_admin(context.user.id):
        lines += ["", context.words(Text("For admins:")), *_lines(context, ADMIN_COMMANDS)]
    await context.tell("\n".join(lines))


def _command_lines(context: BotContext) -> list[str]:
    return _lines(context, COMMANDS)


def _lines(context: BotContext, commands: dict[str, Text]) -> list[str]:
    return [f"/{name} – {context.words(sentence)}" for name, sentence in commands.items()]


def _examples(context: BotContext) -> Keyboard:
    labels: list[Sentence] = list(EXAMPLES)
    return tuple((Button(context.words(label), f"ask:example:{n}"),) for n, label in enumerate(labels))


def handlers() -> list[Handler]:
    return [
        CommandHandler("start", on_start, filters.UpdateType.MESSAGE),
        CommandHandler("help", on_help, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_example, pattern=r"^ask:example:[0-2]\Z"),
    ]
