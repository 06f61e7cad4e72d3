"""Pictures at hand: kept as small local copies, fetched from Telegram again where a copy is gone."""

import asyncio
import contextvars
import logging
import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from domain.catalogue import Vision
from domain.errors import UserFacingError
from domain.material import Picture
from domain.media import Downloads
from media.pictures import SUFFIXES, PictureFile, low, prepare, scaled_size
from storage.files import Files

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

DEFAULT_VISION = Vision()


def _one_per_core() -> Executor:
    return ThreadPoolExecutor(os.cpu_count() or 1, "pictures")


def _one_core_less() -> Executor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "films")


@dataclass(frozen=True, slots=True)
class Gallery:
    """Prepares pictures, a few at a time: what bounds the memory is how many are decoded at once.

    The threads are its own. A thread cannot be stopped: one whose turn was stopped is busy until its work is
    done, and stopping again and again must not use up those that everything else needs.
    """

    files: Files
    downloads: Downloads
    _quick: Executor = field(default_factory=_one_per_core)
    _slow: Executor = field(default_factory=_one_core_less)
    _making: dict[str, asyncio.Lock] = field(default_factory=dict[str, asyncio.Lock])

    def close(self) -> None:
        """Begins nothing that waits; what runs ends in its own time."""
        for executor in (self._quick, self._slow):
            executor.shutdown(wait=False, cancel_futures=True)

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work of a second or so on media in a thread, once a core is free."""
        return await _run(self._quick, partial(function, *args, **kwargs))

    async def work_long(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `work`, for what may take minutes, as a film or a lecture: it never holds up pictures."""
        return await _run(self._slow, partial(function, *args, **kwargs))

    async def take(self, source: Path, vision: Vision, *, file_id: str = "") -> Picture:
        """Keeps a picture as a model may see it. Raises `Unreadable` and its like."""
        target = source.with_name(f"{source.name}.prepared")
        made = await self.work(
            prepare, source, target, short_side=vision.short_side, long_side=vision.long_side
        )
        return await self.keep(made, file_id=file_id)

    async def keep(self, made: PictureFile, *, file_id: str = "") -> Picture:
        name = await self.files.keep(made.path, SUFFIXES[made.media_type])
        return Picture(name, made.media_type, made.width, made.height, file_id)

    async def at_hand(self, picture: Picture) -> Picture | None:
        """The picture, if there is a copy or one can be had."""
        if await self.files.has(picture.file):
            return picture
        if not picture.file_id:
            return None
        try:
            async with self.files.workshop() as folder:
                await self.downloads.download(picture.file_id, folder / "picture")
                vision = Vision(short_side=10_000, long_side=max(picture.width, picture.height))
                return await self.take(folder / "picture", vision, file_id=picture.file_id)
        except UserFacingError as error:
            log.info("a picture is gone for good: %s: %s", type(error).__name__, error)
            return None

    async def small(self, picture: Picture, side: int) -> Picture:
        """A copy that fits into that square, made once and kept beside the other."""
        if max(picture.width, picture.height) <= side:
            return picture
        stem = picture.file.rpartition(".")[0]
        async with self._making.setdefault(stem, asyncio.Lock()):
            made = await self._known(f"{stem}-{side}") or await self._made(picture, f"{stem}-{side}", side)
        self._making.pop(stem, None)
        name, media_type = made
        width, height = scaled_size(picture.width, picture.height, side, side)
        return replace(picture, file=name, media_type=media_type, width=width, height=height)

    async def _known(self, stem: str) -> tuple[str, str] | None:
        for media_type, suffix in SUFFIXES.items():
            if await self.files.has(stem + suffix):
                return stem + suffix, media_type
        return None

    async def _made(self, picture: Picture, stem: str, side: int) -> tuple[str, str]:
        async with self.files.workshop() as folder:
            made = await self.work(low, self.files.path(picture.file), folder / "small", side)
            name = stem + SUFFIXES[made.media_type]
            await self.files.put(made.path, name)
            return name, made.media_type


async def _run(executor: Executor, work: Callable[[], T]) -> T:
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(executor, partial(context.run, work))
