"""`/tools`: what the model can use here, and switches for it; and the buttons that allow a call."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.permissions import Verdict, allowed, denied
from domain.reply import Button, Keyboard
from domain.texts import Sentence, Text
from domain.turn import ChatKind
from handlers.assistant_words import tool_word
from handlers.context import BotContext, Handler
from handlers.rights import may_change

_PER_PAGE = 12
_LONGEST_LABEL = 40
_ANSWERED = Text("This has been answered already.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A tool in the list; `title` where its shelf begins."""

    name: str
    shelf: int


async def on_tools(_update: Update, context: BotContext) -> None:
    await context.tell(*await _page(context, 0))


async def on_tools_tap(_update: Update, context: BotContext) -> None:
    """`tools:flip:MARK:PAGE` switches a tool, `tools:page:PAGE` turns to another page."""
    _, verb, *rest = (context.tap.data or "").split(":")
    told = ""
    if verb == "flip":
        if not await may_change(context):
            return
        told = context.words(await _flip(context, rest[0]))
    await context.services.gateway.answer_callback(context.tap.id, told)
    words, keyboard = await _page(context, int(rest[-1]))
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


async def _flip(context: BotContext, mark: str) -> Sentence:
    toolbox, chat_id = context.services.toolbox, context.chat.id
    name = next((line.name for line in _lines(context) if _mark(line.name) == mark), None)
    if name is None:
        return Text("That tool is not there any more.")
    on = not toolbox.choices.is_on(chat_id, name)
    await toolbox.choices.switch(chat_id, name, on=on)
    if not on:  # who switches it on again is asked again
        await toolbox.choices.ask_again(chat_id, name)
    title = tool_word(context, name)
    return Text("{tool} is on.", tool=title) if on else Text("{tool} is off.", tool=title)


def _lines(context: BotContext) -> Sequence[_Line]:
    shelves = context.services.toolbox.shelves
    return [_Line(name, number) for number, shelf in enumerate(shelves) for name in shelf.names()]


async def _page(context: BotContext, number: int) -> tuple[str, Keyboard]:
    toolbox, lines = context.services.toolbox, _lines(context)
    count = max(-(-len(lines) // _PER_PAGE), 1)
    number = min(max(number, 0), count - 1)
    shown = lines[number * _PER_PAGE : (number + 1) * _PER_PAGE]
    head = Text("What the AI can use in this chat. Tap a tool to switch it on or off; ❓ asks before each use.")
    blocks = [context.words(head)]
    blocks += [await _shelf(context, index, shown) for index in range(len(toolbox.shelves))]
    keyboard = [(_switch(context, line.name, number),) for line in shown]
    return "\n\n".join(block for block in blocks if block), (*keyboard, *_turning(number, count))


async def _shelf(context: BotContext, index: int, shown: Sequence[_Line]) -> str:
    """A shelf's tools on this page; a shelf without tools is told of all the same."""
    shelf, toolbox = context.services.toolbox.shelves[index], context.services.toolbox
    names = [line.name for line in shown if line.shelf == index]
    if not names and shelf.names():
        return ""
    lines = [context.words(shelf.title())]
    for name in names:
        asks = await shelf.asks_first(name) and not toolbox.choices.is_allowed(context.chat.id, name)
        lines.append(f"• {tool_word(context, name)}{' ❓' if asks else ''}")
    return "\n".join(lines)


def _switch(context: BotContext, name: str, page: int) -> Button:
    sign = "✓" if context.services.toolbox.choices.is_on(context.chat.id, name) else "✗"
    return Button(f"{sign} {tool_word(context, name)[:_LONGEST_LABEL]}", f"tools:flip:{_mark(name)}:{page}")


def _turning(number: int, count: int) -> Keyboard:
    if count == 1:
        return ()
    before, after = max(number - 1, 0), min(number + 1, count - 1)
    here = Button(f"{number + 1} / {count}", f"tools:page:{number}")
    return ((Button("‹", f"tools:page:{before}"), here, Button("›", f"tools:page:{after}")),)


def _mark(name: str) -> str:
    """Names are longer than a button's data may be."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


async def on_allow_tap(_update: Update, context: BotContext) -> None:
    """`allow:VERDICT:TURN:TICKET`: only who asked for it answers, and for a whole group only its admins."""
    _, word, turn_id, ticket = (context.tap.data or "").split(":")
    permissions, verdict = context.services.toolbox.permissions, Verdict(word)
    question = await permissions.question(int(turn_id), ticket)
    if question is None or question.verdict is not None:
        await _answer(context, _ANSWERED)
        return
    if question.user_id != context.user.id:
        await _answer(context, Text("Only who asked for this can answer."))
        return
    if verdict is Verdict.ALWAYS and context.chat_kind is ChatKind.GROUP and not await may_change(context):
        return
    await permissions.answer(int(turn_id), ticket, verdict, context.key)
    told = denied(question.tool) if verdict is Verdict.DENIED else allowed(question.tool)
    await _answer(context, told)
    await context.services.presenter.edit(context.key, context.message.message_id, context.words(told))


async def _answer(context: BotContext, sentence: Sentence) -> None:
    await context.services.gateway.answer_callback(context.tap.id, context.words(sentence))


def handlers() -> list[Handler]:
    verdicts = "|".join(verdict.value for verdict in Verdict)
    return [
        CommandHandler("tools", on_tools, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_tools_tap, pattern=r"^tools:(flip:[0-9a-f]{12}|page):\d{1,4}\Z"),
        CallbackQueryHandler(on_allow_tap, pattern=rf"^allow:({verdicts}):\d{{1,18}}:[0-9a-f]{{12}}\Z"),
    ]
