"""For admins: who may use the bot, and how it is doing."""

import re

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.reply import Button, Keyboard
from domain.texts import Plural, Sentence, Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from handlers.rights import admins_only

_USER_ID = r"[0-9]{1,16}"  # at most 52 bits: core.telegram.org/bots/api#user


async def on_allow(_update: Update, context: BotContext) -> None:
    await _decide(context, allowed=True)


async def on_deny(_update: Update, context: BotContext) -> None:
    await _decide(context, allowed=False)


async def on_decision_tap(_update: Update, context: BotContext) -> None:
    """The buttons under a stranger's request."""
    if not await admins_only(context):
        return
    verb, _, user_id = (context.tap.data or "").partition(":")
    told = await _set_person(context, int(user_id), allowed=verb == "allow")
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))
    text, keyboard = _without(context.message, user_id, context.words(told))
    await context.services.presenter.edit(context.key, context.message.message_id, text, keyboard)


async def on_admin(_update: Update, context: BotContext) -> None:
    if not await admins_only(context):
        return
    access, health = context.services.access, await context.services.health()
    people = access.allowed_people()
    open_to_all = access.allowed == "*"
    lines: list[Sentence] = [
        Text("Everybody may use this bot.") if open_to_all else Text("Only allowed people may use this bot."),
        Plural("{count} person allowed by hand", "{count} people allowed by hand", len(people)),
        Plural("{count} admin", "{count} admins", len(access.admin_ids())),
        Plural("{count} answer running", "{count} answers running", health.running),
        Plural("{count} message waiting", "{count} messages waiting", health.waiting),
        Plural("{count} update set aside", "{count} updates set aside", health.set_aside),
    ]
    names = [f"• {user_id}" for user_id in people]
    await context.tell("\n".join([*(context.words(line) for line in lines), *names]))


async def _decide(context: BotContext, *, allowed: bool) -> None:
    """Of the person whose id is given or whose message is replied to; in a group else of the group."""
    if not await admins_only(context):
        return
    user_id = _meant(context)
    if user_id is not None:
        await context.say(await _set_person(context, user_id, allowed=allowed))
    elif context.chat_kind is ChatKind.GROUP:
        await context.services.access.decide_chat(context.chat.id, allowed=allowed)
        await context.say(
            Text("Everybody in this group may talk to me now.")
            if allowed
            else Text("This group as a whole may not talk to me any more.")
        )
    else:
        await context.say(Text("Whom? Give the id, as in /allow 123456789, or reply to a message of theirs."))


def _meant(context: BotContext) -> int | None:
    given = (context.args or [""])[0]
    if re.fullmatch(_USER_ID, given):
        return int(given)
    answered = context.message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.is_bot:
        return None
    return answered.from_user.id


async def _set_person(context: BotContext, user_id: int, *, allowed: bool) -> Text:
    await context.services.access.decide(user_id, allowed=allowed)
    return (
        Text("{id} may use the bot now.", id=user_id) if allowed else Text("{id} is shut out now.", id=user_id)
    )


def _without(message: Message, user_id: str, told: str) -> tuple[str, Keyboard]:
    """The request as it reads once this person is decided about; the others in it keep their buttons."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    left = [row for row in rows if not any(str(button.callback_data).endswith(f":{user_id}") for button in row)]
    if not left:
        return told, ()
    keyboard = tuple(tuple(Button(button.text, str(button.callback_data)) for button in row) for row in left)
    return f"{message.text or ''}\n{told}", keyboard


def handlers() -> list[Handler]:
    return [
        CommandHandler("allow", on_allow, filters.UpdateType.MESSAGE),
        CommandHandler("deny", on_deny, filters.UpdateType.MESSAGE),
        CommandHandler("admin", on_admin, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_decision_tap, pattern=rf"^(allow|deny):{_USER_ID}\Z"),
    ]
