"""The ledger: every paid call, set aside before it is made and settled after it, and what budgets have left."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from domain.money import BOT, Account, Consumed, Purpose
from domain.periods import Period
from storage.database import Database

QUARTER_MS = 15 * 60 * 1_000  # every zone's midnight lies on a quarter of an hour
_consumed = TypeAdapter(Consumed)
OF = {"user": "user_id = :id", "chat": "chat_id = :id", "bot": ":id = ''"}
"""The condition for an account's entries."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget of an account for the period from `began` to `ends`."""

    account: Account
    period: Period
    microdollars: int
    began: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call about to be made. `name` is unique to it. `expected_microdollars` is None where nobody knows.

    With less than expected, but `least_microdollars`, it can be made in a smaller way. Where nobody knows,
    `beside_microdollars` are set aside for what is used with it and has a price.
    """

    name: str
    user_id: int
    chat_id: int
    topic_id: int
    turn_id: int
    purpose: Purpose
    model: str
    expected_microdollars: int | None
    least_microdollars: int
    at: datetime
    beside_microdollars: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was set aside for a call."""

    id: int
    microdollars: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A budget that does not allow a call. Of what is `spent`, `pending` is set aside for calls being made."""

    limit: Limit
    spent_microdollars: int
    pending_microdollars: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call. The cost is None where its price is not known.

    `is_known`: the provider told what was used; else it is our estimate.
    """

    purpose: Purpose
    model: str
    used: Consumed
    cost_microdollars: int | None
    prices: Mapping[str, int]
    is_known: bool = True


