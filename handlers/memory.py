"""`/remember` and `/memory`: what the bot remembers about a person, for that person's eyes only."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from conversation.assistants.dialogs import Dialog, Step
from conversation.memory.book import MOST_FACTS, Kept
from domain.errors import UserFacingError
from domain.memory import Fact, FactSource
from domain.reply import Button, Keyboard
from domain.texts import Plural, Sentence, Text
from domain.turn import ChatKind
from handlers.assistant_making import ask
from handlers.captions import command_of
from handlers.context import BotContext, Handler
from handlers.flatten import spoken
from handlers.menus import label
from handlers.rights import may_change

MENU = "memory"
_PAGE = 8
_LONGEST_SHOWN = 200
_SUPERGROUPS = -1_000_000_000_000  # and below: core.telegram.org/api/bots/ids
_NOT_HERE = Text("This button no longer works.")


async def on_remember(_update: Update, context: BotContext) -> None:
    """`/remember what`, or as a reply to the message that says it. Raises `FactRefused`."""
    book, message = context.services.memory, context.message
    book.check(context.user.id, context.chat.id, context.chat_kind)
    answered = message.reply_to_message
    words = command_of(message)[1] or (spoken(answered) if answered is not None else "")
    origin = f"update:{context.work.update_id}"
    kept = await book.remember(
        context.user.id, words, FactSource(origin, "person", context.key, message.message_id)
    )
    await context.say(_told(kept))


def _told(kept: Kept) -> Sentence:
    match kept.became:
        case "new":
            return Text("I will remember that. /memory shows all I remember about you.")
        case "known":
            return Text("I remember that already.")
        case "changed":
            return Text("I will remember that, in place of: {before}", before=kept.before)


async def on_memory(_update: Update, context: BotContext) -> None:
    """The list, in private; in a group whether it is used there, which its admins change by `on` and `off`."""
    if context.chat_kind is ChatKind.PRIVATE:
        await context.tell(*await _list(context, 0))
        return
    book, (_, word) = context.services.memory, command_of(context.message)
    if word.lower() in ("on", "off"):
        if not await may_change(context):
            return
        await book.switch_in_group(context.chat.id, on=word.lower() == "on")
    await context.say(_of_group(on=book.is_on_in_group(context.chat.id)), _way_to_private(context))


def _of_group(*, on: bool) -> Sentence:
    if on:
        return Text(
            "In this group I use what I remember about a person when that person asks me something. I show the "
            "list in our private chat only. An admin ends this with /memory off."
        )
    return Text(
        "In this group I neither use nor add to what I remember about people, unless an admin sends "
        "/memory on. I show the list in our private chat only."
    )


def _way_to_private(context: BotContext) -> Keyboard:
    address = f"https://t.me/{context.services.me.username}?start={MENU}"
    return ((Button(context.words(Text("What I remember about you")), url=address),),)


async def on_tap(_update: Update, context: BotContext) -> None:
    """`memory:VERB:NUMBER`. Facts of somebody else are as good as gone."""
    _, verb, number = (context.tap.data or "").split(":")
    if context.chat_kind is not ChatKind.PRIVATE:
        await context.services.gateway.answer_callback(context.tap.id, context.words(_NOT_HERE))
        return
    try:
        told = await _VERBS[verb](context, int(number))
    except UserFacingError as error:
        told = error.text
    await context.services.gateway.answer_callback(context.tap.id, context.words(told) if told else "")


async def on_edit_tap(_update: Update, context: BotContext) -> None:
    """`ask:fact:NUMBER`: the next message is how it shall read."""
    number = int((context.tap.data or "").rpartition(":")[2])
    try:
        fact = await context.services.memory.find(number, context.user.id)
    except UserFacingError as gone:
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone.text))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    update_id = context.work.update_id
    await ask(context, Dialog(Step.FACT, f"update:{update_id}", subject=str(fact.id), seen=update_id))


async def _turn_page(context: BotContext, page: int) -> None:
    await _show(context, *await _list(context, page))


async def _open(context: BotContext, number: int) -> None:
    fact = await context.services.memory.find(number, context.user.id)
    lines = [fact.text, "", context.words(_where_from(fact))]
    rows: list[tuple[Button, ...]] = [
        (
            Button(context.words(Text("✏️ Edit")), f"ask:fact:{number}"),
            Button(context.words(Text("🗑 Forget it")), f"{MENU}:forget:{number}"),
        )
    ]
    if address := _address(fact):
        rows.append((Button(context.words(Text("💬 Where it was said")), url=address),))
    rows.append((Button(context.words(Text("↩ All I remember")), f"{MENU}:page:0"),))
    await _show(context, "\n".join(lines), tuple(rows))


def _where_from(fact: Fact) -> Sentence:
    date = f"{fact.told_at:%Y-%m-%d}"
    if fact.source.by == "person":
        return Text("You told me with /remember, on {date}.", date=date)
    return Text("You asked me to remember it in a conversation, on {date}.", date=date)


def _address(fact: Fact) -> str:
    """Messages of supergroups have addresses; others have none."""
    source = fact.source
    if source.key.chat_id >= _SUPERGROUPS or not source.message_id:
        return ""
    topic = f"{source.key.topic_id}/" if source.key.topic_id else ""
    return f"https://t.me/c/{_SUPERGROUPS - source.key.chat_id}/{topic}{source.message_id}"


async def _forget(context: BotContext, number: int) -> Sentence:
    await context.services.memory.forget(number, context.user.id)
    await _turn_page(context, 0)
    return Text("Forgotten.")


async def _ask_to_forget_all(context: BotContext, _number: int) -> None:
    count = len(await context.services.memory.of(context.user.id))
    asks = Plural(
        "Shall I forget the {count} thing I remember about you?",
        "Shall I forget all {count} things I remember about you?",
        count,
    )
    keyboard = (
        (Button(context.words(Text("🗑 Yes, forget all")), f"{MENU}:forgotten:0"),),
        (Button(context.words(Text("↩ Back")), f"{MENU}:page:0"),),
    )
    await _show(context, context.words(asks), keyboard)


async def _forget_all(context: BotContext, _number: int) -> Sentence:
    await context.services.memory.forget_all(context.user.id)
    await _turn_page(context, 0)
    return Text("Forgotten.")


async def _switch(context: BotContext, on: int) -> Sentence:
    await context.services.memory.switch(context.user.id, on=bool(on))
    await _turn_page(context, 0)
    return Text("Your memory is on.") if on else Text("Your memory is off.")


_VERBS: Mapping[str, Callable[[BotContext, int], Awaitable[Sentence | None]]] = {
    "page": _turn_page,
    "open": _open,
    "forget": _forget,
    "all": _ask_to_forget_all,
    "forgotten": _forget_all,
    "switch": _switch,
}


async def _list(context: BotContext, page: int) -> tuple[str, Keyboard]:
    facts = await context.services.memory.of(context.user.id)
    pages = max(-(-len(facts) // _PAGE), 1)
    page = min(page, pages - 1)
    shown = facts[page * _PAGE : (page + 1) * _PAGE]
    is_on = context.services.memory.is_on(context.user.id)
    lines = [context.words(one) for one in _head(len(facts), is_on=is_on)]
    lines += [f"• {_shortened(fact.text)} ({fact.told_at:%Y-%m-%d})" for fact in shown]
    return "\n".join(lines), _buttons(context, shown, page=page, pages=pages, is_on=is_on)


def _head(count: int, *, is_on: bool) -> Sequence[Sentence]:
    off = () if is_on else (Text("Your memory is off: I use nothing of this, and add nothing to it."),)
    if not count:
        none = Text("I remember nothing about you yet. Say “remember that…”, or /remember and what.")
        return (none, *off)
    many = Plural(
        "I remember {count} thing about you (at most {most}):",
        "I remember {count} things about you (at most {most}):",
        count,
        most=MOST_FACTS,
    )
    return (many, *off)


def _buttons(context: BotContext, shown: Sequence[Fact], *, page: int, pages: int, is_on: bool) -> Keyboard:
    rows: list[tuple[Button, ...]] = [(Button(label(fact.text), f"{MENU}:open:{fact.id}"),) for fact in shown]
    if pages > 1:
        before, after = max(page - 1, 0), min(page + 1, pages - 1)
        here = Button(f"{page + 1} / {pages}", f"{MENU}:page:{page}")
        rows.append((Button("‹", f"{MENU}:page:{before}"), here, Button("›", f"{MENU}:page:{after}")))
    switch = Text("⏸ Switch memory off") if is_on else Text("▶️ Switch memory on")
    rows.append((Button(context.words(switch), f"{MENU}:switch:{int(not is_on)}"),))
    if shown:
        rows.append((Button(context.words(Text("🗑 Forget all")), f"{MENU}:all:0"),))
    return tuple(rows)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1].rstrip()}…"


async def _show(context: BotContext, words: str, keyboard: Keyboard) -> None:
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


def handlers() -> list[Handler]:
    verbs, new_messages = "|".join(_VERBS), filters.UpdateType.MESSAGE
    opened = new_messages & filters.ChatType.PRIVATE & filters.Regex(rf"^/start(@\w+)? {MENU}\Z")
    return [
        CommandHandler("remember", on_remember, new_messages),
        CommandHandler(MENU, on_memory, new_messages),
        MessageHandler(opened, on_memory),
        CallbackQueryHandler(on_tap, pattern=rf"^{MENU}:({verbs}):\d{{1,18}}\Z"),
        CallbackQueryHandler(on_edit_tap, pattern=r"^ask:fact:\d{1,18}\Z"),
    ]
