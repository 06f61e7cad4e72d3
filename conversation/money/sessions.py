"""Containers by the minute: until when each of them is paid for."""

import math
import time
from dataclasses import dataclass, field

from domain.hosting import CONTAINER_MINUTES

_LONG_GONE_SECONDS = 3 * CONTAINER_MINUTES * 60  # one that nobody used for so long is gone, and its id with it


@dataclass(slots=True)
class Sessions:
    """The sessions of containers by their ids, in seconds of the monotonic clock.

    A session begins when a container is made or first used, and lasts until it is used last: what lies between
    two uses is paid for, and a use within paid minutes adds nothing. When it ends the provider does not tell,
    nor what it charges: what comes of this is an estimate.
    """

    _paid_until: dict[str, float] = field(default_factory=dict[str, float])

    def used(self, container: str, began: float, ended: float, *, least: int) -> int:
        """The minutes to be paid for this use; `least` of them where its session begins, or it has no id."""
        paid_until = self._paid_until.get(container)
        if paid_until is None:
            minutes = max(least, math.ceil((ended - began) / 60))
            paid_until = began
        else:
            minutes = max(0, math.ceil((ended - paid_until) / 60))
        if container:
            self._forget_gone(ended)
            self._paid_until[container] = paid_until + minutes * 60
        return minutes

    def owed(self, container: str) -> int:
        """The minutes since it was paid for, which its next use adds to its own."""
        now = time.monotonic()
        return max(0, math.ceil((now - self._paid_until.get(container, now)) / 60))

    def _forget_gone(self, now: float) -> None:
        gone = [one for one, until in self._paid_until.items() if until < now - _LONG_GONE_SECONDS]
        for one in gone:
            del self._paid_until[one]
