"""Files that people sent, fetched from Telegram, or taken from the disk of a Bot API server beside us."""

import asyncio
import logging
import random
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO, Final

from domain.errors import FileGone, FileTooLarge, TelegramUnreachable
from domain.texts import Text
from replies.clock import Clock
from replies.errors import Flood, MethodMissing, TelegramRefusal, Unreachable
from replies.wire import Wire

log = logging.getLogger(__name__)

MOST_BYTES: Final = 2_000_000_000
"""What a local Bot API server handles; Telegram's own hands out 20 MB."""
_TRIES: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_FLOOD_SECONDS: Final = 30.0

AskForFile = Callable[[], Awaitable[Mapping[str, Any]]]
"""Calls `getFile`; its result is good for an hour."""


class Download:
    """A file on its way to the disk: written beside its place first, so that it is never there in part."""

    def __init__(self, wire: Wire, clock: Clock, to: Path, *, most_bytes: int) -> None:
        self._wire = wire
        self._clock = clock
        self._to = to
        self._part = to.with_name(f"{to.name}.part")
        self._most_bytes = most_bytes

    async def run(self, ask: AskForFile) -> None:
        """Tries again, from the beginning, while the way to Telegram is at fault.

        Raises `FileTooLarge`, `FileGone`, `TelegramUnreachable`.
        """
        try:
            await self._persevere(ask)
        finally:
            await asyncio.to_thread(self._part.unlink, missing_ok=True)

    async def _persevere(self, ask: AskForFile) -> None:
        pause = _FIRST_PAUSE_SECONDS
        for left in reversed(range(_TRIES)):
            try:
                return await self._once(ask)
            except Flood as flood:
                if not left or flood.retry_after_seconds > _LONGEST_FLOOD_SECONDS:
                    raise TelegramUnreachable(f"a download is held up: {flood}") from None
                await self._clock.sleep(flood.retry_after_seconds)
            except (Unreachable, MethodMissing) as error:  # 404: the path was for an hour, ask for another one
                if not left:
                    gone = isinstance(error, MethodMissing)
                    raise (FileGone if gone else TelegramUnreachable)(f"a download failed: {error}") from None
                log.info("a download starts again: %s", error)
                await self._clock.sleep(random.uniform(pause / 2, pause))
                pause *= 2
        return None

    async def _once(self, ask: AskForFile) -> None:
        try:
            file = await ask()
            self._check_size(int(file.get("file_size") or 0))
            path = str(file.get("file_path") or "")
            if not (self._wire.is_local and await asyncio.to_thread(self._copied, Path(path))):
                await self._fetched(path)
        except TelegramRefusal as refusal:
            if refusal.says("too big"):
                raise FileTooLarge(refusal.description) from None
            raise FileGone(refusal.description) from None
        await asyncio.to_thread(self._part.replace, self._to)

    def _copied(self, source: Path) -> bool:
        """A server beside us tells an absolute path; it may also be in a container whose disk we do not see."""
        if not source.is_absolute() or not source.is_file():
            return False
        self._check_size(source.stat().st_size)
        shutil.copyfile(source, self._part)
        return True

    async def _fetched(self, path: str) -> None:
        target = await asyncio.to_thread(self._part.open, "wb")
        try:
            await self._written(path, target)
        finally:
            await asyncio.to_thread(target.close)

    async def _written(self, path: str, target: BinaryIO) -> None:
        written = 0
        async with aclosing(self._wire.file(path)) as chunks:
            async for chunk in chunks:
                written += len(chunk)
                self._check_size(written)
                await asyncio.to_thread(target.write, chunk)

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._most_bytes:
            text = Text("That file is too large for me.")
            raise FileTooLarge(f"{size_bytes} of at most {self._most_bytes} bytes", text=text)
