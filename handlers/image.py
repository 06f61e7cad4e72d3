"""`/image`: how a person's pictures are made where they do not say otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.drawing.errors import OrderUnclear
from conversation.drawing.options import SHAPES, parse
from domain.catalogue import Drawing
from domain.drawing import Task, Wishes
from domain.reply import Button, Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler

_COUNTS = ("1", "2", "3", "4")
_LEFT_TO_MODEL = Text("automatic")
_LABELS: dict[str, Text] = {
    "model": Text("Model"),
    "size": Text("Size"),
    "quality": Text("Quality"),
    "format": Text("Format"),
    "count": Text("Number"),
}


async def on_image(_update: Update, context: BotContext) -> None:
    """Shows the settings; flags behind the command change them: `/image --size wide --n 2`."""
    words = " ".join(context.args or ())
    if words:
        desk = context.services.drawing
        asked = parse(words, desk.rules(_chosen(context), Task.IMAGINE))
        if asked.prompt:
            raise OrderUnclear(
                "words among the flags",
                text=Text("These are settings, as in /image --size wide. To draw something, send /imagine."),
            )
        await context.services.choices.choose_drawing(context.user.id, asked.wishes.over(_chosen(context)))
    await context.tell(_words(context), _menu(context))


async def on_image_tap(_update: Update, context: BotContext) -> None:
    """`image:SETTING` asks, `image:SETTING:NUMBER` chooses a value by its number; 0 leaves it to the model."""
    _, setting, number = f"{context.tap.data}::".split(":")[:3]
    offered = ["", *_values(context, setting)] if setting in _LABELS else []
    if number and int(number) < len(offered):
        await context.services.choices.choose_drawing(
            context.user.id, _with(_chosen(context), setting, offered[int(number)])
        )
    keyboard = _choices(context, setting, offered) if offered and not number else _menu(context)
    await context.services.presenter.edit(context.key, context.message.message_id, _words(context), keyboard)
    await context.services.gateway.answer_callback(
        context.tap.id, context.words(Text("Done.")) if number else ""
    )


def _chosen(context: BotContext) -> Wishes:
    return context.services.choices.drawing(context.user.id)


def _words(context: BotContext) -> str:
    head = Text("This is how I draw for you, unless you say otherwise (/imagine a cat --size wide):")
    chosen = _chosen(context)
    lines = [f"• {context.words(label)}: {_shown(context, chosen, name)}" for name, label in _LABELS.items()]
    if chosen.is_transparent:
        lines.append(f"• {context.words(Text('Transparent background'))}")
    return "\n".join([context.words(head), "", *lines])


def _shown(context: BotContext, wishes: Wishes, setting: str) -> str:
    value = _value(wishes, setting)
    if setting == "model":
        catalogue = context.services.catalogue()
        offered = catalogue.of("image")
        model = catalogue.models.get(value) or (catalogue.default("image") if offered else None)
        return model.title if model is not None else "–"
    if setting == "count":
        return value or "1"
    return value.replace("x", "×") if value else context.words(_LEFT_TO_MODEL)


def _value(wishes: Wishes, setting: str) -> str:
    values = {
        "model": wishes.model,
        "size": wishes.size,
        "quality": wishes.quality,
        "format": wishes.format,
        "count": str(wishes.count or ""),
    }
    return values[setting]


def _with(wishes: Wishes, setting: str, value: str) -> Wishes:
    setters: dict[str, Callable[[], Wishes]] = {
        "model": lambda: replace(wishes, model=value),
        "size": lambda: replace(wishes, size=value),
        "quality": lambda: replace(wishes, quality=value),
        "format": lambda: replace(wishes, format=value),
        "count": lambda: replace(wishes, count=int(value or 0)),
    }
    return setters[setting]()


def _values(context: BotContext, setting: str) -> Sequence[str]:
    """What can be chosen now, in the order of the buttons."""
    rules = context.services.drawing.studio.painter.chosen(_chosen(context), Task.IMAGINE) or Drawing("plain")
    match setting:
        case "model":
            return [model.id for model in context.services.catalogue().of("image")]
        case "size":
            return rules.sizes or tuple(SHAPES.values())
        case "quality":
            return rules.qualities
        case "format":
            return rules.formats
        case _:
            return [count for count in _COUNTS if int(count) <= rules.most]


def _menu(context: BotContext) -> Keyboard:
    buttons = [Button(context.words(label), f"image:{name}") for name, label in _LABELS.items()]
    return tuple(buttons[:2]), tuple(buttons[2:])


def _choices(context: BotContext, setting: str, offered: Sequence[str]) -> Keyboard:
    chosen = _value(_chosen(context), setting)
    models = context.services.catalogue().models
    rows: list[tuple[Button, ...]] = []
    for number, value in enumerate(offered):
        label = (
            context.words(_LEFT_TO_MODEL)
            if not value
            else value.replace("x", "×")
            if setting == "size"
            else value
        )
        label = models[value].title if setting == "model" and value in models else label
        rows.append((Button(f"✓ {label}" if value == chosen else label, f"image:{setting}:{number}"),))
    return *rows, (Button(context.words(Text("‹ Back")), "image:back"),)


def handlers() -> list[Handler]:
    names = "|".join((*_LABELS, "back"))
    return [
        CommandHandler("image", on_image, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_image_tap, pattern=rf"^image:({names})(:\d{{1,3}})?\Z"),
    ]
