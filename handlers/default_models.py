"""`/models`, for admins: which model does which job, how it does, until when, and another at a tap."""

import hashlib
from collections.abc import Mapping
from typing import cast, get_args

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.catalogue import Capability, Model
from domain.reply import Button, Keyboard
from domain.texts import Plural, Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm
from handlers.prices import price
from handlers.rights import admins_only

_LABELS: Mapping[Capability, Text] = {
    "chat": Text("Answers"),
    "transcription": Text("Listening"),
    "speech": Text("Speaking"),
    "image": Text("Drawing"),
    "embedding": Text("Finding by meaning"),
    "moderation": Text("Moderation"),
}
_USUAL, _RELOAD, _MENU = "-", "reload", "menu"
_LONGEST_NAME = 64
_NOT_CHOSEN: frozenset[Capability] = frozenset({"moderation"})


async def on_models(_update: Update, context: BotContext) -> None:
    """The overview; `reload` reads the catalogue file and asks the providers again; else a job, or a model."""
    if not await admins_only(context):
        return
    word = (context.args or [""])[0].lower()
    if word and word != _RELOAD:
        await context.tell(*_asked_for(context, word))
        return
    if word == _RELOAD:
        await _reload(context)
    await context.tell(*_menu(context))


async def on_models_tap(_update: Update, context: BotContext) -> None:
    if not await admins_only(context):
        return
    _, name, *value = (context.tap.data or "").split(":", 2)
    if name == _RELOAD:
        await _reload(context)
    if name not in get_args(Capability):
        await confirm(context, Text("Done."), *_menu(context))
        return
    capability = cast("Capability", name)
    if not value:
        await context.services.gateway.answer_callback(context.tap.id)
        text, keyboard = _submenu(context, capability)
        await context.services.presenter.edit(context.key, context.message.message_id, text, keyboard)
    else:
        await _choose(context, capability, value[0])


async def on_swap_tap(_update: Update, context: BotContext) -> None:
    """The button under a warning: a model that ends is left, by the bot and by all who chose it."""
    if not await admins_only(context):
        return
    _, old_mark, new_mark = (context.tap.data or "").split(":")
    models = {mark(model.id): model for model in context.services.catalogue().models.values()}
    old, new = models.get(old_mark), models.get(new_mark)
    if old is None or new is None:
        await _say_gone(context)
        return
    operating = context.services.operating
    catalogue = context.services.catalogue()
    if catalogue.of(old.capability) and catalogue.default(old.capability).id == old.id:
        await operating.defaults.choose(new.capability, new.id)
    moved = await operating.defaults.leave(old.id, new.id)
    told = Plural(
        "{model} answers from now on, in {count} conversation that chose {old}, too.",
        "{model} answers from now on, in {count} conversations that chose {old}, too.",
        moved,
        model=new.title,
        old=old.title,
    )
    await confirm(context, Text("Done."), f"{context.message.text or ''}\n\n✓ {context.words(told)}", ())


def swap_button(old: Model, new: Model) -> Button:
    """Leaves one model for another."""
    return Button(f"➡️ {new.title}", f"swap:{mark(old.id)}:{mark(new.id)}")


def mark(model_id: str) -> str:
    """A short name for an id, which may be longer than what a button carries."""
    return hashlib.sha256(model_id.encode()).hexdigest()[:12]


async def _choose(context: BotContext, capability: Capability, value: str) -> None:
    offered = {mark(model.id): model for model in context.services.catalogue().of(capability)}
    if value != _USUAL and value not in offered:
        await _say_gone(context)
        return
    model_id = "" if value == _USUAL else offered[value].id
    await context.services.operating.defaults.choose(capability, model_id)
    await confirm(context, Text("Done."), *_menu(context))


async def _say_gone(context: BotContext) -> None:
    gone = Text("This model is no longer offered. Send /models for those that are.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(gone))


async def _reload(context: BotContext) -> None:
    mistake = await context.services.operating.reload()
    if mistake is not None:
        await context.say(mistake)


def _asked_for(context: BotContext, word: str) -> tuple[str, Keyboard]:
    """The models of that job, or of the model's job; else what there is."""
    models = context.services.catalogue().models.values()
    found = next((one.capability for one in models if word in {one.id.lower(), one.title.lower()}), word)
    for capability, label in _LABELS.items():
        if found in {capability, context.words(label).lower()}:
            text, keyboard = _submenu(context, capability)
            return text, () if capability in _NOT_CHOSEN else keyboard
    unknown = Text("There is neither a model nor a job called {name}.", name=word[:_LONGEST_NAME])
    jobs = [f"{context.words(label)}: /models {capability}" for capability, label in _LABELS.items()]
    known = ", ".join(one.title for one in models if one.is_offered)
    models_line = context.words(Text("The models: {names}", names=known))
    return "\n".join([context.words(unknown), "", *jobs, "", models_line]), ()


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    lines = [context.words(Text("The model of each job: its price, its last calls, its end."))]
    for capability, label in _LABELS.items():
        lines += ["", context.words(label), f"• {_in_force(context, capability)}"]
    buttons = [
        Button(context.words(label), f"models:{capability}")
        for capability, label in _LABELS.items()
        if capability not in _NOT_CHOSEN
    ]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return "\n".join(lines), (*rows, (Button("🔄", f"models:{_RELOAD}"),))


def _in_force(context: BotContext, capability: Capability) -> str:
    catalogue = context.services.catalogue()
    if not catalogue.of(capability):
        return context.words(Text("no model is served for this"))
    return _line(context, catalogue.default(capability))


def _submenu(context: BotContext, capability: Capability) -> tuple[str, Keyboard]:
    catalogue = context.services.catalogue()
    models = catalogue.of(capability)
    chosen = catalogue.default(capability).id if models else ""
    lines = [context.words(_LABELS[capability]), "", *(f"• {_line(context, model)}" for model in models)]
    rows = [
        (Button(f"✓ {one.title}" if one.id == chosen else one.title, f"models:{capability}:{mark(one.id)}"),)
        for one in models
    ]
    usual = Button(context.words(Text("As in the settings")), f"models:{capability}:{_USUAL}")
    return "\n".join(lines), (*rows, (usual,), (Button(context.words(Text("‹ Back")), f"models:{_MENU}"),))


def _line(context: BotContext, model: Model) -> str:
    health = context.services.operating.health(model)
    facts = [model.title, price(model)]
    if health.well or health.failed:
        failed = f" ({health.problem})" if health.problem else ""
        facts.append(f"✓ {health.well} ✗ {health.failed}{failed if health.failed else ''}")
    if health.begin_seconds is not None:
        facts.append(f"{health.begin_seconds:.1f} s")
    if model.shutdown is not None:
        facts.append(context.words(Text("until {date}", date=model.shutdown.isoformat())))
    return " · ".join(facts)


def handlers() -> list[Handler]:
    names = "|".join((*_LABELS, _RELOAD, _MENU))
    return [
        CommandHandler("models", on_models, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_models_tap, pattern=rf"^models:({names})(:[0-9a-f-]{{1,12}})?\Z"),
        CallbackQueryHandler(on_swap_tap, pattern=r"^swap:[0-9a-f]{12}:[0-9a-f]{12}\Z"),
    ]
