"""`/reminders`: what the bot will remind a person of, each with a button that cancels it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.reminders import when
from domain.reply import Button, Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler

_LONGEST_SHOWN = 100
_LONGEST_LABEL = 30
_MOST_SHOWN = 30


async def on_reminders(_update: Update, context: BotContext) -> None:
    await context.tell(*await _menu(context))


async def on_cancel_tap(_update: Update, context: BotContext) -> None:
    """`reminder:OWNER:NUMBER`: only whose reminders they are cancels one."""
    _, owner, number = (context.tap.data or "").split(":")
    if int(owner) != context.user.id:
        whose = Text("Only whose reminders these are can cancel them.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(whose))
        return
    done = await context.services.reminders.cancel(int(number), context.user.id, context.key, context.chat_kind)
    told = Text("The reminder is cancelled.") if done else Text("That reminder is not waiting any more.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))
    words, keyboard = await _menu(context)
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    found = await context.services.reminders.waiting(context.user.id, context.key, context.chat_kind)
    if not found:
        return context.words(Text("No reminders are waiting. Ask me to remind you of something.")), ()
    shown = found[:_MOST_SHOWN]
    lines = [f"• {when(one)} ({one.zone}): {one.text[:_LONGEST_SHOWN]}" for one in shown]
    keyboard = tuple(
        (Button(f"✕ {one.text[:_LONGEST_LABEL]}", f"reminder:{context.user.id}:{one.id}"),) for one in shown
    )
    return "\n".join((context.words(Text("Your reminders:")), *lines)), keyboard


def handlers() -> list[Handler]:
    return [
        CommandHandler("reminders", on_reminders, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_cancel_tap, pattern=r"^reminder:\d{1,16}:\d{1,12}\Z"),
    ]
