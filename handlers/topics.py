"""Topics of a private chat: each is a thread. Whether one has a name that somebody gave it is kept in mind."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler, required
from replies.errors import MethodMissing, TelegramRefusal

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


async def on_topic_created(_update: Update, context: BotContext) -> None:
    """Who just writes where all topics are shown opens one: it waits for a name."""
    created = required(context.message.forum_topic_created)
    if created.is_name_implicit:
        await context.services.choices.mark_topic(context.key, unnamed=True)


async def on_topic_edited(_update: Update, context: BotContext) -> None:
    """A name that a person gives stays."""
    if required(context.message.forum_topic_edited).name is not None:
        await context.services.choices.mark_topic(context.key, unnamed=False)


async def open_topic(context: BotContext) -> bool:
    """Opens a new topic for a new conversation; False where it cannot, or where there are no topics."""
    if context.chat_kind is not ChatKind.PRIVATE or not context.key.topic_id:
        return False
    name = context.words(Text("New conversation"))
    try:
        key = await context.services.gateway.create_topic(context.chat.id, name)
    except (TelegramRefusal, MethodMissing):
        return False
    await context.services.choices.mark_topic(key, unnamed=True)
    await context.services.presenter.say(key, context.words(Text("A new conversation. What is on your mind?")))
    await context.say(Text("I have opened a new topic for it: {name}", name=name))
    return True


def handlers() -> list[Handler]:
    return [
        MessageHandler(_NEW & filters.StatusUpdate.FORUM_TOPIC_CREATED, on_topic_created),
        MessageHandler(_NEW & filters.StatusUpdate.FORUM_TOPIC_EDITED, on_topic_edited),
    ]
