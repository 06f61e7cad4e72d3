"""`/threads`: the conversations of before, to be found, continued, named, copied, taken along and deleted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.assistants.dialogs import Dialog, Step
from conversation.choices import ThreadsBy
from conversation.exporting import FORMATS, TASK, WORDLESS_THREAD
from conversation.thread_desk import heading
from domain.errors import UserFacingError
from domain.reply import Button, Keyboard
from domain.texts import Plural, Sentence, Text
from domain.turn import ChatKind
from handlers.assistant_making import ask
from handlers.context import BotContext, Handler
from handlers.menus import confirm, label, options
from handlers.rights import is_admin_here, may_change, refuse
from handlers.thread_titles import rename, threads_of
from storage.archive import Thread

_PAGE = 8
_LONGEST_WORDS = 200
_SETTING = "setting"
_BY: Mapping[ThreadsBy, Text] = {
    ThreadsBy.TOPIC: Text("One conversation for all, in each topic"),
    ThreadsBy.PERSON: Text("One conversation for each person"),
}


async def on_threads(_update: Update, context: BotContext) -> None:
    """The list, or with words behind the command those in which they stand; in groups `setting`, too."""
    words = " ".join(context.args or [])[:_LONGEST_WORDS]
    if words == _SETTING and context.chat_kind is ChatKind.GROUP:
        await context.tell(*_setting(context))
        return
    if words:  # for the pages behind the first: a button cannot carry them
        await context.services.choices.keep_thread_search(context.user.id, words)
    await context.tell(*await _list(context, 0, words))


async def on_branch(_update: Update, context: BotContext) -> None:
    """`/branch` as a reply goes on from that message in a copy; without one, from here."""
    desk, of = context.services.threads, threads_of(context)
    answered = context.message.reply_to_message
    is_opening = answered is not None and answered.forum_topic_created is not None
    if answered is None or is_opening:
        await desk.branch_current(of)
        await context.say(Text("You are in a copy of this conversation now; the first one stays in /threads."))
    else:
        await desk.branch_at_message(answered.message_id, of)
        await context.say(
            Text("The conversation goes on from that message, in a copy; the first one stays in /threads.")
        )


async def on_rename(_update: Update, context: BotContext) -> None:
    """`/rename TITLE` for the conversation of now."""
    title = " ".join(context.args or [])
    if not title:
        await context.say(Text("Write the title behind the command: /rename Our holidays"))
    elif _is_of_one(context) or await may_change(context):
        of = threads_of(context)
        await rename(context, await context.services.threads.threads.active(of.key, of.user_id), title)


async def on_page_tap(_update: Update, context: BotContext) -> None:
    """`th:page:N` of all, `th:find:N` of those found last."""
    _, verb, number = (context.tap.data or "").split(":")
    words = context.services.choices.thread_search(context.user.id) if verb == "find" else ""
    await context.services.gateway.answer_callback(context.tap.id)
    await _show(context, *await _list(context, int(number), words))


async def on_thread_tap(_update: Update, context: BotContext) -> None:
    """`th:VERB:THREAD`. A thread of somebody else is as good as gone."""
    _, verb, number = (context.tap.data or "").split(":")
    try:
        thread = await context.services.threads.find(int(number), threads_of(context))
        told = await _VERBS[verb](context, thread)
    except UserFacingError as error:
        told = error.text
    await context.services.gateway.answer_callback(context.tap.id, context.words(told) if told else "")


async def on_name_tap(_update: Update, context: BotContext) -> None:
    """Asks for a title; in a group, where not every message reaches the bot, a command takes it."""
    thread = await _tapped(context)
    if thread is None:
        return
    if context.chat_kind is ChatKind.GROUP:
        told = Text("Continue it, then send /rename and its new title.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(told))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    update_id = context.work.update_id
    await ask(context, Dialog(Step.TITLE, f"update:{update_id}", subject=str(thread.id), seen=update_id))


async def on_export_tap(_update: Update, context: BotContext) -> None:
    """`ask:export:THREAD:FORMAT`: sent as a file."""
    thread = await _tapped(context)
    if thread is None:
        return
    await context.services.gateway.answer_callback(context.tap.id)
    format_ = (context.tap.data or "").rpartition(":")[2]
    context.answer(replace(context.turn(""), task=f"{TASK}:{thread.id}:{format_}"))


async def on_setting_tap(_update: Update, context: BotContext) -> None:
    """`th:setting` shows it, `th:by:WHOSE` changes it; for a group's admins."""
    if context.chat_kind is not ChatKind.GROUP:
        await refuse(context, Text("This button no longer works."))
        return
    if not await may_change(context):
        return
    chosen = (context.tap.data or "").rpartition(":")[2]
    if chosen != _SETTING:
        await context.services.choices.choose_threads_by(context.chat.id, ThreadsBy(chosen))
    await confirm(context, Text("Done."), *_setting(context))


