"""Chat actions: that the bot is typing. Clients show one for five seconds, or until a message comes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.telegram.changes import Changes
from sandbox.telegram.drafts import Place

_SECONDS = 5.0


@dataclass(slots=True)
class Actions:
    """At most one for each chat and topic."""

    clock: Callable[[], float]
    changes: Changes
    _live: dict[Place, tuple[str, float]] = field(default_factory=dict[Place, tuple[str, float]])

    def show(self, place: Place, action: str) -> None:
        self._live[place] = (action, self.clock() + _SECONDS)
        self.changes.bump(("chat", place[0]))

    def live(self, place: Place) -> tuple[str, float] | None:
        """What the bot does there, and for how many seconds it is still shown."""
        action, until = self._live.get(place, ("", 0.0))
        left = until - self.clock()
        return (action, left) if action and left > 0 else None

    def end(self, place: Place) -> None:
        """A message took its place."""
        self._live.pop(place, None)
