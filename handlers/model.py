"""`/model`: which model answers in this conversation, and what it costs."""

from collections.abc import Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.catalogue import Catalogue, Model
from domain.reply import Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, short, tapped_value
from handlers.prices import price
from handlers.rights import may_change


async def on_model(_update: Update, context: BotContext) -> None:
    """The menu; with a name behind the command that model is chosen."""
    name = " ".join(context.args or [])
    if not name:
        await context.tell(*await _menu(context))
        return
    model = _named(name, context.services.catalogue().of("chat"))
    if model is None:
        await context.say(
            Text("I do not know the model {name}. Send /model for those that are offered.", name=name[:64])
        )
    elif await may_change(context):
        await context.services.choices.choose_model(context.key, model.id)
        await context.say(Text("{model} answers from now on.", model=model.title))


async def on_model_tap(_update: Update, context: BotContext) -> None:
    offered = {short(model.id): model for model in context.services.catalogue().of("chat")}
    model = offered.get(tapped_value(context))
    if model is None:
        gone = Text("This model is no longer offered. Send /model for those that are.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone))
        return
    if not await may_change(context):
        return
    await context.services.choices.choose_model(context.key, model.id)
    await confirm(context, Text("{model} answers from now on.", model=model.title), *await _menu(context))


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    catalogue = context.services.catalogue()
    chosen = context.services.choices.model(context.key, catalogue)
    models = catalogue.of("chat")
    head = Text("Which model shall answer here? Prices are US dollars for a million tokens (in / out).")
    lines = [context.words(head), "", *(_line(context, model) for model in models)]
    lines += await _assistants_own(context, catalogue)
    return "\n".join(lines), options(
        "model", {short(model.id): model.title for model in models}, short(chosen.id)
    )


async def _assistants_own(context: BotContext, catalogue: Catalogue) -> list[str]:
    """That the choice does not show as long as an assistant answers that has a model of its own."""
    desk = context.services.assistants
    thread_id = await context.services.conversations.thread_of(context.turn(""))
    assistant = await desk.of_thread(thread_id)
    own = catalogue.models.get(assistant.model)
    if own is None:
        return []
    told = Text(
        "{name}, who answers now, has a model of its own: {model}.", name=assistant.name, model=own.title
    )
    return ["", context.words(told)]


def _named(name: str, models: Sequence[Model]) -> Model | None:
    """By its id, its title, or a part of them that only one has."""
    words = name.lower()
    for model in models:
        if words in (model.id.lower(), model.title.lower()):
            return model
    alike = [model for model in models if words in model.id.lower() or words in model.title.lower()]
    return alike[0] if len(alike) == 1 else None


def _line(context: BotContext, model: Model) -> str:
    line = f"• {model.title}: {price(model)}"
    if model.shutdown is None:
        return line
    until = Text("until {date}", date=model.shutdown.isoformat())
    return f"{line} · {context.words(until)}"


def handlers() -> list[Handler]:
    return [
        CommandHandler("model", on_model, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_model_tap, pattern=r"^model:"),
    ]
