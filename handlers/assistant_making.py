"""Making an assistant: a short conversation, one question after the other, that a restart does not end."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from telegram import Update
from telegram.ext import ApplicationHandlerStop, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from conversation.assistants import limits
from conversation.assistants.dialogs import CREATING, OPTIONAL, Dialog, Step
from conversation.assistants.errors import AssistantGone, AssistantRefused
from conversation.assistants.reading import read_instructions
from conversation.assistants.writing import TASK
from conversation.thread_desk import ThreadGone
from domain.assistant import Assistant
from domain.errors import UserFacingError
from domain.reply import Button, Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.assistants import card, card_buttons
from handlers.attachments import own_attachments
from handlers.context import BotContext, Handler
from handlers.fact_editing import take_fact
from handlers.thread_titles import take_title

_CUT_TEXT_LENGTH = 3_500  # apps cut a long text at 4,096 characters, or at a space or line before it
_SAID = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
_NOT_NOW = Text("This button no longer works.")

_QUESTIONS: Mapping[Step, Text] = {
    Step.NAME: Text("What shall the assistant be called? (/cancel ends this.)"),
    Step.INSTRUCTIONS: Text(
        "What shall {name} do? One sentence is enough. You can also send whole instructions, as a message or "
        "as a .txt or .md file, of at most {most} characters."
    ),
    Step.PICTURE: Text("Send a photo for it, if you like."),
    Step.GREETING: Text("With which words shall it greet?"),
    Step.STARTERS: Text(
        "Which questions shall it offer to begin with? Send them, one a line, up to {most}; each becomes a "
        "button."
    ),
    Step.DESCRIPTION: Text("Describe it in a sentence, for those who get its link."),
    Step.TITLE: Text("What shall this conversation be called?"),
    Step.FACT: Text("How shall it read? Send it in your words. (/cancel leaves it as it is.)"),
}


async def on_begin_tap(_update: Update, context: BotContext) -> None:
    """➕ in the list."""
    if context.chat_kind is not ChatKind.PRIVATE:
        await context.services.gateway.answer_callback(context.tap.id, context.words(_NOT_NOW))
        return
    try:
        await context.services.assistants.check_room(context.user.id)
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    draft = Assistant(name="", owner_id=context.user.id)
    await ask(context, Dialog(Step.NAME, _origin(context), draft=draft, seen=context.work.update_id))


async def on_cancel(_update: Update, context: BotContext) -> None:
    if context.services.dialogs.find(context.key, context.user.id) is None:
        await context.say(Text("There is nothing to cancel."))
        return
    await context.services.dialogs.end(context.key, context.user.id)
    await context.say(Text("Cancelled. Nothing was changed."))


async def on_answer(_update: Update, context: BotContext) -> None:
    """While something is asked for, the next message is it; commands are what they always are."""
    dialog = context.services.dialogs.find(context.key, context.user.id)
    if dialog is None or (context.message.text or context.message.caption or "").startswith("/"):
        return
    if dialog.seen != context.work.update_id:  # else it has been taken, just before the process went down
        dialog = replace(dialog, seen=context.work.update_id)
        async with _ended_if_gone(context):
            taken = await _TAKES[dialog.step](context, dialog)
            if taken is not None:
                await go_on(context, taken)
    else:
        await ask(context, dialog)
    raise ApplicationHandlerStop


async def on_step_tap(_update: Update, context: BotContext) -> None:
    """`ask:make:VERB:STEP`: the buttons below a question; they speak of that question only."""
    _, _, verb, step = (context.tap.data or "").split(":")
    dialog = context.services.dialogs.find(context.key, context.user.id)
    is_due = dialog is not None and dialog.step.value == step and _may(verb, dialog)
    if dialog is None or not is_due:
        await context.services.gateway.answer_callback(context.tap.id, context.words(_NOT_NOW))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    dialog = replace(dialog, seen=context.work.update_id)
    async with _ended_if_gone(context):
        match verb:
            case "write":
                context.answer(replace(context.turn(""), task=TASK))
            case "next":
                await go_on(context, dialog)
            case "clear":
                await go_on(context, replace(dialog, draft=_cleared(dialog)))
            case "done":
                await _finish(context, dialog)
            case _:
                await on_cancel(_update, context)


@asynccontextmanager
async def _ended_if_gone(context: BotContext) -> AsyncGenerator[None]:
    """What is no longer there needs no answer: the next message is a question again."""
    try:
        yield
    except (AssistantGone, ThreadGone):
        await context.services.dialogs.end(context.key, context.user.id)
        raise


def _may(verb: str, dialog: Dialog) -> bool:
    """Whether the question has that button: not every one can be left out."""
    match verb:
        case "write":
            return dialog.step is Step.INSTRUCTIONS and bool(dialog.purpose)
        case "next":
            return dialog.step in OPTIONAL or (dialog.step is Step.INSTRUCTIONS and bool(dialog.purpose))
        case "done" | "clear":
            return dialog.step in OPTIONAL
        case _:
            return True


async def ask(context: BotContext, dialog: Dialog) -> None:
    """Asks for what the dialog awaits, and keeps it first."""
    await context.services.dialogs.keep(context.key, context.user.id, dialog)
    most = f"{limits.LONGEST_INSTRUCTIONS:,}" if dialog.step is Step.INSTRUCTIONS else limits.MOST_STARTERS
    question = _QUESTIONS[dialog.step]
    asked = Text(question.message, name=dialog.draft.name, most=most)
    await context.say(asked, _buttons(context, dialog))


async def go_on(context: BotContext, dialog: Dialog) -> None:
    """To the next question, or to the end."""
    if not dialog.is_new or dialog.step is CREATING[-1]:
        await _finish(context, dialog)
        return
    following = CREATING[CREATING.index(dialog.step) + 1]
    await ask(context, replace(dialog, step=following, last_length=0, count=0))


async def _finish(context: BotContext, dialog: Dialog) -> None:
    """Made or changed, and shown."""
    desk = context.services.assistants
    if dialog.is_new:
        made = await desk.create(replace(dialog.draft, owner_id=context.user.id), origin=dialog.origin)
    else:
        now = await desk.own(dialog.subject, context.user.id)
        made = replace(now, **{dialog.step.value: getattr(dialog.draft, dialog.step.value)})
        await desk.assistants.update(made)
    await context.services.dialogs.end(context.key, context.user.id)
    told = Text("{name} is ready.", name=made.name) if dialog.is_new else Text("Done.")
    await context.tell(f"{context.words(told)}\n\n{card(context, made)}", card_buttons(context, made))


async def _take_name(context: BotContext, dialog: Dialog) -> Dialog | None:
    words = _words(context)
    if words is None:
        raise AssistantRefused("no text", text=Text("I am waiting for its name, as text. /cancel ends this."))
    return replace(dialog, draft=replace(dialog.draft, name=limits.name(words)))


async def _take_description(context: BotContext, dialog: Dialog) -> Dialog | None:
    words = _words(context)
    if words is None:
        raise AssistantRefused("no text", text=Text("I am waiting for text. /cancel ends this."))
    return replace(dialog, draft=replace(dialog.draft, description=limits.description(words)))


async def _take_greeting(context: BotContext, dialog: Dialog) -> Dialog | None:
    words = _words(context)
    if words is None:
        raise AssistantRefused("no text", text=Text("I am waiting for text. /cancel ends this."))
    return replace(dialog, draft=replace(dialog.draft, greeting=limits.greeting(words)))


async def _take_starters(context: BotContext, dialog: Dialog) -> Dialog | None:
    """More lines may follow: each message adds some, until the person has no more."""
    words = _words(context)
    if words is None:
        raise AssistantRefused("no text", text=Text("I am waiting for questions, as text. /cancel ends this."))
    known = dialog.draft.starters if dialog.last_length else ()
    starters = limits.starters([*known, *words.splitlines()])
    kept = replace(dialog, draft=replace(dialog.draft, starters=starters), last_length=len(words))
    await context.services.dialogs.keep(context.key, context.user.id, kept)
    told = Text(
        "Noted: {count} of {most}. Send more, or tap Done.", count=len(starters), most=limits.MOST_STARTERS
    )
    done = Button(context.words(Text("✓ Done")), f"ask:make:done:{dialog.step.value}")
    await context.say(told, ((done,),))
    return None


async def _take_picture(context: BotContext, dialog: Dialog) -> Dialog | None:
    photo = context.message.photo
    if not photo:
        told = Text("I am waiting for a photo, sent as a photo and not as a file. /cancel ends this.")
        raise AssistantRefused("no photo", text=told)
    return replace(dialog, draft=replace(dialog.draft, picture=photo[-1].file_id))


async def _take_instructions(context: BotContext, dialog: Dialog) -> Dialog | None:
    """A file, or words; those of several messages belong together if an app has cut them."""
    if context.message.document is not None:
        text = await read_instructions(
            context.services.files, context.services.gateway, own_attachments(context.message)[0]
        )
        return await _review(context, dialog, text, length=0)
    words = _words(context)
    if words is None:
        told = Text("I am waiting for words: what shall it do? /cancel ends this.")
        raise AssistantRefused("no text", text=told)
    if dialog.last_length < _CUT_TEXT_LENGTH:
        dialog = replace(dialog, draft=replace(dialog.draft, instructions=""), count=0, is_told=False)
    before, count = dialog.draft.instructions, dialog.count + len(words)
    text = f"{before}\n{words}" if before else words
    if max(count, len(text)) > limits.LONGEST_INSTRUCTIONS:
        return await _overflow(context, dialog, count, length=len(words))
    return await _review(context, replace(dialog, count=count), text, length=len(words))


async def _overflow(context: BotContext, dialog: Dialog, count: int, *, length: int) -> None:
    """Nothing of it is kept, which is said once, when all pieces at hand have been counted."""
    tells = not dialog.is_told and not context.work.is_followed
    kept = replace(
        dialog,
        draft=replace(dialog.draft, instructions=""),
        purpose="",
        count=count,
        last_length=length,
        is_told=dialog.is_told or tells,
    )
    await context.services.dialogs.keep(context.key, context.user.id, kept)
    if tells:
        await context.say(limits.too_long(count).text)


async def _review(context: BotContext, dialog: Dialog, text: str, *, length: int) -> None:
    """Shows how long they are, and what can be done with them."""
    instructions = limits.instructions(text)
    draft = replace(dialog.draft, instructions=instructions)
    kept = replace(dialog, draft=draft, purpose=instructions, last_length=length)
    await context.services.dialogs.keep(context.key, context.user.id, kept)
    if context.work.is_followed:
        return
    told = Text("I have {count} characters of instructions.", count=len(instructions))
    step = dialog.step.value
    rows: Keyboard = (
        (Button(context.words(Text("✓ Use them as they are")), f"ask:make:next:{step}"),),
        (Button(context.words(Text("✍️ Write the instructions for me")), f"ask:make:write:{step}"),),
    )
    await context.say(told, rows)


_TAKES: Mapping[Step, Callable[[BotContext, Dialog], Awaitable[Dialog | None]]] = {
    Step.NAME: _take_name,
    Step.INSTRUCTIONS: _take_instructions,
    Step.PICTURE: _take_picture,
    Step.GREETING: _take_greeting,
    Step.STARTERS: _take_starters,
    Step.DESCRIPTION: _take_description,
    Step.TITLE: take_title,
    Step.FACT: take_fact,
}


def _cleared(dialog: Dialog) -> Assistant:
    empty: dict[str, object] = {dialog.step.value: () if dialog.step is Step.STARTERS else ""}
    return replace(dialog.draft, **empty)  # pyright: ignore[reportArgumentType]  # a field by its name


def _buttons(context: BotContext, dialog: Dialog) -> Keyboard:
    step = dialog.step.value
    cancel = Button(context.words(Text("✖ Cancel")), f"ask:make:cancel:{step}")
    if dialog.step not in OPTIONAL:
        return ((cancel,),)
    if not dialog.is_new:
        return ((Button(context.words(Text("🗑 Remove it")), f"ask:make:clear:{step}"), cancel),)
    skip = Button(context.words(Text("Skip")), f"ask:make:next:{step}")
    return ((skip, Button(context.words(Text("✓ Done")), f"ask:make:done:{step}")), (cancel,))


def _words(context: BotContext) -> str | None:
    text = context.message.text
    return text if text and text.strip() else None


def _origin(context: BotContext) -> str:
    return f"update:{context.work.update_id}"


def dialog_handlers() -> list[Handler]:
    """They see messages before everything else that people can do."""
    return [MessageHandler(_SAID, on_answer)]


def handlers() -> list[Handler]:
    steps = "|".join(Step)
    return [
        CommandHandler("cancel", on_cancel, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_begin_tap, pattern=r"^ask:make:begin\Z"),
        CallbackQueryHandler(on_step_tap, pattern=rf"^ask:make:(write|next|clear|done|cancel):({steps})\Z"),
    ]
