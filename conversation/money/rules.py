"""Which budgets hold for whom, and in whose days and months they are counted."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from conversation.money.payer import Payer
from domain.money import ADMINS, BOT, EVERYBODY, Account
from domain.periods import Period, began, ends
from storage.budgets import Budget, Budgets
from storage.ledger import Limit
from storage.preferences import Preferences, Scope

log = logging.getLogger(__name__)

TIMEZONE = "timezone"
"""The preference of a person that names their zone, as `Europe/Berlin`."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A person's own budget goes before that of their role, and each before the operator's `defaults`.

    Beside theirs, those of the group and of the whole bot hold. A person's days begin at their own midnight,
    those of groups and of the bot in the zone called `zone_name`.
    """

    budgets: Budgets
    defaults: Mapping[tuple[Account, Period], int]
    preferences: Preferences
    is_admin: Callable[[int], bool]
    zone_name: str = "UTC"
    _zones: dict[str, tzinfo] = field(default_factory=dict[str, tzinfo])

    async def limits(self, payer: Payer, now: datetime) -> Sequence[Limit]:
        """All budgets that a call of theirs would be counted against."""
        accounts = [Account("user", payer.user_id)] if payer.user_id else []
        accounts += [Account("chat", payer.key.chat_id)] if payer.key.chat_id < 0 else []
        return [limit for account in (*accounts, BOT) for limit in await self.of(account, now)]

    async def of(self, account: Account, now: datetime) -> Sequence[Limit]:
        """The budgets of one account, by day and by month."""
        zone = await self.zone(account)
        amounts = ((period, self._amount(account, period)) for period in Period)
        return [
            Limit(account, period, amount, began(period, now, zone), ends(period, now, zone))
            for period, amount in amounts
            if amount is not None
        ]

    async def zone(self, account: Account) -> tzinfo:
        """The zone in which an account's days are counted."""
        name = self.zone_name
        if account.kind == "user":
            name = str(self.preferences.get(Scope.user(int(account.id)), TIMEZONE) or name)
        if name not in self._zones:
            self._zones[name] = await asyncio.to_thread(_zone, name, self.zone_name)
        return self._zones[name]

    def _amount(self, account: Account, period: Period) -> int | None:
        for one in self._in_order(account):
            budget = self.budgets.get(one, period)
            if budget is not None:
                return budget.microdollars
        return next(
            (self.defaults[one, period] for one in self._in_order(account) if (one, period) in self.defaults),
            None,
        )

    def _in_order(self, account: Account) -> Sequence[Account]:
        if account.kind != "user":
            return (account,)
        roles = (ADMINS, EVERYBODY) if self.is_admin(int(account.id)) else (EVERYBODY,)
        return (account, *roles)

    def known(self) -> Sequence[Budget]:
        """All that admins have set, then what the operator's settings say beside."""
        mine = self.budgets.all()
        beside = (
            Budget(account, period, amount)
            for (account, period), amount in self.defaults.items()
            if self.budgets.get(account, period) is None
        )
        return [*mine, *beside]


def _zone(name: str, fallback: str) -> tzinfo:
    """Reads files. A name that is no zone (any more) is no reason to refuse anybody."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        log.warning("a zone is not known, %s holds: %s", fallback, type(error).__name__)
        return ZoneInfo(fallback)
