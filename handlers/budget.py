"""`/budget` for admins: how much people, groups, roles and the whole bot may spend."""

import re
from decimal import Decimal, InvalidOperation

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from domain.errors import UserFacingError
from domain.money import ADMINS, BOT, EVERYBODY, PER_DOLLAR, Account, dollars
from domain.periods import Period
from domain.reply import Button, Keyboard
from domain.texts import Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler
from handlers.menus import confirm
from handlers.rights import refuse
from storage.budgets import Budget

_MOST, _LEAST = 1_000_000, Decimal(1) / PER_DOLLAR
_CENTS = re.compile(r"\$?-?[0-9]+,[0-9]{1,2}")  # another comma may part thousands as well as cents
_OFF, _UNLIMITED = "off", "unlimited"
_HOW = Text(
    "Write whose budget, how many dollars, and for how long:\n"
    "/budget user 123456789 1.50 month\n"
    "/budget group 5 month (in the group, or with its id)\n"
    "/budget role everybody 0.20 day (or: admins)\n"
    "/budget bot 20 month\n"
    "0 means that nothing may be spent, “unlimited” that others' budgets do not count, “off” takes it away."
)
_NAMES: dict[str, Text] = {
    "user": Text("person {id}"),
    "chat": Text("group {id}"),
    "role:everybody": Text("everybody, each"),
    "role:admins": Text("admins, each"),
    "bot": Text("the whole bot"),
}


_WHICH_GROUP = Text(
    "Which group? Its id is missing, a number below zero: /budget group -1001234567890 5 month. "
    "Or send the command in the group itself."
)


class NotUnderstood(UserFacingError):
    """What is behind the command is no budget."""

    text = _HOW


async def on_budget(_update: Update, context: BotContext) -> None:
    """Lists them, or sets the one behind the command."""
    if not await _is_admin(context):
        return
    words = [word.lower() for word in context.args or ()]
    try:
        if words:
            await _set(context, words)
    except NotUnderstood as error:
        await context.say(error.text)
        return
    await context.tell(*_list(context))


async def on_budget_tap(_update: Update, context: BotContext) -> None:
    """`budget:PERIOD:ACCOUNT`: takes that budget away."""
    if not await _is_admin(context):
        return
    _, period, name = (context.tap.data or "").split(":", 2)
    await context.services.money.rules.budgets.remove(Account.of(name), Period(period))
    await confirm(context, Text("Done."), *_list(context))


async def _set(context: BotContext, words: list[str]) -> None:
    account, rest = _account(context, words)
    period = Period.MONTH
    if rest and rest[-1] in set(Period):
        period = Period(rest.pop())
    if len(rest) != 1:
        raise NotUnderstood(f"{len(rest)} words left")
    budgets = context.services.money.rules.budgets
    if rest[0] == _OFF:
        await budgets.remove(account, period)
    elif rest[0] == _UNLIMITED:
        await budgets.set(Budget(account, period, None))
    else:
        await budgets.set(Budget(account, period, _microdollars(rest[0])))


def _account(context: BotContext, words: list[str]) -> tuple[Account, list[str]]:
    """Whose budget is meant, and the words behind that. In a group, one number alone is its amount."""
    match words:
        case ["user", id_, *rest] if re.fullmatch(r"@?[0-9]{1,16}", id_):
            return Account("user", int(id_.removeprefix("@"))), rest
        case ["group", id_, amount, *rest] if _is_group(id_) and amount not in set(Period):
            return Account("chat", int(id_)), [amount, *rest]
        case ["group", *rest] if context.chat_kind is ChatKind.GROUP:
            return Account("chat", context.chat.id), rest
        case ["group", *_]:
            raise NotUnderstood("no group", text=_WHICH_GROUP)
        case ["role", "everybody", *rest]:
            return EVERYBODY, rest
        case ["role", "admins", *rest]:
            return ADMINS, rest
        case ["bot", *rest]:
            return BOT, rest
        case _:
            raise NotUnderstood("no account")


def _is_group(word: str) -> bool:
    return re.fullmatch(r"-[0-9]{1,16}", word) is not None


def _microdollars(word: str) -> int:
    """Raises `NotUnderstood` with a sentence that says what is wrong."""
    is_unclear = "," in word and not _CENTS.fullmatch(word)
    try:
        amount = Decimal(word.removeprefix("$").replace(",", "."))
    except InvalidOperation:
        raise NotUnderstood("no number") from None
    if is_unclear or not amount.is_finite() or amount > _MOST or 0 < amount < _LEAST:
        raise NotUnderstood("no amount", text=Text("That is no amount of dollars. Write it as 1.50."))
    if amount < 0:
        sentence = Text("A budget cannot be less than 0. With 0 nothing may be spent; “off” takes it away.")
        raise NotUnderstood("negative", text=sentence)
    return int(amount * PER_DOLLAR)


def _list(context: BotContext) -> tuple[str, Keyboard]:
    rules = context.services.money.rules
    known, mine = rules.known(), set(rules.budgets.all())
    if not known:
        return f"{context.words(Text('There are no budgets.'))}\n\n{context.words(_HOW)}", ()
    lines = [context.words(Text("Budgets:")), *(f"• {_line(context, budget)}" for budget in known)]
    keyboard = tuple(
        (Button(f"✖ {_line(context, one)}", f"budget:{one.period.value}:{one.account}"),)
        for one in known
        if one in mine
    )
    return "\n".join(lines), keyboard


def _line(context: BotContext, budget: Budget) -> str:
    amount = dollars(budget.microdollars) if budget.microdollars is not None else "∞"
    values = {"whose": _name(context, budget.account), "amount": amount}
    if budget.period is Period.DAY:
        return context.words(Text("{whose}: {amount} a day", **values))
    return context.words(Text("{whose}: {amount} a month", **values))


def _name(context: BotContext, account: Account) -> str:
    text = _NAMES.get(account.kind) or _NAMES[str(account)]
    return context.words(Text(text.message, id=account.id) if account.kind in {"user", "chat"} else text)


async def _is_admin(context: BotContext) -> bool:
    if context.services.access.is_admin(context.user.id):
        return True
    await refuse(context, Text("Only this bot's admins can do that."))
    return False


def handlers() -> list[Handler]:
    account = r"(user:[0-9]{1,16}|chat:-[0-9]{1,16}|role:(everybody|admins)|bot:)"
    return [
        CommandHandler("budget", on_budget, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_budget_tap, pattern=rf"^budget:(day|month):{account}\Z"),
    ]
