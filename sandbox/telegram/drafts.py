"""Drafts: what the bot shows while it writes. They live 30 seconds, or until a real message comes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.telegram.changes import Changes
from sandbox.telegram.switches import Switches
from sandbox.telegram.values import Json

Place = tuple[int, int | None]


@dataclass(slots=True)
class Draft:
    draft_id: int
    content: Json
    can_stop: bool
    keep_on_stop: bool
    until: float
    stopped: bool = False

    def as_json(self) -> Json:
        flags = {"can_stop": self.can_stop, "keep_on_stop": self.keep_on_stop, "stopped": self.stopped}
        return {"draft_id": self.draft_id, **self.content, **flags}


@dataclass(slots=True)
class Drafts:
    """At most one for each chat and topic."""

    clock: Callable[[], float]
    switches: Switches
    changes: Changes
    _live: dict[Place, Draft] = field(default_factory=dict[Place, Draft])
    _stopped: set[tuple[Place, int]] = field(default_factory=set[tuple[Place, int]])

    def show(self, place: Place, draft_id: int, content: Json, *, can_stop: bool, keep_on_stop: bool) -> None:
        """Shows or replaces it; after Stop, clients ignore what still comes under that id."""
        if (place, draft_id) in self._stopped:
            return
        until = self.clock() + self.switches.draft_seconds
        self._live[place] = Draft(draft_id, content, can_stop, keep_on_stop, until)
        self.changes.bump(("chat", place[0]))

    def live(self, place: Place) -> Draft | None:
        draft = self._live.get(place)
        if draft is not None and draft.until <= self.clock():
            del self._live[place]
            return None
        return draft

    def seconds_left(self, place: Place) -> float | None:
        draft = self.live(place)
        return None if draft is None else draft.until - self.clock()

    def stop(self, place: Place, draft: Draft) -> None:
        """The person pressed Stop."""
        self._stopped.add((place, draft.draft_id))
        draft.stopped = True
        draft.can_stop = False
        if not draft.keep_on_stop:
            self.end(place)
        self.changes.bump(("chat", place[0]))

    def end(self, place: Place) -> None:
        """A real message took its place."""
        self._live.pop(place, None)
