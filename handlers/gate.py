"""Before every handler: whose update is this, in which language do they read, and may they talk to us."""

import logging

from telegram import Update, User
from telegram.constants import ZERO_DATE
from telegram.ext import ApplicationHandlerStop, TypeHandler

from conversation.access import Refusal
from domain.texts import Text
from domain.turn import ChatKind
from handlers.addressing import is_for
from handlers.command_list import register_admins
from handlers.context import BotContext, Handler
from handlers.stops import STOPPED_DRAFT

log = logging.getLogger(__name__)

_NOT_ALLOWED = Text("This bot is private. Its owner has not allowed you yet.")


async def on_any(update: Update, context: BotContext) -> None:
    """Stops updates of nobody, of bots and channels, and of people who may not talk to the bot."""
    if STOPPED_DRAFT in update.api_kwargs:  # has no user; only who sees our draft can stop it
        return
    user = update.effective_user
    if user is None or update.effective_chat is None:
        raise ApplicationHandlerStop
    language = context.services.choices.language(user.id)
    context.work.language = language or context.services.locales.match(user.language_code)
    if _is_housekeeping(update):
        return
    if _speaks_for_a_chat(update, user):
        raise ApplicationHandlerStop
    if not context.services.access.may_talk(user.id, context.chat.id) and not await _pairs(update, context):
        await _turn_away(update, context)
        raise ApplicationHandlerStop
    if _is_dead_tap(update):
        gone = Text("This button no longer works.")
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone))
        raise ApplicationHandlerStop


def _speaks_for_a_chat(update: Update, user: User) -> bool:
    """True for bots, channels and anonymous admins: nobody is there to be answered or let in."""
    message = update.message or update.edited_message
    return user.is_bot or (message is not None and message.sender_chat is not None)


def _is_dead_tap(update: Update) -> bool:
    """True for a button without data, or under a message that is gone: only its ids are left, not its topic."""
    tap = update.callback_query
    if tap is None:
        return False
    # "always 0" for those: core.telegram.org/bots/api#inaccessiblemessage
    return not tap.data or (tap.message is not None and tap.message.date == ZERO_DATE)


def _is_housekeeping(update: Update) -> bool:
    """Facts about the chat itself, which hold whoever caused them."""
    message = update.message
    if update.my_chat_member is not None:
        return True
    return message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id) is not None


async def _pairs(update: Update, context: BotContext) -> bool:
    """True if this is the one-time pairing link being opened."""
    message = update.message
    if message is None or message.forward_origin is not None:
        return False
    command, _, code = (message.text or "").partition(" ")
    if context.chat_kind is not ChatKind.PRIVATE or command != "/start" or not code:
        return False
    if not await context.services.access.pair(code.strip(), context.user.id):
        return False
    await register_admins(context.services.gateway, context.services.locales, [context.user.id])
    await context.say(Text("You are this bot's admin now. /admin shows what you can do."))
    return True


async def _turn_away(update: Update, context: BotContext) -> None:
    """One sentence to the stranger, a question to the admins; silence for group talk that is not for us."""
    if update.callback_query is not None:
        await context.services.gateway.answer_callback(update.callback_query.id, context.words(_NOT_ALLOWED))
        return
    message = update.message
    if message is None or (context.chat_kind is ChatKind.GROUP and not is_for(context.services.me, message)):
        return
    log.info("turned away user %s in chat %s", context.user.id, context.chat.id)
    access, refusal = context.services.access, await _refusal(context)
    if not access.is_news(context.user.id, refusal):
        return
    try:
        await context.say(_sentence(refusal, context.user.id))
    except Exception:
        access.tell_again(context.user.id)
        raise


async def _refusal(context: BotContext) -> Refusal:
    """Asks the admins, unless they have decided."""
    user = context.user
    if context.services.access.is_denied(user.id):
        return Refusal.DENIED
    is_asked = await context.services.ask_admins(user.id, user.full_name)
    return Refusal.ASKED if is_asked else Refusal.UNASKED


def _sentence(refusal: Refusal, user_id: int) -> Text:
    match refusal:
        case Refusal.DENIED:
            return _NOT_ALLOWED
        case Refusal.UNASKED:
            return Text("This bot is private. Your id is {id}.", id=user_id)
        case Refusal.ASKED:
            return Text(
                "This bot is private. Your id is {id}; its owner has been asked to let you in.", id=user_id
            )


def handlers() -> list[Handler]:
    return [TypeHandler(Update, on_any)]
