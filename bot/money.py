"""Puts money together: the ledger at work, and who hears of it when a budget runs low."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.admins import Admins
from bot.settings import Settings
from conversation.access import Access
from conversation.choices import Choices
from conversation.money.ledger import Crossing, Paying
from conversation.money.rules import Rules
from conversation.money.treasury import Treasury
from conversation.money.wording import crossed
from domain.catalogue import Catalogue
from domain.errors import ReaderGone
from domain.money import BOT, EVERYBODY, PER_DOLLAR, Account
from domain.periods import Period
from domain.texts import Text
from domain.turn import ConversationKey
from locales import FALLBACK, Locales
from replies.errors import TelegramError
from replies.presenter import TelegramPresenter
from storage.budgets import Budgets
from storage.database import Database
from storage.ledger import Ledger
from storage.preferences import Preferences, Scope
from storage.spending import Spending

log = logging.getLogger(__name__)

_PRICES_MISSED = "prices_missed"


@dataclass(frozen=True, slots=True)
class Messengers:
    """Tells people about money beside the answers; whoever cannot be reached is in the log."""

    admins: Admins
    presenter: TelegramPresenter
    locales: Locales
    choices: Choices
    preferences: Preferences
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def on_crossing(self, crossing: Crossing) -> None:
        """A person hears of their own budget, the admins of those of groups and of the bot."""
        sentence = crossed(crossing)
        if crossing.limit.account.kind != "user":
            self.admins.mention(sentence)
            return
        user_id = crossing.payer.user_id
        language = self.choices.language(user_id) or crossing.payer.language or FALLBACK
        self._begin(self._tell(user_id, self.locales.say(sentence, language)))

    def on_unknown_price(self, model_id: str) -> None:
        """The admins hear of each model once."""
        missed = self.preferences.get(Scope.bot(), _PRICES_MISSED)
        known = missed if isinstance(missed, list) else []
        if model_id in known:
            return
        told = Text(
            "The catalogue has no price for {model}: what it costs is counted as unknown, and against no "
            "budget. Name its price in CATALOGUE_FILE.",
            model=model_id or "?",
        )
        self.admins.mention(told)
        self._begin(self.preferences.set(Scope.bot(), _PRICES_MISSED, [*known, model_id]))

    async def close(self) -> None:
        """Waits for no one."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, user_id: int, words: str) -> None:
        try:
            await self.presenter.say(ConversationKey(user_id), words)
        except (ReaderGone, TelegramError) as error:
            log.info("user %s could not be told of their budget: %s", user_id, error)


@asynccontextmanager
async def treasury(
    settings: Settings,
    database: Database,
    preferences: Preferences,
    choices: Choices,
    access: Access,
    admins: Admins,
    presenter: TelegramPresenter,
    locales: Locales,
    catalogue: Callable[[], Catalogue],
) -> AsyncGenerator[Treasury]:
    """Opens the books; what a dead process left open is closed first."""
    messengers = Messengers(admins, presenter, locales, choices, preferences)
    ledger, budgets = Ledger(database), await Budgets(database).load()
    left = await ledger.close_leftovers()
    if left:
        log.warning("%s paid calls were cut off by the last end: they count as spent as expected", left)
    rules = Rules(budgets, _defaults(settings), preferences, access.is_admin, settings.bot_timezone)
    paying = Paying(
        ledger=ledger,
        rules=rules,
        catalogue=catalogue,
        on_crossing=messengers.on_crossing,
        on_unknown_price=messengers.on_unknown_price,
        refuses_unknown=settings.unknown_prices == "refuse",
    )
    try:
        yield Treasury(paying, rules, ledger, Spending(database), choices)
    finally:
        await messengers.close()


def _defaults(settings: Settings) -> Mapping[tuple[Account, Period], int]:
    given: dict[tuple[Account, Period], Decimal | None] = {
        (EVERYBODY, Period.DAY): settings.user_daily_budget,
        (EVERYBODY, Period.MONTH): settings.user_monthly_budget,
        (BOT, Period.DAY): settings.bot_daily_budget,
        (BOT, Period.MONTH): settings.bot_monthly_budget,
    }
    return {key: int(dollars * PER_DOLLAR) for key, dollars in given.items() if dollars is not None}