class Ledger:
    """An entry is `reserved`, then `settled`, `released` (not made) or `unknown` (nobody told the cost).

    Beside the entries it keeps sums by account and quarter of an hour, so that a check costs the same in a busy
    month as in a quiet one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, call: Call, limits: Sequence[Limit]) -> Reserved | Shortage:
        """Sets the expected cost aside, or less of it where a budget has not enough left, if that is enough.

        Who can do with less gets half of what is left, so that others have a chance, too. One transaction:
        however many ask at once, together they get no more than there is.
        """
        return await self._database.write(lambda connection: _reserve(connection, call, limits))

    async def settle(self, entry_id: int, outcomes: Sequence[Outcome]) -> None:
        """Books what a call came to, and the hosted tools used in it. Only a reserved entry can be settled."""
        await self._database.write(lambda connection: _settle(connection, entry_id, outcomes))

    async def has(self, name: str) -> bool:
        """Whether there is a call of that name."""
        query = "SELECT 1 FROM ledger WHERE call = :name"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"name": name}).fetchone()
        )
        return found is not None

    async def begun(self, entry_id: int, response_id: str) -> None:
        """The provider works on it under this id, whether we listen or not."""
        query = "UPDATE ledger SET response_id = :response WHERE id = :id"
        values = {"id": entry_id, "response": response_id}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def correct(self, response_id: str, outcomes: Sequence[Outcome]) -> bool:
        """Books what an answer came to that went on without us, and is unknown yet. False if there is none."""

        def work(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                "SELECT id FROM ledger WHERE response_id = :response AND state = 'unknown' ORDER BY id LIMIT 1",
                {"response": response_id},
            ).fetchone()
            if row is not None:
                _settle(connection, int(row[0]), outcomes, was="unknown")
            return row is not None

        return await self._database.write(work)

    async def release(self, entry_id: int) -> None:
        """Nothing was made, and nothing is to be paid."""

        def work(connection: sqlite3.Connection) -> None:
            _close(connection, entry_id, "released", 0)

        await self._database.write(work)

    async def close_leftovers(self) -> int:
        """What a dead process left reserved counts as spent as expected; returns how many there were.

        A call whose outcome was recorded had been settled before that, so it is none of them.
        """
        query = "UPDATE ledger SET state = 'unknown' WHERE state = 'reserved'"
        return await self._database.write(lambda connection: connection.execute(query).rowcount)

    async def spent(self, limits: Sequence[Limit]) -> list[int]:
        """What of each budget is spent or set aside, in micro-dollars."""
        return await self._database.read(lambda connection: [_spent(connection, limit) for limit in limits])

    async def warn_once(self, limit: Limit, percent: int) -> bool:
        """True the first time for this budget, period and percentage."""
        query = (
            "INSERT INTO budget_warnings (account, period, began_ms, percent) "
            "VALUES (:account, :period, :began, :percent) ON CONFLICT DO NOTHING"
        )
        values = {
            "account": str(limit.account),
            "period": limit.period.value,
            "began": milliseconds(limit.began),
            "percent": percent,
        }
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)

    async def move_chat(self, old: int, new: int) -> None:
        """A group has a new id: what was spent there follows it."""
        values = {"old": old, "new": new, "from": str(Account("chat", old)), "to": str(Account("chat", new))}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE ledger SET chat_id = :new WHERE chat_id = :old", values)
            connection.execute(
                "INSERT INTO spent (account, quarter, microdollars) "
                "SELECT :to, quarter, microdollars FROM spent WHERE account = :from "
                "ON CONFLICT (account, quarter) DO UPDATE SET microdollars = spent.microdollars "
                "+ excluded.microdollars",
                values,
            )
            connection.execute("DELETE FROM spent WHERE account = :from", values)

        await self._database.write(work)


def _reserve(connection: sqlite3.Connection, call: Call, limits: Sequence[Limit]) -> Reserved | Shortage:
    is_unknown = call.expected_microdollars is None
    granted = call.beside_microdollars if call.expected_microdollars is None else call.expected_microdollars
    least = max(1, call.least_microdollars) if is_unknown else call.least_microdollars
    for limit in limits:
        left = limit.microdollars - _spent(connection, limit)
        if left < least:  # what can be had for nothing needs no budget
            return Shortage(limit, limit.microdollars - left, _pending(connection, limit))
        granted = min(granted, max(call.least_microdollars, left // 2))
    return _opened(connection, call, granted)


def _opened(connection: sqlite3.Connection, call: Call, granted: int) -> Reserved:
    now = milliseconds(call.at)
    values = {
        "call": call.name,
        "user": call.user_id,
        "chat": call.chat_id,
        "topic": call.topic_id,
        "turn": call.turn_id,
        "purpose": call.purpose.value,
        "model": call.model,
        "granted": granted,
        "cost": None if call.expected_microdollars is None else granted,
        "now": now,
    }
    row = connection.execute(
        "INSERT INTO ledger (call, user_id, chat_id, topic_id, turn_id, purpose, model, state, "
        "reserved_microdollars, cost_microdollars, created_ms) VALUES (:call, :user, :chat, :topic, :turn, "
        ":purpose, :model, 'reserved', :granted, :cost, :now) RETURNING id",
        values,
    ).fetchone()
    _count(connection, call.user_id, call.chat_id, now, granted)
    return Reserved(int(row[0]), granted)


def _settle(
    connection: sqlite3.Connection, entry_id: int, outcomes: Sequence[Outcome], *, was: str = "reserved"
) -> None:
    own, *others = outcomes
    state = "settled" if own.is_known else "unknown"
    if not _close(connection, entry_id, state, own.cost_microdollars, was=was):
        return
    connection.execute(
        "UPDATE ledger SET model = :model, usage = :usage, prices = :prices WHERE id = :id",
        {"id": entry_id} | _described(own),
    )
    for other in others:
        _add(connection, entry_id, other)


def _add(connection: sqlite3.Connection, entry_id: int, outcome: Outcome) -> None:
    """An entry for a tool beside that of the answer it was used for; it takes the place of an earlier one."""
    values = {"id": entry_id, "state": "settled" if outcome.is_known else "unknown"} | _described(outcome)
    before = connection.execute(
        "DELETE FROM ledger WHERE call = (SELECT call || '/' || :purpose FROM ledger WHERE id = :id) "
        "RETURNING coalesce(cost_microdollars, 0)",
        values,
    ).fetchone()
    user_id, chat_id, created_ms = connection.execute(
        "INSERT INTO ledger (call, user_id, chat_id, topic_id, turn_id, purpose, model, state, "
        "reserved_microdollars, cost_microdollars, usage, prices, created_ms) "
        "SELECT call || '/' || :purpose, user_id, chat_id, topic_id, turn_id, :purpose, :model, :state, 0, "
        ":cost, :usage, :prices, created_ms FROM ledger WHERE id = :id "
        "RETURNING user_id, chat_id, created_ms",
        values,
    ).fetchone()
    more = (outcome.cost_microdollars or 0) - (before[0] if before else 0)
    _count(connection, user_id, chat_id, created_ms, more)


def _described(outcome: Outcome) -> dict[str, object]:
    return {
        "purpose": outcome.purpose.value,
        "model": outcome.model,
        "cost": outcome.cost_microdollars,
        "usage": _consumed.dump_json(outcome.used, exclude_defaults=True).decode(),
        "prices": json.dumps(dict(outcome.prices)),
    }


def _close(
    connection: sqlite3.Connection, entry_id: int, state: str, cost: int | None, *, was: str = "reserved"
) -> bool:
    """False if it was closed before. As long as an entry has no cost it counts as what is set aside for it."""
    values = {"id": entry_id, "state": state, "cost": cost, "was": was}
    row = connection.execute(
        "SELECT user_id, chat_id, created_ms, coalesce(cost_microdollars, reserved_microdollars) FROM ledger "
        "WHERE id = :id AND state = :was",
        values,
    ).fetchone()
    if row is None:
        return False
    connection.execute(
        "UPDATE ledger SET state = :state, cost_microdollars = :cost, reserved_microdollars = "
        "CASE WHEN :cost IS NULL THEN 0 ELSE reserved_microdollars END WHERE id = :id",
        values,
    )
    user_id, chat_id, created_ms, counted = row
    _count(connection, user_id, chat_id, created_ms, (cost or 0) - counted)
    return True


def _count(connection: sqlite3.Connection, user_id: int, chat_id: int, at_ms: int, microdollars: int) -> None:
    """Adds to the sums of all whose spending it is, which may be less by then."""
    if microdollars == 0:
        return
    accounts = [Account("user", user_id), BOT] + [Account("chat", chat_id)] * (chat_id != user_id)
    connection.executemany(
        "INSERT INTO spent (account, quarter, microdollars) VALUES (:account, :quarter, :more) "
        "ON CONFLICT (account, quarter) DO UPDATE "
        "SET microdollars = spent.microdollars + excluded.microdollars",
        [{"account": str(one), "quarter": at_ms // QUARTER_MS, "more": microdollars} for one in accounts],
    )


def _spent(connection: sqlite3.Connection, limit: Limit) -> int:
    query = "SELECT coalesce(sum(microdollars), 0) FROM spent WHERE account = :account AND quarter >= :began"
    values = {"account": str(limit.account), "began": milliseconds(limit.began) // QUARTER_MS}
    return int(connection.execute(query, values).fetchone()[0])


def _pending(connection: sqlite3.Connection, limit: Limit) -> int:
    query = (
        "SELECT coalesce(sum(reserved_microdollars), 0) FROM ledger "
        f"WHERE state = 'reserved' AND created_ms >= :began AND {OF[limit.account.kind]}"
    )
    values = {"id": limit.account.id, "began": milliseconds(limit.began)}
    return int(connection.execute(query, values).fetchone()[0])


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)
