"""The media folder: files that rows only name, found by their content, forgotten after a while."""

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path, PurePath

log = logging.getLogger(__name__)

_UNFINISHED = "unfinished"
_READ_AT_ONCE_BYTES = 1 << 20
_STEM = 40  # of a name: what tells its content

OnKept = Callable[[str], Awaitable[None]]
"""Told the name of a file that was kept, for whoever keeps account of whose it is."""


async def _unnoted(_name: str) -> None:
    return


class Files:
    """`root/ab/abcdef….jpg`. A name holds no path that leads out of the folder, whoever wrote it."""

    def __init__(self, root: Path, on_kept: OnKept = _unnoted) -> None:
        self._root = root
        self._on_kept = on_kept

    @classmethod
    async def open(cls, root: Path, on_kept: OnKept = _unnoted) -> "Files":
        """Makes the folder, and clears away what an earlier process left unfinished."""
        await asyncio.to_thread(_emptied, root / _UNFINISHED)
        return cls(root, on_kept)

    def path(self, name: str) -> Path:
        """Where the file of that name is, or was. Raises `ValueError` for a name that is none of ours."""
        relative = PurePath(name)
        if relative.is_absolute() or ".." in relative.parts:
            raise ValueError("a name that leads out of the media folder")
        return self._root / relative

    async def has(self, name: str) -> bool:
        """True if it is there; asking keeps it for as long again."""
        return await asyncio.to_thread(_touched, self.path(name))

    async def size(self, name: str) -> int:
        """Its bytes, 0 if it is not there."""
        return await asyncio.to_thread(_size, self.path(name))

    async def keep(self, source: Path, suffix: str) -> str:
        """Moves a finished file in and returns its name; the same content has the same name."""
        name = await asyncio.to_thread(self._keep, source, suffix)
        await self._on_kept(name)
        return name

    async def put(self, source: Path, name: str) -> None:
        """Moves a finished file in under a name made from that of another."""
        await asyncio.to_thread(source.replace, self.path(name))

    async def remove(self, names: Collection[str]) -> int:
        """Deletes these files, and what was made from them under their names; returns how many."""
        return await asyncio.to_thread(lambda: sum(map(self._removed, names)))

    def _removed(self, name: str) -> int:
        path = self.path(name)
        found = list(path.parent.glob(f"{path.name[:_STEM]}*"))
        for one in found:
            one.unlink(missing_ok=True)
        return len(found)

    @contextlib.asynccontextmanager
    async def workshop(self) -> AsyncGenerator[Path]:
        """An empty folder for work in progress, gone afterwards."""
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self._root / _UNFINISHED))
        try:
            yield folder
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def forget(self, older_than: timedelta, keep: Collection[str] = ()) -> int:
        """Deletes files nobody has asked for in that time, but those to `keep`; returns how many."""
        return await asyncio.to_thread(self._forget, time.time() - older_than.total_seconds(), keep)

    def _forget(self, before: float, keep: Collection[str]) -> int:
        kept = {self.path(name) for name in keep}
        found = (path for path in self._root.glob("[0-9a-f][0-9a-f]/*") if path.stat().st_mtime < before)
        old = [path for path in found if path not in kept]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    async def usage(self) -> tuple[int, int]:
        """How many files there are, and their bytes together."""
        return await asyncio.to_thread(_usage, self._root)

    def _keep(self, source: Path, suffix: str) -> str:
        digest = hashlib.sha256()
        with source.open("rb") as file:
            while chunk := file.read(_READ_AT_ONCE_BYTES):
                digest.update(chunk)
        stem = digest.hexdigest()[:_STEM]
        name = f"{stem[:2]}/{stem}{suffix}"
        target = self._root / name
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
        os.utime(target)
        return name


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _touched(path: Path) -> bool:
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _usage(root: Path) -> tuple[int, int]:
    sizes = [entry.stat().st_size for entry in root.glob("[0-9a-f][0-9a-f]/*")]
    return len(sizes), sum(sizes)