async def _open(context: BotContext, thread: Thread) -> None:
    assistant = await context.services.assistants.known(thread.assistant)
    worded = context.services.assistants.built_ins.worded(assistant, context.words)
    when = datetime.fromtimestamp(thread.updated_ms / 1000, UTC)
    lines = [
        _name(context, thread),
        "",
        context.words(Text("Assistant: {name}", name=worded.name)),
        context.words(Text("Last used: {date}", date=f"{when:%Y-%m-%d}")),
    ]
    if thread.is_active:
        lines.append(context.words(Text("This is the conversation of now.")))
    await _show(context, "\n".join(lines), _thread_buttons(context, thread))


async def _continue(context: BotContext, thread: Thread) -> Sentence:
    await context.services.threads.resume(thread.id, threads_of(context))
    told = Text("We go on with {title}.", title=_name(context, thread))
    await context.say(told)
    return Text("Done.")


async def _branch(context: BotContext, thread: Thread) -> Sentence:
    await context.services.threads.branch(thread.id, threads_of(context))
    await context.say(Text("We go on in a copy of {title}.", title=_name(context, thread)))
    return Text("Done.")


async def _delete(context: BotContext, thread: Thread) -> None:
    if not (_is_of_one(context) or await may_change(context)):
        return
    asks = Text("Delete {title}, with all that was said in it?", title=_name(context, thread))
    keyboard = (
        (Button(context.words(Text("🗑 Yes, delete it")), f"th:deleted:{thread.id}"),),
        (Button(context.words(Text("↩ Back")), f"th:open:{thread.id}"),),
    )
    await _show(context, context.words(asks), keyboard)


async def _deleted(context: BotContext, thread: Thread) -> Sentence | None:
    if not (_is_of_one(context) or await may_change(context)):
        return None
    await context.services.threads.delete(thread.id, threads_of(context))
    await _show(context, *await _list(context, 0, ""))
    return Text("Deleted.")


_VERBS: Mapping[str, Callable[[BotContext, Thread], Awaitable[Sentence | None]]] = {
    "open": _open,
    "go": _continue,
    "branch": _branch,
    "delete": _delete,
    "deleted": _deleted,
}


def _is_of_one(context: BotContext) -> bool:
    """Whether the threads here are one person's; else they are everybody's, and only admins change them."""
    return context.chat_kind is ChatKind.PRIVATE or threads_of(context).user_id != 0


async def _tapped(context: BotContext) -> Thread | None:
    thread_id = int((context.tap.data or "").split(":")[2])
    try:
        return await context.services.threads.find(thread_id, threads_of(context))
    except UserFacingError as gone:
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone.text))
        return None


