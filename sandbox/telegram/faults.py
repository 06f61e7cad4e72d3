"""Faults on order: the next calls fail the way the real service fails."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.errors import Refused
from sandbox.telegram.values import Json

KINDS = frozenset({"status", "reset_before", "reset_after", "delay", "html_502"})
ANY_METHOD = "*"
_DESCRIPTIONS = {
    400: "Bad Request: refused by the sandbox",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found: method not found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_PREFIXES = {400: "Bad Request: ", 403: "Forbidden: "}
DEFAULT_RETRY_AFTER = 1


@dataclass(slots=True)
class Fault:
    """`status` refuses without acting; `delay` acts and answers late; `reset_after` acts and never answers."""

    method: str = ANY_METHOD
    chat_id: int | None = None
    times: int = 1
    kind: str = "status"
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    seconds: float = 0.0

    def refusal(self) -> Refused:
        """What kind `status` answers."""
        if self.status == 429:
            seconds = self.retry_after if self.retry_after is not None else DEFAULT_RETRY_AFTER
            return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        prefix = _PREFIXES.get(self.status, "")
        given = prefix + self.description.removeprefix(prefix) if self.description else ""
        return Refused(self.status, given or _DESCRIPTIONS.get(self.status, "Error"))


@dataclass(slots=True)
class Faults:
    _waiting: list[Fault] = field(default_factory=list[Fault])

    def order(self, wanted: Json) -> None:
        """Raises `ValueError` for a fault that does not exist."""
        if wanted.get("kind", "status") not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(sorted(KINDS))}")
        self._waiting.append(Fault(**wanted))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, chat_id: Any) -> Fault | None:
        """The first fault that is meant for this call; it is used up."""
        for fault in self._waiting:
            if fault.method in (ANY_METHOD, method) and fault.chat_id in (None, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
