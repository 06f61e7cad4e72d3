"""Changing an assistant of one's own: what can be chosen with a tap is, what needs words begins a dialog."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from conversation.assistants.desk import model_for
from conversation.assistants.dialogs import Dialog, Step
from conversation.assistants.errors import AssistantGone
from domain.assistant import Assistant
from domain.reply import Button, Keyboard
from domain.texts import Text
from handlers.assistant_making import ask
from handlers.assistant_words import effort_words, tool_word, tools_there_are
from handlers.assistants import card, is_private_tap
from handlers.context import BotContext, Handler
from handlers.menus import short

_FIELDS: Mapping[Step, Text] = {
    Step.NAME: Text("Name"),
    Step.DESCRIPTION: Text("Description"),
    Step.INSTRUCTIONS: Text("Instructions"),
    Step.PICTURE: Text("Picture"),
    Step.GREETING: Text("Greeting"),
    Step.STARTERS: Text("Starter questions"),
}
_CHOICES: Mapping[str, Text] = {
    "model": Text("Model"),
    "effort": Text("Effort"),
    "tools": Text("Tools"),
    "voice": Text("Voice"),
}
_AS_IN_CHAT, _ALL = "-", "*"


async def on_edit_tap(_update: Update, context: BotContext) -> None:
    """`as:edit:ID`: what can be changed."""
    assistant = await _own(context)
    if assistant is not None:
        await context.services.gateway.answer_callback(context.tap.id)
        await _show(context, assistant, _menu(context, assistant))


async def on_field_tap(_update: Update, context: BotContext) -> None:
    """`ask:field:ID:STEP`: asks for it; the next message is it."""
    assistant = await _own(context)
    if assistant is None:
        return
    step = Step(_value(context))
    await context.services.gateway.answer_callback(context.tap.id)
    origin = f"update:{context.work.update_id}"
    await ask(context, Dialog(step, origin, subject=assistant.id, draft=assistant, seen=context.work.update_id))


async def on_files_tap(_update: Update, context: BotContext) -> None:
    """Files are sent in a conversation with it and moved to it there."""
    if await _own(context) is None:
        return
    await context.services.gateway.answer_callback(context.tap.id)
    await context.say(
        Text(
            "Use this assistant, send it the files as you would to anybody, and then move them from the "
            "conversation to the assistant with /files."
        )
    )


async def on_choice_tap(_update: Update, context: BotContext) -> None:
    """`as:model:ID` shows what there is, `as:model:ID:VALUE` chooses."""
    assistant = await _own(context)
    if assistant is None:
        return
    field, value = (context.tap.data or "").split(":")[1], _value(context)
    menu, changed = await _OFFERS[field](context, assistant, value)
    if changed is not None:
        await context.services.assistants.assistants.update(changed)
        assistant = changed
        menu, _ = await _OFFERS[field](context, assistant, "")
    if not menu:
        none = Text("Its model has no such choice.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(none))
        return
    await context.services.gateway.answer_callback(
        context.tap.id, context.words(Text("Done.")) if changed is not None else ""
    )
    back = (Button(context.words(Text("↩ Back")), f"as:edit:{assistant.id}"),)
    await _show(context, assistant, (*menu, back))


Offer = tuple[Keyboard, Assistant | None]
"""What there is to choose from, and the assistant with what was chosen."""


async def _models(context: BotContext, assistant: Assistant, value: str) -> Offer:
    offered = {short(model.id): model for model in context.services.catalogue().of("chat")}
    labels = {_AS_IN_CHAT: context.words(Text("as in the chat"))}
    labels |= {key: model.title for key, model in offered.items()}
    chosen = short(assistant.model) if assistant.model else _AS_IN_CHAT
    changed = None
    if value in labels:
        model = offered.get(value)
        effort = assistant.effort if model is None or assistant.effort in model.efforts else ""
        changed = replace(assistant, model=model.id if model is not None else "", effort=effort)
    return _ticked("model", assistant, labels, chosen), changed


async def _efforts(context: BotContext, assistant: Assistant, value: str) -> Offer:
    """Only those that the model takes which would answer."""
    model = model_for(assistant, context.services.choices, context.key, context.services.catalogue())
    if not model.efforts:
        return (), None
    labels = {_AS_IN_CHAT: context.words(Text("as in the chat"))}
    labels |= {effort: effort_words(context, effort) for effort in model.efforts}
    chosen = assistant.effort or _AS_IN_CHAT
    changed = replace(assistant, effort=value.removeprefix(_AS_IN_CHAT)) if value in labels else None
    return _ticked("effort", assistant, labels, chosen), changed


async def _tools(context: BotContext, assistant: Assistant, value: str) -> Offer:
    """Each is switched on and off by itself."""
    there = {short(name): name for name in tools_there_are(context)}
    allowed = frozenset(name for name in there.values() if assistant.may_use(name))
    changed = None
    if value == _ALL:
        changed = replace(assistant, tools=None)
    elif value in there:
        changed = replace(assistant, tools=allowed ^ {there[value]})
    rows: list[tuple[Button, ...]] = [
        (_button(_mark(tool_word(context, name), name in allowed), f"as:tools:{assistant.id}:{key}"),)
        for key, name in there.items()
    ]
    everything = context.words(Text("All, also those to come"))
    rows.append((_button(_mark(everything, assistant.tools is None), f"as:tools:{assistant.id}:{_ALL}"),))
    return tuple(rows), changed


async def _voices(context: BotContext, assistant: Assistant, value: str) -> Offer:
    voices = context.services.voices()
    if not voices:
        return (), None
    labels = {_AS_IN_CHAT: context.words(Text("as in the chat"))}
    labels |= {voice: voice.capitalize() for voice in voices}
    chosen = assistant.voice or _AS_IN_CHAT
    changed = replace(assistant, voice=value.removeprefix(_AS_IN_CHAT)) if value in labels else None
    return _ticked("voice", assistant, labels, chosen), changed


_OFFERS: Mapping[str, Callable[[BotContext, Assistant, str], Awaitable[Offer]]] = {
    "model": _models,
    "effort": _efforts,
    "tools": _tools,
    "voice": _voices,
}


def _ticked(field: str, assistant: Assistant, labels: Mapping[str, str], chosen: str) -> Keyboard:
    return tuple(
        (_button(_mark(label, value == chosen), f"as:{field}:{assistant.id}:{value}"),)
        for value, label in labels.items()
    )


def _mark(label: str, is_chosen: bool) -> str:
    return f"✓ {label}" if is_chosen else label


def _button(label: str, data: str) -> Button:
    return Button(label, data)


def _menu(context: BotContext, assistant: Assistant) -> Keyboard:
    buttons = [
        *(
            Button(context.words(text), f"ask:field:{assistant.id}:{step.value}")
            for step, text in _FIELDS.items()
        ),
        *(Button(context.words(text), f"as:{field}:{assistant.id}") for field, text in _CHOICES.items()),
        Button(context.words(Text("Files")), f"as:files:{assistant.id}"),
        Button(context.words(Text("↩ Back")), f"as:card:{assistant.id}"),
    ]
    return tuple(_rows(buttons))


def _rows(buttons: list[Button]) -> Iterable[tuple[Button, ...]]:
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


async def _own(context: BotContext) -> Assistant | None:
    if not await is_private_tap(context):
        return None
    try:
        return await context.services.assistants.own((context.tap.data or "").split(":")[2], context.user.id)
    except AssistantGone as gone:
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone.text))
        return None


def _value(context: BotContext) -> str:
    return (*(context.tap.data or "").split(":", 3), "")[3]


async def _show(context: BotContext, assistant: Assistant, keyboard: Keyboard) -> None:
    await context.services.presenter.edit(
        context.key, context.message.message_id, card(context, assistant), keyboard
    )


def handlers() -> list[Handler]:
    steps, choices = "|".join(_FIELDS), "|".join(_CHOICES)
    return [
        CallbackQueryHandler(on_edit_tap, pattern=r"^as:edit:\d{1,18}\Z"),
        CallbackQueryHandler(on_files_tap, pattern=r"^as:files:\d{1,18}\Z"),
        CallbackQueryHandler(on_field_tap, pattern=rf"^ask:field:\d{{1,18}}:({steps})\Z"),
        CallbackQueryHandler(on_choice_tap, pattern=rf"^as:({choices}):\d{{1,18}}(:\S{{1,40}})?\Z"),
    ]
