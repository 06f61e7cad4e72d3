"""Groups: being added and removed, what is listened to, and the move to a supergroup."""

import logging

from telegram import ChatMember, Update
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from conversation.choices import Listen
from domain.reply import Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler, required
from handlers.menus import confirm, options, tapped_value
from handlers.rights import may_change

log = logging.getLogger(__name__)

_PRESENT = {ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER, ChatMember.RESTRICTED}
LABELS: dict[Listen, Text] = {
    Listen.CALLED: Text("When somebody calls me"),
    Listen.ALWAYS: Text("Every message"),
}


async def on_my_membership(update: Update, context: BotContext) -> None:
    """Added to a group: says how to be called. Removed, or blocked by a person: a quiet line."""
    change = required(update.my_chat_member)
    was, now = change.old_chat_member.status in _PRESENT, change.new_chat_member.status in _PRESENT
    log.info("membership in chat %s: %s", context.chat.id, change.new_chat_member.status)
    if was or not now or context.chat_kind is ChatKind.PRIVATE:
        return
    if not context.services.access.may_talk(context.user.id, context.chat.id):
        await context.say(Text("This bot is private: its owner can open it for this group with /allow."))
        return
    name = context.services.me.username
    await context.say(Text("Hello! Mention me (@{bot}), reply to me or use /ask, and I will answer.", bot=name))


async def on_migrated(update: Update, context: BotContext) -> None:
    """The group became a supergroup under a new id: what is remembered moves along.

    Each of the two says so; whichever is worked first moves it, before anything asked in the new one.
    """
    message = required(update.message)
    old_id = message.migrate_from_chat_id or context.chat.id
    new_id = message.migrate_to_chat_id or context.chat.id
    await context.services.conversations.migrate(old_id, new_id)
    await context.services.access.migrate(old_id, new_id)
    await context.services.money.move_chat(old_id, new_id)


async def on_listen(_update: Update, context: BotContext) -> None:
    if context.chat_kind is ChatKind.PRIVATE:
        await context.say(Text("Here I answer every message. This choice is for groups."))
    else:
        await context.tell(*await _menu(context))


async def on_listen_tap(_update: Update, context: BotContext) -> None:
    if not await may_change(context):
        return
    listen = Listen(tapped_value(context))
    await context.services.choices.choose_listen(context.chat.id, listen)
    await confirm(context, Text("Done."), *await _menu(context))
    if listen is Listen.ALWAYS and await _is_limited_by_privacy(context):
        await context.say(
            Text(
                "Telegram hides this group's other messages from me while my privacy mode is on. Make me an "
                "admin of the group, or turn privacy mode off with /setprivacy in @BotFather and add me again."
            )
        )


async def _is_limited_by_privacy(context: BotContext) -> bool:
    """Privacy mode hides messages from a bot that is no admin of the group."""
    if context.services.me.can_read_all_group_messages:
        return False
    member = await context.services.gateway.get_chat_member(context.chat.id, context.services.me.id)
    return member.get("status") != ChatMember.ADMINISTRATOR


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    chosen = context.services.choices.listen(context.chat.id)
    labels = {listen.value: context.words(label) for listen, label in LABELS.items()}
    return context.words(Text("When shall I answer in this group?")), options("listen", labels, chosen.value)


def handlers() -> list[Handler]:
    return [
        ChatMemberHandler(on_my_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, on_migrated),
        CommandHandler("listen", on_listen, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_listen_tap, pattern=r"^listen:(called|always)\Z"),
    ]
