"""Budgets as the admins set them: how much an account may spend in a day or a month."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from domain.money import Account
from domain.periods import Period
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Budget:
    """`microdollars` is None where an admin wants no limit, whatever holds for others."""

    account: Account
    period: Period
    microdollars: int | None


class Budgets:
    """Read at start and kept in memory: every call asks for several, and this process alone writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[Account, Period], Budget] = {}

    async def load(self) -> "Budgets":
        query = "SELECT account, period, microdollars FROM budgets ORDER BY account, period"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        budgets = [Budget(Account.of(name), Period(period), amount) for name, period, amount in found]
        self._known = {(budget.account, budget.period): budget for budget in budgets}
        return self

    def all(self) -> list[Budget]:
        return list(self._known.values())

    def get(self, account: Account, period: Period) -> Budget | None:
        """None where no admin has said anything."""
        return self._known.get((account, period))

    async def set(self, budget: Budget) -> None:
        query = (
            "INSERT INTO budgets (account, period, microdollars) VALUES (:account, :period, :microdollars) "
            "ON CONFLICT (account, period) DO UPDATE SET microdollars = excluded.microdollars"
        )
        values = {**_key(budget.account, budget.period), "microdollars": budget.microdollars}
        await self._database.write(lambda connection: connection.execute(query, values))
        self._known[budget.account, budget.period] = budget

    async def remove(self, account: Account, period: Period) -> bool:
        """False if there was none."""
        query = "DELETE FROM budgets WHERE account = :account AND period = :period"
        values = _key(account, period)
        await self._database.write(lambda connection: connection.execute(query, values))
        return self._known.pop((account, period), None) is not None

    async def move_chat(self, old: int, new: int) -> None:
        """A group has a new id: its budgets follow it, unless there are some already."""
        values = {"from": str(Account("chat", old)), "to": str(Account("chat", new))}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO budgets (account, period, microdollars) "
                "SELECT :to, period, microdollars FROM budgets WHERE account = :from ON CONFLICT DO NOTHING",
                values,
            )
            connection.execute("DELETE FROM budgets WHERE account = :from", values)

        await self._database.write(work)
        await self.load()


def _key(account: Account, period: Period) -> Mapping[str, object]:
    return {"account": str(account), "period": period.value}
