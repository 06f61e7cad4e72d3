"""A fact put into other words: asked for like a title, taken from the next message."""

from conversation.assistants.dialogs import Dialog
from conversation.memory.errors import FactRefused
from domain.texts import Text
from handlers.context import BotContext


async def take_fact(context: BotContext, dialog: Dialog) -> None:
    """The message is how the fact reads from now on. Raises `FactRefused`, `FactGone`."""
    words = context.message.text
    if not words:
        raise FactRefused("no text", text=Text("I am waiting for text. /cancel ends this."))
    await context.services.memory.change(int(dialog.subject), context.user.id, words)
    await context.services.dialogs.end(context.key, context.user.id)
    await context.say(Text("I remember it like that from now on."))
