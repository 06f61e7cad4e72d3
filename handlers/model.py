"""`/model`: which model answers in this conversation, and what it costs."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.catalogue import Catalogue, Model
from domain.reply import Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, short, tapped_value
from handlers.rights import may_change

_MICRODOLLARS = 1_000_000


async def on_model(_update: Update, context: BotContext) -> None:
    text, keyboard = await _menu(context)
    await context.tell(text, keyboard)


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


def _line(context: BotContext, model: Model) -> str:
    price = f"{_dollars(model.input_price)} / {_dollars(model.output_price)}"
    line = f"• {model.title}: {price}"
    if model.shutdown is None:
        return line
    until = Text("until {date}", date=model.shutdown.isoformat())
    return f"{line} · {context.words(until)}"


def _dollars(microdollars: int | None) -> str:
    return "?" if microdollars is None else f"${microdollars / _MICRODOLLARS:.2f}"


def handlers() -> list[Handler]:
    return [
        CommandHandler("model", on_model, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_model_tap, pattern=r"^model:"),
    ]
