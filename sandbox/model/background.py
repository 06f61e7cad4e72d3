"""Responses that are made in the background: they go on when nobody listens, and can be followed."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from sandbox.model.delivery import Manner, played
from sandbox.model.stream import Stream
from sandbox.model.values import Json, as_object

_END = b"\n\n"
_OVER = ("completed", "failed", "cancelled", "incomplete")


@dataclass(slots=True)
class Run:
    """One of them: its events so far, and how it stands. `streams` is whether it may be followed."""

    response: dict[str, object]
    streams: bool
    events: list[bytes] = field(default_factory=list[bytes])
    _done: list[Json] = field(default_factory=list[Json])
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status(self) -> str:
        return str(self.response["status"])

    @property
    def is_over(self) -> bool:
        return self.status in _OVER

    def add(self, piece: bytes) -> None:
        """What happened, one event or several."""
        for event in piece.split(_END)[:-1]:
            self.events.append(event + _END)
            self._follow(event)
        self._announce()

    def cancel(self) -> None:
        """Stays as it is if it is over."""
        if not self.is_over:
            self.response = {**self.response, "status": "cancelled"}
        self._announce()

    def fail(self, code: str, message: str) -> None:
        if not self.is_over:
            self.response = {**self.response, "status": "failed", "error": {"code": code, "message": message}}
        self._announce()

    async def after(self, number: int) -> AsyncGenerator[bytes]:
        """The events after one with this number, as they come, until the run is over."""
        sent = number + 1
        while True:
            ready = self.events[sent:]
            for event in ready:
                yield event
            sent += len(ready)
            if self.is_over and sent >= len(self.events):
                return
            await self._changed.wait()

    def _follow(self, event: bytes) -> None:
        """Only what changes the response is looked into: there are many deltas."""
        name, _, line = event.partition(b"\n")
        kind = name.removeprefix(b"event: response.").decode()
        if kind == "output_item.done":
            self._done.append(as_object(_data(line).get("item")))
            self.response = {**self.response, "output": list(self._done)}
        elif kind in ("in_progress", *_OVER):
            self.response = dict(as_object(_data(line).get("response")))
        elif name == b"event: error":
            error = as_object(_data(line).get("error")) or _data(line)
            self.fail(str(error.get("code")), str(error.get("message")))

    def _announce(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Background:
    """All that are under way, and their tasks. While it `is_stuck`, those that begin stay queued for ever."""

    def __init__(self) -> None:
        self.is_stuck = False
        self._runs: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, run: Run, stream: Stream, manner: Manner, on_change: Callable[[Run], None]) -> None:
        """Plays it; `on_change` is told whenever its status changes."""
        response_id = str(run.response["id"])
        self._runs[response_id] = run
        self._tasks[response_id] = asyncio.create_task(self._played(run, stream, manner, on_change))

    def find(self, response_id: str) -> Run | None:
        return self._runs.get(response_id)

    async def cancel(self, response_id: str) -> None:
        """Returns when it has ended."""
        task = self._tasks.pop(response_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def forget(self, response_id: str) -> None:
        await self.cancel(response_id)
        self._runs.pop(response_id, None)

    async def close(self) -> None:
        for response_id in list(self._tasks):
            await self.cancel(response_id)

    async def _played(self, run: Run, stream: Stream, manner: Manner, on_change: Callable[[Run], None]) -> None:
        on_change(run)
        status = run.status
        try:
            if self.is_stuck:
                await asyncio.Event().wait()  # until it is cancelled
            async for piece in played(stream, manner, lambda: None):
                run.add(piece)
                if run.status != status:
                    status = run.status
                    on_change(run)
                if manner.hangs:
                    await asyncio.Event().wait()  # until it is cancelled
        finally:
            if not run.is_over:
                run.cancel()
                on_change(run)


def _data(line: bytes) -> Json:
    parsed: object = json.loads(line.removeprefix(b"data: "))
    return as_object(parsed)
