"""What the provider's own tools may cost in one request, and how far they may go for what is set aside."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from domain.catalogue import HostedPrices, Model
from domain.money import Consumed, HostedTool, cost, hosted_cost
from domain.run import AUTO, Hosted
from domain.turn import Usage

MOST_LIMITED_CALLS: Final = 8
"""Where budgets hold, the tools may be used no more often in one request."""

MOST_LIMITED_MINUTES: Final = 20
"""Where budgets hold, code may run no longer in one request: a whole session of a container."""

BROUGHT_TOKENS: Final[dict[str, int]] = {"web_search": 8_000, "file_search": 6_400, "code": 4_000}
"""About what a call brings into the prompt. Only the provider knows what it will be; it bills it as input."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The tools that may be used, how often, and for how many minutes code may run; what that costs at most."""

    hosted: Hosted
    minutes: int = 0
    microdollars: int = 0


@dataclass(frozen=True, slots=True)
class Tooling:
    """The tools offered with a prompt of `tokens`, and what using them costs. The model may be nobody's.

    `owed_minutes` of the container are to be paid as soon as it is used again.
    """

    hosted: Hosted
    tokens: int
    model: Model | None
    prices: HostedPrices
    owed_minutes: int = 0

    def most(self) -> int | None:
        """As far as they may go where budgets hold, in micro-dollars; None where a price is not known."""
        return self._cost(self.hosted, MOST_LIMITED_CALLS, MOST_LIMITED_MINUTES) if self.hosted else 0

    def within(self, microdollars: int) -> Allowance:
        """As far as they may go for that much.

        One call of what it pays for, the cheap tools where it does not pay for all; more of them, and more
        minutes than the least, for one half of it at most, so that something is left for the answer itself.
        """
        hosted, least = self._affordable(microdollars), self._least_minutes
        if not hosted:
            return Allowance(Hosted())
        calls, minutes = 1, least
        for more in range(2, MOST_LIMITED_CALLS + 1):
            if self._known(hosted, more, minutes) <= microdollars // 2:
                calls = more
        for longer in range(least + 1, MOST_LIMITED_MINUTES + 1 if hosted.container else 0):
            if self._known(hosted, calls, longer) <= microdollars // 2:
                minutes = longer
        return Allowance(replace(hosted, most_calls=calls), minutes, self._known(hosted, calls, minutes))

    def _affordable(self, microdollars: int) -> Hosted:
        """Without the dearest of the tools, until one call of each that is left can be paid for.

        Code that has no files to work on goes before all others.
        """
        hosted = self.hosted
        has_no_files = {"code"} if hosted.container == AUTO else set[str]()
        for tool in sorted(_tools(hosted), key=lambda one: (one not in has_no_files, -(self._once(one) or 0))):
            if self._known(hosted, 1, self._least_minutes) <= microdollars:
                break
            hosted = _without(hosted, tool)
        return hosted

    def _known(self, hosted: Hosted, calls: int, minutes: int) -> int:
        """What has no price is counted when it is known; here it stands in nothing's way."""
        return self._cost(hosted, calls, minutes) or 0

    def _cost(self, hosted: Hosted, calls: int, minutes: int) -> int | None:
        """The dearest call so many times, the container, and the reading of all that the calls bring."""
        tools = list(_tools(hosted))
        if not tools:
            return 0
        dearest = [self._once(tool) for tool in tools if tool != "code"]
        paid = Consumed(minutes=minutes + self.owed_minutes)
        container = hosted_cost(self.prices, "code", paid) if hosted.container else 0
        if container is None or None in dearest:
            return None
        return calls * max((one or 0 for one in dearest), default=0) + container + self._reading(tools, calls)

    @property
    def _least_minutes(self) -> int:
        return max(1, self.prices.container_least_minutes)

    def _once(self, tool: HostedTool) -> int | None:
        used = Consumed(calls=1, minutes=self._least_minutes)
        return hosted_cost(self.prices, tool, used)

    def _reading(self, tools: list[HostedTool], calls: int) -> int:
        """After each call the model reads all again, what it knows from the cache. Without a price: nothing."""
        if self.model is None:
            return 0
        brought = max(BROUGHT_TOKENS[tool] for tool in tools)
        read = 0
        for number in range(calls):
            known = self.tokens + number * brought
            usage = Usage(input_tokens=known + brought, cached_tokens=known, cache_write_tokens=brought)
            read += cost(self.model, Consumed(text=usage)) or 0
        return read


def _tools(hosted: Hosted) -> Iterator[HostedTool]:
    if hosted.web_search:
        yield "web_search"
    if hosted.stores:
        yield "file_search"
    if hosted.container:
        yield "code"


def _without(hosted: Hosted, tool: HostedTool) -> Hosted:
    match tool:
        case "web_search":
            return replace(hosted, web_search=False)
        case "file_search":
            return replace(hosted, stores=())
        case "code":
            return replace(hosted, container="", container_files=())
        case "storage":
            return hosted
