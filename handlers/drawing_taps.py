"""The buttons below drawings and drafts; they pass the conversation's queue."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from conversation.drawing import keyboards
from domain.commission import Artwork, Commission, State
from domain.drawing import Wishes
from domain.errors import UserFacingError
from domain.reply import Destination, Keyboard
from domain.texts import Sentence, Text
from handlers.context import BotContext, Handler

_GONE = Text("This button no longer works.")
_DRAWING = Text("Drawing…")
_AT_WORK = Text("I am at it already.")

Detail = list[str]


async def on_tap(_update: Update, context: BotContext) -> None:
    """`draw:VERB:DRAWING[:DETAIL…]`. Tapped twice, it is done once."""
    _, verb, drawing_id, *detail = (context.tap.data or "").split(":")
    artwork = await context.services.drawing.found(int(drawing_id), context.key)
    act = _VERBS.get(verb)
    if artwork is None or act is None:
        await _answer(context, _GONE)
        return
    try:
        told = await act(context, artwork, detail)
    except UserFacingError as error:
        told = error.text
    await _answer(context, told)


async def _again(context: BotContext, artwork: Artwork, _detail: Detail) -> Sentence:
    return await _redrawn(context, artwork, Wishes(), "again")


async def _vary(context: BotContext, artwork: Artwork, detail: Detail) -> Sentence | None:
    number = _number(detail[:1], len(artwork.pictures))
    if number is None:
        return _GONE
    if len(detail) < 2:
        await _show(context, keyboards.variations(artwork, number, context.words))
        return None
    count = _number(detail[1:], keyboards.MOST_VARIATIONS + 1)
    if not count:
        return _GONE
    tap = f"vary:{artwork.id}:{number}"
    desk = context.services.drawing
    placed = await desk.vary(artwork, number, count, context.person, origin=_origin(context), tap=tap)
    await _show(context, keyboards.menu(artwork, context.words))
    return _DRAWING if placed else _AT_WORK


async def _edit(context: BotContext, artwork: Artwork, detail: Detail) -> Sentence | None:
    number = _number(detail, len(artwork.pictures))
    if number is None:
        return _GONE
    await context.services.drawing.begin_edit(
        artwork,
        number,
        context.person,
        _destination(context),
        origin=f"edit:{artwork.id}:{number}:{_origin(context)}",
    )
    return None


async def _size(context: BotContext, artwork: Artwork, detail: Detail) -> Sentence | None:
    model = context.services.catalogue().models.get(artwork.model)
    if model is None:
        return _GONE
    offered = keyboards.sizes(artwork, model, context.words)
    if not detail:
        await _show(context, offered)
        return None
    return await _chosen(context, artwork, offered, Wishes(size=detail[0]), "size")


async def _quality(context: BotContext, artwork: Artwork, detail: Detail) -> Sentence | None:
    model = context.services.catalogue().models.get(artwork.model)
    if model is None:
        return _GONE
    offered = keyboards.qualities(artwork, model, context.words)
    if detail:
        return await _chosen(context, artwork, offered, Wishes(quality=detail[0]), "quality")
    if not (model.drawing and model.drawing.qualities):
        return Text("This model has one quality only.")
    await _show(context, offered)
    return None


async def _menu(context: BotContext, artwork: Artwork, _detail: Detail) -> None:
    await _show(context, keyboards.menu(artwork, context.words))


async def _file(context: BotContext, artwork: Artwork, _detail: Detail) -> Sentence | None:
    """All bytes, as a file: a photo is compressed by Telegram."""
    if not artwork.pictures:
        return _GONE
    await context.services.drawing.send_as_files(artwork, _destination(context), origin=_origin(context))
    return None


async def _go(context: BotContext, draft: Artwork, _detail: Detail) -> Sentence:
    return await _confirmed(context, draft, draft.commission)


async def _all(context: BotContext, draft: Artwork, _detail: Detail) -> Sentence:
    return await _confirmed(context, draft, replace(draft.commission, mask="", cells=()))


async def _inside(context: BotContext, draft: Artwork, _detail: Detail) -> Sentence:
    if not draft.commission.mask:
        return _GONE
    return await _confirmed(context, draft, await context.services.drawing.drafts.with_inside(draft.commission))


async def _cell(context: BotContext, draft: Artwork, detail: Detail) -> Sentence | None:
    cell = _number(detail, keyboards.GRID**2)
    if cell is None:
        return _GONE
    changed = await context.services.drawing.drafts.toggle(draft, cell)
    if changed is None:
        return _GONE
    await _show(context, keyboards.grid(draft.id, changed.commission, context.words))
    return None


async def _drop(context: BotContext, draft: Artwork, _detail: Detail) -> Sentence:
    if draft.state is not State.DRAFT or not await context.services.drawing.studio.drawings.discard(draft.id):
        return _GONE
    await _show(context, ())
    return Text("Dropped.")


async def _reword(_context: BotContext, _artwork: Artwork, _detail: Detail) -> Sentence:
    return Text("Reply to this message with other words, and I will draw those.")


_VERBS: dict[str, Callable[[BotContext, Artwork, Detail], Awaitable[Sentence | None]]] = {
    "again": _again,
    "vary": _vary,
    "edit": _edit,
    "size": _size,
    "quality": _quality,
    "menu": _menu,
    "file": _file,
    "go": _go,
    "all": _all,
    "inside": _inside,
    "cell": _cell,
    "drop": _drop,
    "reword": _reword,
}


def _number(detail: Detail, end: int) -> int | None:
    """What the button says, 0 where it says nothing; None where it is no number below `end`."""
    said = detail[0] if detail else "0"
    number = int(said) if said.isascii() and said.isdecimal() else end
    return number if number < end else None


async def _chosen(
    context: BotContext, artwork: Artwork, offered: Keyboard, wishes: Wishes, button: str
) -> Sentence:
    """Drawn anew with one of what is offered; nothing else can have been on a button."""
    if all(one.data != context.tap.data for row in offered for one in row):
        return _GONE
    return await _redrawn(context, artwork, wishes, button)


async def _redrawn(context: BotContext, artwork: Artwork, wishes: Wishes, button: str) -> Sentence:
    desk, tap = context.services.drawing, f"{button}:{artwork.id}"
    placed = await desk.redraw(artwork, context.person, wishes, origin=_origin(context), tap=tap)
    if button != "again":
        await _show(context, keyboards.menu(artwork, context.words))
    return _DRAWING if placed else _AT_WORK


async def _confirmed(context: BotContext, draft: Artwork, commission: Commission) -> Sentence:
    if not await context.services.drawing.confirm(draft, commission, context.person):
        return _AT_WORK
    await _show(context, ())
    return _DRAWING


async def _show(context: BotContext, keyboard: Keyboard) -> None:
    await context.services.presenter.show_buttons(context.key, context.message.message_id, keyboard)


async def _answer(context: BotContext, told: Sentence | None) -> None:
    await context.services.gateway.answer_callback(context.tap.id, context.words(told) if told else "")


def _destination(context: BotContext) -> Destination:
    return Destination(context.key, context.chat_kind, context.work.language)


def _origin(context: BotContext) -> str:
    return f"tap:{context.work.update_id}"


def handlers() -> list[Handler]:
    return [CallbackQueryHandler(on_tap, pattern=r"^draw:[a-z]+:\d{1,18}(:[\w.-]{1,20}){0,2}\Z")]
