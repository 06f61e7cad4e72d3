"""`/usage` and `/price`: what was spent, in numbers and as a chart, and what each answer costs."""

import re

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.money.report import TASK
from domain.money import BOT, Account
from domain.reply import Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from handlers.menus import confirm, options, tapped_value
from handlers.rights import refuse

_USER_ID = r"@?[0-9]{1,16}"
_LABELS: dict[str, Text] = {"on": Text("Below every answer"), "off": Text("Nowhere")}


async def on_usage(_update: Update, context: BotContext) -> None:
    """One's own; in a group the group's. `all` and other people's are for admins; `dark` and `light` choose."""
    word = (context.args or [""])[0].lower()
    if word in {"dark", "light"}:
        await context.services.choices.choose_dark_charts(context.user.id, dark=word == "dark")
        word = ""
    account = _account(context, word)
    if account is None:
        await context.say(Text("Whose? /usage shows yours. For admins: /usage all, or /usage 123456789."))
    elif _may_see(context, account):
        context.answer(context.task(f"{TASK}:{account}", ""))
    else:
        await refuse(context, Text("Only this bot's admins can do that."))


async def on_price(_update: Update, context: BotContext) -> None:
    """Shows the choice, or takes the word behind the command for it."""
    word = (context.args or [""])[0].lower()
    if word in _LABELS:
        await context.services.choices.choose_price_line(context.user.id, shown=word == "on")
    await context.tell(*_menu(context))


async def on_price_tap(_update: Update, context: BotContext) -> None:
    await context.services.choices.choose_price_line(context.user.id, shown=tapped_value(context) == "on")
    await confirm(context, Text("Done."), *_menu(context))


def _account(context: BotContext, word: str) -> Account | None:
    if word == "all":
        return BOT
    if re.fullmatch(_USER_ID, word):
        return Account("user", int(word.removeprefix("@")))
    if word:
        return None
    if context.chat_kind is ChatKind.GROUP:
        return Account("chat", context.chat.id)
    return Account("user", context.user.id)


def _may_see(context: BotContext, account: Account) -> bool:
    own = {Account("user", context.user.id), Account("chat", context.chat.id)}
    return account in own or context.services.access.is_admin(context.user.id)


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    chosen = "on" if context.services.choices.price_line(context.user.id) else "off"
    labels = {value: context.words(label) for value, label in _LABELS.items()}
    return context.words(Text("Where shall I say what an answer cost?")), options("price", labels, chosen)


def handlers() -> list[Handler]:
    return [
        CommandHandler("usage", on_usage, filters.UpdateType.MESSAGE),
        CommandHandler("price", on_price, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_price_tap, pattern=r"^price:(on|off)\Z"),
    ]
