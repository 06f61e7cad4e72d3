"""`/files`: what this thread and its assistant keep, where each file is put, and how it is moved or removed."""

from collections.abc import Mapping, Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.filing.notes import reason
from domain.assistant import Assistant
from domain.filing import Filing, assistant_scope, thread_scope
from domain.hosting import Place
from domain.reply import Button, Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from handlers.rights import may_change, refuse

_A_PAGE = 8
_LONGEST_LABEL = 40
_IS: Mapping[Place, Text] = {
    Place.TURN: Text("read in the chat"),
    Place.KNOWLEDGE: Text("searched"),
    Place.CODE: Text("for code"),
}
_PUT: Mapping[Place, Text] = {
    Place.TURN: Text("📖 Send along with each question"),
    Place.KNOWLEDGE: Text("🔎 Search in it"),
    Place.CODE: Text("🧮 Use it in code"),
}
_NONE = Text(
    "No files are kept here. Send me one: a document, a table, a text, an archive. What is small I read at "
    "once; in what is large I search; with tables I calculate."
)
_GONE = Text("That file is not listed here any more.")


async def on_files(_update: Update, context: BotContext) -> None:
    await context.tell(*_menu(context, await _listed(context), 0))


async def on_files_tap(_update: Update, context: BotContext) -> None:
    """`files:list:PAGE`, `files:show:ID`, and what changes something: `files:put:ID:PLACE` and so on."""
    _, action, number, *rest = (context.tap.data or "").split(":")
    if action == "list":
        await _show(context, *_menu(context, await _listed(context), int(number)))
        return
    filing = next((one for one in await _listed(context) if one.id == int(number)), None)
    if filing is None:
        await refuse(context, _GONE)
        return
    if action == "show":
        await _show(context, *await _view(context, filing))
    elif await _may_touch(context, filing):
        await _change(context, filing, action, rest[0] if rest else "")


async def _change(context: BotContext, filing: Filing, action: str, place: str) -> None:
    cabinet = context.services.cabinet
    match action:
        case "put":
            _, assistant = await _here(context)
            if Place(place) not in cabinet.places(filing, assistant) and not filing.problem:
                await refuse(context, Text("It cannot be put there here."))
                return
            await cabinet.move(filing, place=Place(place))
        case "give" | "take":
            to = await _scope_for(context, to_assistant=action == "give")
            if not to or not await cabinet.move(filing, scope=to):
                await refuse(context, Text("It cannot be put there here."))
                return
        case _:
            await cabinet.remove(filing.id)
    now = next((one for one in await _listed(context) if one.id == filing.id), None)
    if now is None:
        await _show(context, *_menu(context, await _listed(context), 0))
    else:
        await _show(context, *await _view(context, now))


async def _show(context: BotContext, words: str, keyboard: Keyboard) -> None:
    await context.services.gateway.answer_callback(context.tap.id)
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


async def _listed(context: BotContext) -> Sequence[Filing]:
    thread, assistant = await _here(context)
    scopes = [thread_scope(thread), *([assistant_scope(assistant.id)] if assistant.id else [])]
    return await context.services.cabinet.listed(*scopes)


async def _here(context: BotContext) -> tuple[int, Assistant]:
    return await context.services.conversations.here(context.key, context.user.id)


async def _scope_for(context: BotContext, *, to_assistant: bool) -> str:
    """Where a file goes that changes hands; nothing where the person may not give to that assistant."""
    thread, assistant = await _here(context)
    if not to_assistant:
        return thread_scope(thread)
    return assistant_scope(assistant.id) if _owns(context, assistant) else ""


def _owns(context: BotContext, assistant: Assistant) -> bool:
    return bool(assistant.id) and assistant.owner_id == context.user.id


async def _may_touch(context: BotContext, filing: Filing) -> bool:
    """An assistant's files are its owner's; in a group a thread's are their senders' and the admins'."""
    _, assistant = await _here(context)
    if assistant.id and filing.scope == assistant_scope(assistant.id):
        if not _owns(context, assistant):
            await refuse(context, Text("Only whose assistant it is can change its files."))
        return _owns(context, assistant)
    if context.chat_kind is ChatKind.PRIVATE or filing.user_id == context.user.id:
        return True
    return await may_change(context)


def _menu(context: BotContext, filings: Sequence[Filing], page: int) -> tuple[str, Keyboard]:
    if not filings:
        return context.words(_NONE), ()
    pages = (len(filings) - 1) // _A_PAGE + 1
    page = min(max(page, 0), pages - 1)
    shown = filings[page * _A_PAGE : (page + 1) * _A_PAGE]
    lines = [context.words(Text("Files kept here:")), "", *(f"• {_line(context, one)}" for one in shown)]
    rows: list[tuple[Button, ...]] = [(Button(_short(one.name), f"files:show:{one.id}"),) for one in shown]
    if pages > 1:
        older, newer = Button("‹", f"files:list:{page - 1}"), Button("›", f"files:list:{page + 1}")
        here = Button(f"{page + 1} / {pages}", f"files:list:{page}")
        rows.append((older, here, newer) if 0 < page < pages - 1 else (older, here) if page else (here, newer))
    return "\n".join(lines), tuple(rows)


def _line(context: BotContext, filing: Filing) -> str:
    parts = [filing.name, _size(filing.size_bytes), context.words(_IS[filing.place])]
    if filing.scope.startswith("assistant:"):
        parts.append(context.words(Text("of the assistant")))
    return " · ".join([*parts, "⚠️"] if filing.problem else parts)


async def _view(context: BotContext, filing: Filing) -> tuple[str, Keyboard]:
    _, assistant = await _here(context)
    words = _line(context, filing)
    if filing.problem:
        words += f"\n\n{context.words(reason(filing))}"
    rows = [
        (Button(context.words(_PUT[place]), f"files:put:{filing.id}:{place.value}"),)
        for place in context.services.cabinet.places(filing, assistant)
    ]
    if filing.problem:
        again = context.words(Text("🔁 Try again"))
        rows.append((Button(again, f"files:put:{filing.id}:{filing.place.value}"),))
    if filing.scope.startswith("assistant:"):
        rows.append((Button(context.words(Text("Only for this thread")), f"files:take:{filing.id}"),))
    elif _owns(context, assistant):
        give = Text("For all threads with {assistant}", assistant=assistant.name)
        rows.append((Button(context.words(give), f"files:give:{filing.id}"),))
    rows.append((Button(context.words(Text("🗑 Remove")), f"files:drop:{filing.id}"),))
    rows.append((Button("‹", "files:list:0"),))
    return words, tuple(rows)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1_000:.0f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def handlers() -> list[Handler]:
    return [
        CommandHandler("files", on_files, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(
            on_files_tap,
            pattern=r"^files:(list:-?\d{1,6}|(show|give|take|drop):\d{1,16}|put:\d{1,16}:(turn|knowledge|code))\Z",
        ),
    ]
