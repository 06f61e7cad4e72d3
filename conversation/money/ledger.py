"""Paying: what a call may cost is set aside before it is made, and what it did cost is booked after it."""

import itertools
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType

from ai.errors import TimedOut
from conversation.money.errors import BudgetSpent, PriceUnknown
from conversation.money.payer import NOBODY, Payer, current_payer
from conversation.money.rules import Rules
from conversation.money.sessions import Sessions
from conversation.running import to_its_end
from domain.catalogue import Catalogue, Model
from domain.drawing import DrawingLost
from domain.errors import AnswerBroken, SpokeOtherwise, UserFacingError
from domain.money import Consumed, HostedTool, Purpose, cost, hosted_cost, prices_of
from storage.ledger import Call, Ledger, Limit, Outcome, Reserved, Shortage

log = logging.getLogger(__name__)

PERCENTAGES = (100, 80, 50)
_NEARLY_ALL_PERCENT = 80
_MAYBE_PAID = (AnswerBroken, DrawingLost, SpokeOtherwise, TimedOut)
_NOTHING = Consumed()
Tools = Mapping[HostedTool, Consumed]


@dataclass(frozen=True, slots=True)
class Bill:
    """What is about to be asked for. Costs are in micro-dollars, None where a price is not known.

    `least`: with that much it can still be asked, in a smaller way; None: it costs what it costs. `tools` of it
    are what the provider's own may cost, which is known also where `expected` is not.
    """

    purpose: Purpose
    model: str
    expected: int | None
    least: int | None = None
    tools: int = 0


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a call has used by now. `has_begun`: the provider was at work; `is_known`: it said so itself."""

    model: Model | None
    used: Consumed
    tools: Tools = field(default_factory=dict[HostedTool, Consumed])
    has_begun: bool = True
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """So many percent of a budget are spent: told once in its period. `payer` was the last to pay."""

    limit: Limit
    percent: int
    spent_microdollars: int
    payer: Payer


@dataclass(frozen=True, slots=True)
class Paying:
    """The way of every paid call. `on_crossing` and `on_unknown_price` must not wait.

    `refuses_unknown`: where budgets hold, what has no price is not asked for.
    """

    ledger: Ledger
    rules: Rules
    catalogue: Callable[[], Catalogue]
    on_crossing: Callable[[Crossing], None]
    on_unknown_price: Callable[[str], None]
    refuses_unknown: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sessions: Sessions = field(default_factory=Sessions)
    _life: str = field(default_factory=lambda: secrets.token_hex(6))
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def paying(self, bill: Bill) -> "Entry":
        """An entry to make the call in: `async with paying.paying(bill) as entry: …; await entry.settle(…)`.

        On entering raises `BudgetSpent` or `PriceUnknown`, before anything is called. Left by an error that
        means that nothing was made, it is released; left in any other way unsettled, it counts as what has come
        by then (`Entry.so_far`), else as what was expected.
        """
        return Entry(self, bill, current_payer())

    async def open(self, bill: Bill, payer: Payer) -> tuple[Reserved, Sequence[Limit]]:
        """Sets the money aside. Raises like `paying`."""
        now = self.now()
        limits = await self.rules.limits(payer, now)
        if bill.expected is None and limits and self.refuses_unknown:
            raise PriceUnknown(f"model {bill.model}")
        done = await self.ledger.reserve(self._call(bill, payer, now), limits)
        if isinstance(done, Reserved):
            return done, limits
        refusal = BudgetSpent(done, bill.least or bill.expected or 0, await self.rules.zone(done.limit.account))
        await self._tell_of_end(done, payer)
        raise refusal

    def _call(self, bill: Bill, payer: Payer, now: datetime) -> Call:
        """Named by this process's life and a number: no two calls have the same, whatever is tried again."""
        expected = bill.expected
        return Call(
            name=f"{payer.turn_id}/{self._life}/{next(self._numbers)}",
            user_id=payer.user_id,
            chat_id=payer.key.chat_id,
            topic_id=payer.key.topic_id,
            turn_id=payer.turn_id,
            purpose=bill.purpose,
            model=bill.model,
            expected_microdollars=expected,
            least_microdollars=(expected or 0) if bill.least is None else bill.least,
            beside_microdollars=bill.tools if expected is None else 0,
            at=now,
        )

    async def correct(
        self, response_id: str, bill: Bill, model: Model | None, used: Consumed, *, tools: Tools, is_known: bool
    ) -> None:
        """Books what an answer came to that was given up on, and fetched after all."""
        outcomes = self.outcomes(bill, model, used, tools=tools, is_known=is_known)
        if not await self.ledger.correct(response_id, outcomes):
            call = self._call(replace(bill, expected=0), current_payer(), self.now())
            opened = await self.ledger.reserve(call, ())
            assert isinstance(opened, Reserved)  # no budget forbids what has been made already
            await self.ledger.settle(opened.id, outcomes)

    async def book(self, name: str, tool: HostedTool, used: Consumed) -> None:
        """Books what the bot has used of its own accord, once under this name: no budget forbids it now."""
        call = replace(self._call(Bill(Purpose(tool), tool, 0), NOBODY, self.now()), name=name)
        opened = await self.ledger.reserve(call, ())
        assert isinstance(opened, Reserved)  # there is no limit that could be short
        await self.ledger.settle(opened.id, list(self.hosted({tool: used}, is_known=True)))
        await self.check(await self.rules.limits(NOBODY, self.now()), NOBODY)

    def outcomes(
        self, bill: Bill, model: Model | None, used: Consumed, *, tools: Tools, is_known: bool
    ) -> Sequence[Outcome]:
        """What is to be booked: the call itself, then the provider's tools used in it."""
        name = model.id if model is not None else bill.model
        price = cost(model, used) if model is not None else None
        own = Outcome(bill.purpose, name, used, price, _prices(model), is_known)
        return [own, *self.hosted(tools, is_known=is_known)]

    def hosted(self, tools: Tools, *, is_known: bool) -> Iterable[Outcome]:
        """What of the provider's tools is to be booked."""
        prices = self.catalogue().hosted
        for tool, used in tools.items():
            price = hosted_cost(prices, tool, used)
            # Calls are counted; for how long time is charged nobody tells.
            is_counted = tool != "code" and tool != "storage"
            yield Outcome(Purpose(tool), tool, used, price, prices_of(prices), is_known and is_counted)

    async def check(self, limits: Sequence[Limit], payer: Payer) -> None:
        """Notices which budgets have passed a percentage worth telling."""
        for limit, spent in zip(limits, await self.ledger.spent(limits) if limits else (), strict=True):
            await self._notice(limit, spent, payer)

    async def _tell_of_end(self, shortage: Shortage, payer: Payer) -> None:
        """What is spent but for a rest too small to be used is used up. The person reads it in the refusal."""
        limit, spent = shortage.limit, shortage.spent_microdollars
        is_nearly = spent * 100 >= limit.microdollars * _NEARLY_ALL_PERCENT
        if is_nearly and not shortage.pending_microdollars and limit.account.kind != "user":
            await self._notice(limit, max(spent, limit.microdollars), payer)

    async def _notice(self, limit: Limit, spent: int, payer: Payer) -> None:
        if limit.microdollars <= 0:  # nothing may be spent: there is no half of it
            return
        passed = [percent for percent in PERCENTAGES if spent * 100 >= limit.microdollars * percent]
        news = [percent for percent in passed if await self.ledger.warn_once(limit, percent)]
        if news and news[0] == passed[0]:
            self.on_crossing(Crossing(limit, news[0], spent, payer))


