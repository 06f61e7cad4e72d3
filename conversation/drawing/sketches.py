"""Sketches on their way to a reader: only the newest is shown, and none after the finished picture."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import ReaderGone
from domain.reply import Destination, Outgoing, Presenter
from domain.steps import Steps

log = logging.getLogger(__name__)

_LANDING_SECONDS = 12.0  # longer than a call may take: a sketch after the picture would be a second message


@dataclass(slots=True)
class Sketches:
    """Takes sketches as they come; shows them when there is room."""

    presenter: Presenter
    to: Destination
    steps: Steps
    step: str
    caption: str
    folder: Path
    _newest: bytes | None = None
    _closed: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, picture: bytes) -> None:
        self._newest = picture
        self._changed.set()

    @asynccontextmanager
    async def showing(self) -> AsyncGenerator[None]:
        """On leaving, what is on its way has arrived, and nothing else leaves."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._closed = True
            self._changed.set()
            try:
                await asyncio.wait([task], timeout=_LANDING_SECONDS)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        path = self.folder / "sketch"
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if self._closed:
                    return
                if self._newest is not None:
                    await asyncio.to_thread(path.write_bytes, self._newest)
                    sketch = Outgoing("photo", path, "sketch.png", "image/png", self.caption)
                    await self.presenter.sketch(self.to, sketch, steps=self.steps, step=self.step)
        except ReaderGone as gone:
            log.info("nobody watches the sketches: %s", gone)
        except Exception:
            log.exception("the sketches ended early")
