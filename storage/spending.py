"""What was spent: on what, with which models, and when."""

from dataclasses import dataclass
from datetime import datetime

from domain.money import Account, Purpose
from storage.database import Database
from storage.ledger import OF, QUARTER_MS, milliseconds

_SUMS = (
    "count(*), sum(coalesce(cost_microdollars, 0)) AS cost, "
    "sum(CASE WHEN cost_microdollars IS NULL THEN 1 ELSE 0 END), "
    "sum(CASE WHEN state = 'unknown' THEN coalesce(cost_microdollars, 0) ELSE 0 END)"
)


@dataclass(frozen=True, slots=True)
class Total:
    """What some calls of one purpose and model came to; `unknown` of them are of unknown price.

    `estimated_microdollars` is the part of it that is our estimate.
    """

    purpose: Purpose
    model: str
    calls: int
    microdollars: int
    unknown: int
    estimated_microdollars: int


@dataclass(frozen=True, slots=True)
class Slice:
    """What was spent on one purpose within a quarter of an hour that begins `at_ms`."""

    at_ms: int
    purpose: Purpose
    microdollars: int


class Spending:
    """Reads the ledger. Calls that are still being made are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def totals(self, account: Account, since: datetime) -> list[Total]:
        """By purpose and model, the dearest first."""
        query = (
            f"SELECT purpose, model, {_SUMS} FROM ledger "
            f"WHERE {OF[account.kind]} AND created_ms >= :since AND state IN ('settled', 'unknown') "
            "GROUP BY purpose, model ORDER BY cost DESC, purpose, model"
        )
        values = {"id": account.id, "since": milliseconds(since)}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return [Total(Purpose(purpose), *rest) for purpose, *rest in found]

    async def slices(self, account: Account, since: datetime) -> list[Slice]:
        """What was spent when, on what."""
        query = (
            "SELECT created_ms / :quarter AS at, purpose, sum(coalesce(cost_microdollars, 0)) FROM ledger "
            f"WHERE {OF[account.kind]} AND created_ms >= :since AND state IN ('settled', 'unknown') "
            "GROUP BY at, purpose ORDER BY at, purpose"
        )
        values = {"id": account.id, "since": milliseconds(since), "quarter": QUARTER_MS}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return [Slice(at * QUARTER_MS, Purpose(purpose), cost) for at, purpose, cost in found]

    async def of_turn(self, turn_id: int) -> list[Total]:
        """What one turn has cost so far."""
        query = (
            f"SELECT purpose, model, {_SUMS} FROM ledger "
            "WHERE turn_id = :id AND state IN ('settled', 'unknown') GROUP BY purpose, model"
        )
        values = {"id": turn_id}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return [Total(Purpose(purpose), *rest) for purpose, *rest in found]
