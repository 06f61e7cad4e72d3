"""Whatever fails and whenever the process ends: nothing is lost, and every conversation keeps its order."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import Database
from tests.intake.desk import Desk, command, message, opened

_ALWAYS = 1_000


class Arrival(NamedTuple):
    """One update to come: in which chat, whether it may join others, and how often it fails."""

    chat_id: int
    is_plain: bool
    failures: int


class Life(NamedTuple):
    """One run of the process: what arrives, and how long after the first of it is begun the run ends."""

    arrivals: list[Arrival]
    seconds: float


_arrivals = st.builds(
    Arrival,
    chat_id=st.integers(1, 3),
    is_plain=st.booleans(),
    failures=st.sampled_from([0, 0, 0, 1, 2, _ALWAYS]),
)
_lives = st.builds(
    Life, st.lists(_arrivals, min_size=1, max_size=8), st.sampled_from([0.0, 0.0005, 0.002, 0.01])
)


@given(lives=st.lists(_lives, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
async def test_nothing_is_lost_and_order_is_kept_over_failures_and_restarts(lives: list[Life]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "parley.db")
        for life in lives:
            await story.live(life)
        await story.come_to_an_end()

    assert story.set_aside == {id for id, arrival in story.arrived.items() if arrival.failures == _ALWAYS}
    for chat_id in (1, 2, 3):
        worked = [id for id in story.finished if story.arrived[id].chat_id == chat_id]
        assert worked == sorted(set(worked))


class Story:
    """Several runs over one file, and what became of all that arrived."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: Iterator[int] = count(1)
        self._failures: Counter[int] = Counter()
        self.arrived: dict[int, Arrival] = {}
        self.finished: list[int] = []
        self.set_aside: set[int] = set()

    async def live(self, life: Life) -> None:
        async with Database.open(self._path) as database, opened(database) as desk:
            await self._wake(desk)
            await desk.receive(*[self._update(arrival) for arrival in life.arrivals])
            await desk.worker.until(lambda: bool(desk.worker.begun))
            await asyncio.sleep(life.seconds)
            await self._fall_asleep(desk)

    async def come_to_an_end(self) -> None:
        """A last run, until nothing waits any more."""
        async with Database.open(self._path) as database, opened(database) as desk:
            await self._wake(desk)
            async with asyncio.timeout(10):
                while await desk.unfinished():
                    continue
            await self._fall_asleep(desk)
            self.set_aside = await database.read(
                lambda connection: {
                    id for (id,) in connection.execute("SELECT update_id FROM inbox WHERE state = 'aside'")
                }
            )

    async def _wake(self, desk: Desk) -> None:
        desk.worker.fails = self._failures
        await desk.reception.recover(desk.turns)

    async def _fall_asleep(self, desk: Desk) -> None:
        await desk.dispatcher.drain(0)
        self.finished += [id for batch in desk.worker.finished for id in batch]

    def _update(self, arrival: Arrival) -> dict[str, Any]:
        update_id = next(self._ids)
        self.arrived[update_id] = arrival
        self._failures[update_id] = arrival.failures
        make = message if arrival.is_plain else command
        return make(update_id, arrival.chat_id)
