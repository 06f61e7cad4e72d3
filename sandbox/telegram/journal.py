"""Every call of the Bot API, as it came and how it ended; also those that failed."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.telegram.changes import Changes
from sandbox.telegram.values import Json

CALLS = "calls"
_MOST_CALLS = 200_000  # a benchmark runs for long


@dataclass(slots=True)
class Call:
    """One call, from `at` to `ended_at` in seconds of the sandbox's clock; `status` 0: not answered (yet)."""

    method: str
    at: float
    params: Json
    status: int = 0
    description: str = ""
    ended_at: float | None = None

    def as_json(self) -> Json:
        return {
            "method": self.method,
            "params": self.params,
            "at": self.at,
            "ended_at": self.ended_at,
            "status": self.status,
            "description": self.description,
        }


class Journal:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.changes = Changes()
        self._calls: deque[Call] = deque(maxlen=_MOST_CALLS)
        self._violations: list[Json] = []
        self._begun = 0

    def begin(self, method: str, at: float) -> Call:
        call = Call(method, at, {})
        self._calls.append(call)
        self._begun += 1
        return call

    def read(self, call: Call, params: Json) -> None:
        """The call is understood; from here on it may wait."""
        call.params = params
        self.changes.bump(CALLS)

    def end(self, call: Call, status: int, description: str = "") -> None:
        call.status, call.description, call.ended_at = status, description, self._clock()
        self.changes.bump(CALLS)

    def violation(self, call: Call, remaining_seconds: float) -> None:
        """A call that came inside a window in which nothing may be called."""
        self._violations.append(
            {
                "method": call.method,
                "params": call.params,
                "at": call.at,
                "remaining_seconds": remaining_seconds,
            }
        )

    def calls(self, method: str | None, chat_id: Any) -> list[Json]:
        return [
            call.as_json()
            for call in self._calls
            if (method is None or call.method == method)
            and (chat_id is None or call.params.get("chat_id") == chat_id)
        ]

    def latest(self, most: int) -> Iterator[tuple[int, Call]]:
        """The last calls with their numbers, oldest first."""
        first = max(0, len(self._calls) - most)
        return enumerate(islice(self._calls, first, None), self._begun - len(self._calls) + first)

    def violations(self) -> list[Json]:
        return list(self._violations)
