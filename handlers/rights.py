"""Who may change what a whole group shares."""

from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext

_GROUP_ADMINS = {"creator", "administrator"}


async def may_change(context: BotContext) -> bool:
    """True in a private chat, for a bot admin, and for the group's own admins; otherwise says why not."""
    if await is_admin_here(context):
        return True
    await refuse(context, Text("Only this group's admins can change that."))
    return False


async def admins_only(context: BotContext) -> bool:
    """True for the bot's own admins; otherwise says so."""
    if context.services.access.is_admin(context.user.id):
        return True
    await refuse(context, Text("Only this bot's admins can do that."))
    return False


async def is_admin_here(context: BotContext) -> bool:
    """The same, without a word."""
    if context.chat_kind is ChatKind.PRIVATE or context.services.access.is_admin(context.user.id):
        return True
    member = await context.services.gateway.get_chat_member(context.chat.id, context.user.id)
    return member.get("status") in _GROUP_ADMINS


async def refuse(context: BotContext, sentence: Text) -> None:
    """Says no where the person is looking: on the button they tapped, or in the chat."""
    if context.is_tap:
        await context.services.gateway.answer_callback(context.tap.id, context.words(sentence))
    else:
        await context.say(sentence)
