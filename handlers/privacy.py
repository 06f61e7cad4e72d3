"""`/export` and `/forget`: a person takes along what is kept of them, or has it deleted, here and elsewhere."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.privacy.takeout import TASK
from conversation.privacy.wording import QUESTIONS, REALLY, amounts
from domain.errors import UserFacingError
from domain.privacy import Subject, Wish
from domain.reply import Button, Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from handlers.rights import may_change
from handlers.thread_titles import threads_of

_LABELS: dict[Subject, Text] = {
    Subject.THREAD: Text("💬 This conversation"),
    Subject.MEMORY: Text("🧠 What I remember about you"),
    Subject.EVERYTHING: Text("🗑 Everything"),
}


async def on_export(_update: Update, context: BotContext) -> None:
    if context.chat_kind is ChatKind.GROUP:
        await context.say(
            Text("An export goes to one person: send me /export in private. It has your words here, too.")
        )
        return
    context.answer(context.task(TASK, ""))


async def on_forget(_update: Update, context: BotContext) -> None:
    """In a group only its conversation can be chosen, by its admins, or by whose it is."""
    if await _may(context):
        await context.tell(*await _menu(context))


async def on_forget_tap(_update: Update, context: BotContext) -> None:
    """`forget:menu`, or `forget:ask|yes|really:SUBJECT:THREAD`."""
    if not await _may(context):
        return
    _, verb, *rest = (context.tap.data or "").split(":")
    if verb == "menu":
        await _show(context, *await _menu(context))
        return
    try:
        wish = await _wish(context, Subject(rest[0]), int(rest[1]))
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    if verb == "ask":
        await _show(context, *await _question(context, wish))
    elif verb == "yes" and wish.subject is Subject.EVERYTHING:
        really = context.words(Text("Yes, forget everything"))
        await _show(
            context, context.words(REALLY), _buttons(context, really, f"forget:really:{wish.subject.value}:0")
        )
    else:
        await context.services.gateway.answer_callback(context.tap.id)
        await context.services.forgetting.begin(wish, told_in=context.message.message_id)


async def _wish(context: BotContext, subject: Subject, thread_id: int) -> Wish:
    """Raises `ThreadGone` for a thread that is none of theirs, and what is said of what groups cannot have."""
    if subject is Subject.THREAD:
        await context.services.threads.find(thread_id, threads_of(context))
    elif context.chat_kind is ChatKind.GROUP:
        raise UserFacingError("asked in a group", text=Text("That can be chosen in our private chat only."))
    return context.services.forgetting.wish(
        context.work.update_id,
        subject,
        context.person,
        context.key,
        context.chat_kind,
        thread_id=thread_id if subject is Subject.THREAD else 0,
    )


async def _may(context: BotContext) -> bool:
    """A conversation that a whole group shares is its admins' to forget."""
    if context.chat_kind is ChatKind.PRIVATE or threads_of(context).user_id:
        return True
    return await may_change(context)


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    of = threads_of(context)
    thread_id = await context.services.threads.threads.active(of.key, of.user_id)
    is_private = context.chat_kind is ChatKind.PRIVATE
    subjects = [*Subject] if is_private else [Subject.THREAD]
    numbers = {Subject.THREAD: thread_id}
    rows = [
        (Button(context.words(_LABELS[one]), f"forget:ask:{one.value}:{numbers.get(one, 0)}"),)
        for one in subjects
    ]
    words = Text("What shall I forget? I show you what goes before anything is deleted.")
    return context.words(words), tuple(rows)


async def _question(context: BotContext, wish: Wish) -> tuple[str, Keyboard]:
    counts = await context.services.forgetting.eraser.count(wish)
    lines = [f"• {context.words(amount)}" for amount in amounts(counts)]
    nothing = [context.words(Text("Nothing is there."))]
    words = "\n".join([context.words(QUESTIONS[wish.subject]), *(lines or nothing)])
    yes = context.words(Text("Yes, forget it"))
    return words, _buttons(context, yes, f"forget:yes:{wish.subject.value}:{wish.thread_id}")


def _buttons(context: BotContext, yes: str, data: str) -> Keyboard:
    return (Button(yes, data),), (Button(context.words(Text("↩ Back")), "forget:menu"),)


async def _show(context: BotContext, words: str, keyboard: Keyboard) -> None:
    await context.services.gateway.answer_callback(context.tap.id)
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


def handlers() -> list[Handler]:
    subjects = "|".join(Subject)
    return [
        CommandHandler("export", on_export, filters.UpdateType.MESSAGE),
        CommandHandler("forget", on_forget, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(
            on_forget_tap, pattern=rf"^forget:(menu|(ask|yes|really):({subjects}):\d{{1,18}})\Z"
        ),
    ]
