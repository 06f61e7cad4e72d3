"""`/gallery`: one's own pictures, page by page, the newest first."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.drawing import wording
from conversation.drawing.keyboards import menu
from conversation.drawing.studio import outgoing
from domain.errors import UserFacingError
from domain.reply import Button, Destination, Keyboard, Outgoing
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from storage.drawings import Page

_NONE = Text("You have no pictures here yet. /imagine draws one.")


async def on_gallery(_update: Update, context: BotContext) -> None:
    page = await _page(context, 0)
    if page is None:
        await context.say(_NONE)
        return
    desk = context.services.drawing
    to = Destination(context.key, context.chat_kind, context.work.language)
    steps = desk.studio.drawings.steps(page.artwork.id)
    await desk.studio.presenter.send_media(
        to,
        [_shown(context, page)],
        steps=steps,
        step=f"gallery-{context.work.update_id}",
        keyboard=_turning(context, page),
    )


async def on_gallery_tap(_update: Update, context: BotContext) -> None:
    """`gallery:OWNER:POSITION`: only its owner turns the page."""
    _, owner, position = (context.tap.data or "").split(":")
    page = await _page(context, int(position)) if int(owner) == context.user.id else None
    told = Text("Only whose gallery it is can turn its pages.") if int(owner) != context.user.id else _NONE
    if page is not None:
        told = None
        try:
            await context.services.presenter.turn_page(
                context.key, context.message.message_id, _shown(context, page), _turning(context, page)
            )
        except UserFacingError as error:
            told = error.text
    await context.services.gateway.answer_callback(context.tap.id, context.words(told) if told else "")


async def _page(context: BotContext, position: int) -> Page | None:
    """In a group only what was drawn there: it is nobody's business what somebody draws elsewhere."""
    within = context.key if context.chat_kind is ChatKind.GROUP else None
    return await context.services.drawing.studio.drawings.page(context.user.id, position, within=within)


def _shown(context: BotContext, page: Page) -> Outgoing:
    artwork, picture = page.artwork, page.picture
    model = context.services.catalogue().models.get(artwork.model)
    caption = wording.caption(artwork, model, context.words)
    path = context.services.drawing.studio.easel.gallery.files.path(picture.file)
    return outgoing(artwork, picture, path, caption, known=True)


def _turning(context: BotContext, page: Page) -> Keyboard:
    owner, last = context.user.id, page.count - 1
    newer = Button("‹", f"gallery:{owner}:{max(page.position - 1, 0)}")
    older = Button("›", f"gallery:{owner}:{min(page.position + 1, last)}")
    here = Button(f"{page.position + 1} / {page.count}", f"gallery:{owner}:{page.position}")
    turning = ((newer, here, older),) if page.count > 1 else ()
    # A drawing of another chat can be looked at here; what its buttons do happens where it was drawn.
    own = (
        menu(page.artwork, context.words) if page.artwork.commission.key.chat_id == context.key.chat_id else ()
    )
    return *turning, *own


def handlers() -> list[Handler]:
    return [
        CommandHandler("gallery", on_gallery, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_gallery_tap, pattern=r"^gallery:\d{1,16}:\d{1,9}\Z"),
    ]
