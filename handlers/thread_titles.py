"""A title of one's own for a thread, and for its topic in a private chat."""

from conversation.assistants.dialogs import Dialog
from conversation.thread_desk import TitleUnfit
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext
from storage.archive import ThreadsOf


def threads_of(context: BotContext) -> ThreadsOf:
    """Those of the person, or of the conversation, where the update comes from."""
    return context.services.threads.of(context.key, context.chat_kind, context.user.id)


async def take_title(context: BotContext, dialog: Dialog) -> None:
    """The message is the title that was asked for. Raises `TitleUnfit`."""
    if not context.message.text:
        raise TitleUnfit("no text")
    await rename(context, int(dialog.subject), context.message.text)
    await context.services.dialogs.end(context.key, context.user.id)


async def rename(context: BotContext, thread_id: int, title: str) -> None:
    """Raises `ThreadGone`, `TitleUnfit`."""
    desk, of = context.services.threads, threads_of(context)
    kept = await desk.rename(thread_id, of, title)
    key = (await desk.find(thread_id, of)).key
    if context.chat_kind is ChatKind.PRIVATE and key.topic_id:
        await context.services.gateway.name_topic(key, kept)
        await context.services.choices.mark_topic(key, unnamed=False)
    await context.say(Text("This conversation is called {title} now.", title=kept))