class Entry:
    """One paid call. After entering, `granted` is what is set aside for it, in micro-dollars."""

    def __init__(self, paying: Paying, bill: Bill, payer: Payer) -> None:
        self._paying = paying
        self._bill = bill
        self._payer = payer
        self._limits: Sequence[Limit] = ()
        self._id: int | None = None
        self.granted = 0
        self.so_far: Callable[[], SoFar] | None = None
        """Asked where the call does not end by itself."""

    async def __aenter__(self) -> "Entry":
        reserved, self._limits = await self._paying.open(self._bill, self._payer)
        self._id, self.granted = reserved.id, reserved.microdollars
        return self

    @property
    def is_limited(self) -> bool:
        """Whether any budget holds."""
        return bool(self._limits)

    async def settle(
        self, model: Model | None, used: Consumed, *, tools: Tools | None = None, is_known: bool = True
    ) -> None:
        """Books what was used of that model, None where nobody knows it, and of the provider's tools.

        `is_known`: the provider said so; else it is our estimate.
        """
        await self._book(self._paying.outcomes(self._bill, model, used, tools=tools or {}, is_known=is_known))

    async def settle_tool(self, tool: HostedTool, used: Consumed) -> None:
        """Books what was used of one of the provider's tools by itself, beside no answer."""
        await self._book(list(self._paying.hosted({tool: used}, is_known=True)))

    async def begun(self, response_id: str) -> None:
        """The provider goes on with it under this id if we are gone: `Paying.correct` finds it by that."""
        if self._id is not None:
            await self._paying.ledger.begun(self._id, response_id)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._id is None:
            return
        await to_its_end(self._close(error))

    async def _close(self, error: BaseException | None) -> None:
        so_far = self.so_far() if self.so_far is not None else None
        is_nothing = isinstance(error, UserFacingError) and not isinstance(error, _MAYBE_PAID)
        if is_nothing and not (so_far and so_far.has_begun):
            await self.release()
        elif so_far is not None:
            await self.settle(so_far.model, so_far.used, tools=so_far.tools, is_known=False)
        else:
            await self.guess(self._paying.catalogue().models.get(self._bill.model))

    async def guess(self, model: Model | None, used: Consumed = _NOTHING) -> None:
        """Books what was set aside, since nobody tells what it came to."""
        granted = None if self._bill.expected is None else self.granted
        name = model.id if model is not None else self._bill.model
        await self._book([Outcome(self._bill.purpose, name, used, granted, _prices(model), is_known=False)])

    async def release(self) -> None:
        """Nothing was made after all, and nothing is to be paid."""
        if self._id is not None:
            entry_id, self._id = self._id, None
            await self._paying.ledger.release(entry_id)

    async def _book(self, outcomes: Sequence[Outcome]) -> None:
        if self._id is None:
            return
        entry_id, self._id = self._id, None
        await self._paying.ledger.settle(entry_id, outcomes)
        for outcome in outcomes:
            if outcome.cost_microdollars is None:
                self._paying.on_unknown_price(outcome.model)
        await self._paying.check(self._limits, self._payer)


def _prices(model: Model | None) -> Mapping[str, int]:
    return prices_of(model) if model is not None else {}
