"""`/detail`: how closely pictures are looked at, and what that costs."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.gallery import DEFAULT_VISION
from conversation.seeing import picture_tokens
from domain.catalogue import Model
from domain.material import Picture
from domain.media import Detail
from domain.reply import Keyboard
from domain.texts import Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, tapped_value
from media.pictures import scaled_size

LABELS: dict[Detail, Text] = {
    Detail.AUTO: Text("Automatic"),
    Detail.HIGH: Text("Closely"),
    Detail.LOW: Text("At a glance"),
}
_PHOTO = (4_032, 3_024)  # what phones take


async def on_detail(_update: Update, context: BotContext) -> None:
    """Shows the choice, or takes the word behind the command for it."""
    word = (context.args or [""])[0].lower()
    if word in set(Detail):
        await context.services.choices.choose_detail(context.user.id, Detail(word))
    await context.tell(*_menu(context))


async def on_detail_tap(_update: Update, context: BotContext) -> None:
    await context.services.choices.choose_detail(context.user.id, Detail(tapped_value(context)))
    await confirm(context, Text("Done."), *_menu(context))


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    catalogue = context.services.catalogue()
    model = context.services.choices.model(context.key, catalogue)
    chosen = context.services.choices.detail(context.user.id)
    head = Text(
        "How closely shall I look at your pictures? Small print needs a close look. For a phone's photo, "
        "{model} counts {low} tokens at a glance and {high} closely{prices}.",
        model=model.title,
        low=_tokens(model, Detail.LOW),
        high=_tokens(model, Detail.HIGH),
        prices=_prices(model),
    )
    labels = {detail.value: context.words(label) for detail, label in LABELS.items()}
    return context.words(head), options("detail", labels, chosen.value)


def _tokens(model: Model, detail: Detail) -> int:
    vision = model.vision or DEFAULT_VISION
    width, height = scaled_size(*_PHOTO, vision.short_side, vision.long_side)
    return picture_tokens(vision, Picture("", "", width, height), detail)


def _prices(model: Model) -> str:
    """What a thousand photos cost; nothing where the price is not known."""
    if model.input_price is None:
        return ""
    low, high = (
        _tokens(model, detail) * model.input_price / 1_000_000_000_000 * 1_000
        for detail in (Detail.LOW, Detail.HIGH)
    )
    return f" (1,000 × = ${low:.2f} / ${high:.2f})"


def handlers() -> list[Handler]:
    values = "|".join(detail.value for detail in Detail)
    return [
        CommandHandler("detail", on_detail, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_detail_tap, pattern=rf"^detail:({values})\Z"),
    ]
