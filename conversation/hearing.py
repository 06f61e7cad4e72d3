"""Hearing: the recordings of a turn become words, all of them at once, each paid for once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from conversation.listening import Asked, Listening
from conversation.tasks import Order
from domain.errors import NothingHeard, UserFacingError
from domain.material import Brought, Material, Recording
from domain.reply import Presenter, Preview
from domain.speech import Hints
from domain.texts import Text
from domain.turn import Turn

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Progress:
    """How far several recordings are, in one line."""

    order: Order
    preview: Preview | None
    _done: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def of(self, recording: Recording) -> Callable[[int, int], None]:
        """What is told of the pieces of that one."""

        def on_progress(done: int, all_: int) -> None:
            self._done[recording.file] = (done, all_)
            self._show()

        return on_progress

    def _show(self) -> None:
        done, all_ = (sum(column) for column in zip(*self._done.values(), strict=True))
        if self.preview is not None and all_ > 1:
            self.preview.show(self.order.say(Text("Listening: {done} of {all}…", done=done, all=all_)))


@dataclass(frozen=True, slots=True)
class Hearing:
    listening: Listening
    presenter: Presenter

    async def hear(self, order: Order, material: Material, hints: Hints, *, safety_key: str) -> Material:
        """The material with the words of its recordings.

        Raises `NothingHeard`, or what went wrong, where nothing else is left to be answered.
        """
        async with self.showing(order, material.unheard) as progress:
            one = _Listener(self.listening, Asked(hints, order.steps, safety_key), progress)
            brought = await _side_by_side([one.through(brought) for brought in one.admitted(material)])
        done = Material(tuple(brought), material.problems)
        if one.problems and not _has_more(order.turn, done):
            raise one.problems[0]
        sentences = dict.fromkeys(order.say(problem.text) for problem in one.problems)
        return replace(done, problems=(*done.problems, *sentences))

    @asynccontextmanager
    async def showing(self, order: Order, recordings: Sequence[Recording]) -> AsyncGenerator[Progress]:
        """Signs of life until the block is left: how far long ones are, else that something is being done."""
        if any(map(self.listening.is_long, recordings)):
            async with self.presenter.preview(
                order.turn.id, order.to, order.steps, on_gone=order.running.stop
            ) as preview:
                yield Progress(order, preview)
        else:
            async with self.presenter.acting(order.turn.key, "typing"):
                yield Progress(order, None)


@dataclass(slots=True)
class _Listener:
    """One turn's recordings, and the problems there were with them."""

    listening: Listening
    asked: Asked
    progress: Progress
    problems: list[UserFacingError] = field(default_factory=list[UserFacingError])

    def admitted(self, material: Material) -> Iterator[Brought]:
        """The same, where what is beyond the limit of a turn counts as heard, and is a problem."""
        seconds = 0.0
        for brought in material.brought:
            recordings: list[Recording] = []
            for recording in brought.recordings:
                try:
                    self.listening.gate(recording, seconds)
                except UserFacingError as error:
                    recordings.append(self._failed(recording, error))
                else:
                    seconds += recording.seconds
                    recordings.append(recording)
            yield replace(brought, recordings=tuple(recordings))

    async def through(self, brought: Brought) -> Brought:
        heard = await _side_by_side([self._heard(recording) for recording in brought.recordings])
        return replace(brought, recordings=tuple(heard))

    async def _heard(self, recording: Recording) -> Recording:
        if recording.words is not None:
            return recording
        asked = replace(self.asked, on_progress=self.progress.of(recording))
        try:
            transcript = await self.listening.listen(recording, asked)
        except UserFacingError as error:
            return self._failed(recording, error)
        words = transcript.text.strip() if transcript else ""
        if recording.is_speech and not words:
            self.problems.append(NothingHeard())
        return replace(recording, words=words)

    def _failed(self, recording: Recording, error: UserFacingError) -> Recording:
        log.warning("a recording could not be heard: %s: %s", type(error).__name__, error)
        self.problems.append(error)
        return replace(recording, words="")


async def _side_by_side(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results, in order; none goes on alone when one fails or all are cancelled."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
    return [task.result() for task in tasks]


def _has_more(turn: Turn, material: Material) -> bool:
    words = any(said.text.strip() for said in turn.said)
    heard = any(recording.words for recording in material.recordings)
    lines = any(brought.lines for brought in material.brought)
    return words or heard or lines or bool(material.pictures or material.papers)