async def _list(context: BotContext, page: int, words: str) -> tuple[str, Keyboard]:
    found, count = await context.services.threads.listed(
        threads_of(context), words=words, skip=page * _PAGE, most=_PAGE
    )
    rows = [(Button(_line(context, thread), f"th:open:{thread.id}"),) for thread in found]
    verb = "find" if words else "page"
    turning = [Button("‹", f"th:{verb}:{page - 1}")] if page else []
    turning += [Button("›", f"th:{verb}:{page + 1}")] if (page + 1) * _PAGE < count else []
    rows += [tuple(turning)] if turning else []
    if words:
        rows.append((Button(context.words(Text("↩ All conversations")), "th:page:0"),))
    elif context.chat_kind is ChatKind.GROUP and await is_admin_here(context):
        rows.append((Button(context.words(Text("⚙️ Whose conversations")), "th:setting"),))
    return _head(context, words, count), tuple(rows)


def _head(context: BotContext, words: str, count: int) -> str:
    if words and not count:
        return context.words(Text("I find “{words}” in none of your conversations.", words=words))
    if words:
        found = Plural(
            "{count} conversation with “{words}”:", "{count} conversations with “{words}”:", count, words=words
        )
        return context.words(found)
    if not count:
        return context.words(Text("There are no conversations yet. Write to me, and this becomes the first."))
    lines: Sequence[Sentence] = (
        Plural("{count} conversation, the newest first.", "{count} conversations, the newest first.", count),
        Text("To search: /threads and a word of it. /new begins another; /branch, as a reply, goes on there."),
    )
    return "\n\n".join(context.words(line) for line in lines)


def _line(context: BotContext, thread: Thread) -> str:
    name = label(_name(context, thread))
    return f"✓ {name}" if thread.is_active and thread.key == context.key else name


def _name(context: BotContext, thread: Thread) -> str:
    return heading(thread) or context.words(WORDLESS_THREAD)


def _thread_buttons(context: BotContext, thread: Thread) -> Keyboard:
    def button(sentence: Sentence, data: str) -> Button:
        return Button(context.words(sentence), data)

    number = thread.id
    return (
        (
            button(Text("▶️ Continue"), f"th:go:{number}"),
            button(Text("⎇ Copy and go on"), f"th:branch:{number}"),
        ),
        (
            button(Text("✏️ Rename"), f"ask:title:{number}"),
            button(Text("🗑 Delete"), f"th:delete:{number}"),
        ),
        (
            button(Text("⬇ Markdown"), f"ask:export:{number}:md"),
            button(Text("⬇ JSON"), f"ask:export:{number}:json"),
        ),
        (button(Text("↩ All conversations"), "th:page:0"),),
    )


def _setting(context: BotContext) -> tuple[str, Keyboard]:
    chosen = context.services.choices.threads_by(context.chat.id)
    labels = {by.value: context.words(words) for by, words in _BY.items()}
    return context.words(Text("Whose conversations shall there be in this group?")), options(
        "th:by", labels, chosen.value
    )


async def _show(context: BotContext, words: str, keyboard: Keyboard) -> None:
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


def handlers() -> list[Handler]:
    verbs, formats, by = "|".join(_VERBS), "|".join(FORMATS), "|".join(ThreadsBy)
    new_messages = filters.UpdateType.MESSAGE
    return [
        CommandHandler("threads", on_threads, new_messages),
        CommandHandler("branch", on_branch, new_messages),
        CommandHandler("rename", on_rename, new_messages),
        CallbackQueryHandler(on_page_tap, pattern=r"^th:(page|find):\d{1,4}\Z"),
        CallbackQueryHandler(on_thread_tap, pattern=rf"^th:({verbs}):\d{{1,18}}\Z"),
        CallbackQueryHandler(on_name_tap, pattern=r"^ask:title:\d{1,18}\Z"),
        CallbackQueryHandler(on_export_tap, pattern=rf"^ask:export:\d{{1,18}}:({formats})\Z"),
        CallbackQueryHandler(on_setting_tap, pattern=rf"^th:({_SETTING}|by:({by}))\Z"),
    ]
