"""How many calls fit in how much time."""

from bisect import bisect_right

_SOON_SECONDS = 0.05
# On a machine with too much to do calls were seen to take more than 3 s to arrive: given up so soon, they came
# together with the next ones.
_LONGEST_TRAVEL_SECONDS = 10.0


class Window:
    """At most `limit` calls within any `seconds`."""

    __slots__ = ("_limit", "_seconds", "_taken")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._taken: list[float] = []  # in order; a deque takes 0.6 KB even when it is empty

    def delay(self, now: float, *, spare: int = 0) -> float:
        """Seconds until there is room for one more; `spare` places are left for somebody else."""
        taken = self._taken
        del taken[: bisect_right(taken, now - self._seconds)]
        too_many = len(taken) - max(1, self._limit - spare)
        return taken[too_many] + self._seconds - now if too_many >= 0 else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)

    def is_empty(self, now: float) -> bool:
        return not self._taken or self._taken[-1] <= now - self._seconds


class TravellingWindow:
    """At most `limit` calls within any `seconds`, of calls that travel side by side and not equally fast.

    Telegram counts them when they arrive there, which is somewhere between their start and their end here. So
    each takes a place from its start on and keeps it until so long after its end.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._arrived = Window(limit, seconds)
        self._under_way: dict[object, float] = {}

    def delay(self, now: float, *, spare: int = 0) -> float:
        """As of `Window`. Waiting for one under way is waiting for who knows how long: ask again soon."""
        self._give_up_waiting(now)
        travelling = len(self._under_way)
        if travelling >= max(1, self._limit - spare):
            return _SOON_SECONDS
        return self._arrived.delay(now, spare=spare + travelling)

    def start(self, now: float) -> object:
        """Takes a place; returns the token of this call."""
        token = object()
        self._under_way[token] = now
        return token

    def end(self, token: object, now: float) -> None:
        if self._under_way.pop(token, None) is not None:
            self._arrived.take(now)

    def _give_up_waiting(self, now: float) -> None:
        """A call without an answer has arrived by now, or never will: it may not hold everybody up."""
        while self._under_way:
            oldest, started = next(iter(self._under_way.items()))
            if now - started < _LONGEST_TRAVEL_SECONDS:
                break
            self.end(oldest, now)


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
