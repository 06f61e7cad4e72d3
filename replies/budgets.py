"""How many calls fit in how much time."""

from collections import deque


class Window:
    """At most `limit` calls within any `seconds`."""

    __slots__ = ("_limit", "_seconds", "_taken")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def delay(self, now: float, *, spare: int = 0) -> float:
        """Seconds until there is room for one more; `spare` places are left for somebody else."""
        taken = self._taken
        while taken and taken[0] <= now - self._seconds:
            taken.popleft()
        too_many = len(taken) - max(1, self._limit - spare)
        return taken[too_many] + self._seconds - now if too_many >= 0 else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)

    def is_empty(self, now: float) -> bool:
        return not self._taken or self._taken[-1] <= now - self._seconds


class Pace:
    """One call every `interval_seconds`, `burst` of them at once after a rest."""

    __slots__ = ("_burst", "_interval", "_rested_at")

    def __init__(self, interval_seconds: float, burst: int) -> None:
        self._interval = interval_seconds
        self._burst = burst
        self._rested_at = 0.0

    def delay(self, now: float, *, spare: int = 0) -> float:
        """Seconds until the next call may be made; `spare` of the burst is left for somebody else."""
        places = max(1, self._burst - spare)
        return max(0.0, self._rested_at - (places - 1) * self._interval - now)

    def take(self, now: float) -> None:
        self._rested_at = max(now, self._rested_at) + self._interval

    def is_rested(self, now: float) -> bool:
        return self._rested_at <= now
