"""Faults to come: ordered at the control side for a path, or by a script for a text."""

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from sandbox.model.errors import ApiError
from sandbox.model.scripts import Order, Script, as_number

Kind = Literal["status", "html", "reset", "delay", "hang", "cut"]

_ANY = "*"
_WORDS = {
    "rate_limit_exceeded": "Rate limit reached for this model. Please try again later.",
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.",
    "context_length_exceeded": "Your input exceeds the context window of this model.",
    "content_filter": "The request was refused by the content filter.",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests to a path, in which `*` stands for anything.

    `seconds` is the length of a delay, `tokens` what is still sent before the connection is cut.
    """

    path: str = _ANY
    times: int = 1
    kind: Kind = "status"
    status: int = 500
    code: str | None = None
    message: str = ""
    param: str | None = None
    retry_after: float | None = None
    seconds: float = 0.0
    tokens: int = 10

    def error(self) -> ApiError:
        message = self.message or _WORDS.get(
            self.code or "", "The server had an error while processing your request."
        )
        return ApiError(self.status, message, self.code, self.param, self.retry_after)


class Faults:
    """Hands faults out, as often as they were ordered."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self._used: Counter[tuple[str, str]] = Counter()

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def take(self, path: str) -> Fault | None:
        for fault in self._ordered:
            if fnmatchcase(path, fault.path):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None

    def of_script(self, script: Script, message: str) -> Fault | None:
        """The fault a message asks for, as long as `times` is not used up for the very same message."""
        order = script.first("fail")
        if order is None:
            return None
        fault, times = _parsed(order)
        if times is not None and not self.may("fail", message, times):
            return None
        return fault

    def may(self, what: str, message: str, times: int) -> bool:
        """Whether it has happened fewer times for this message; counts it."""
        self._used[what, message] += 1
        return self._used[what, message] <= times


def _parsed(order: Order) -> tuple[Fault, int | None]:
    status, code, *_ = (*order.words(), "", "")
    options = {name: value for name, value in order.options().items() if name != "param"}
    numbers = {name: as_number(value, order) for name, value in options.items()}
    fault = Fault(
        status=int(as_number(status or "500", order)),
        code=code or None,
        param=order.options().get("param"),
        retry_after=numbers.get("retry_after"),
    )
    return fault, int(numbers["times"]) if "times" in numbers else None
