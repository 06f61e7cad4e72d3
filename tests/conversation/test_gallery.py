"""Heavy work on media: bounded, also when nobody waits for it any more; films never hold up pictures."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from conversation.gallery import Gallery
from storage.files import Files

_CORES = os.cpu_count() or 1


class _Heavy:
    """Work that goes on until it is let go, and how many are at it."""

    def __init__(self) -> None:
        self.running = 0
        self.may_end = threading.Event()
        self._changed = threading.Condition()

    def work(self) -> None:
        with self._changed:
            self.running += 1
            self._changed.notify_all()
        self.may_end.wait(20)

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.running >= count, 20)


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(Files(tmp_path), NoDownloads())


class NoDownloads:
    async def download(self, file_id: str, to: Path) -> None:
        raise AssertionError(f"{file_id} is not fetched to {to} here")


async def test_what_was_stopped_still_counts_until_it_has_ended(gallery: Gallery) -> None:
    heavy, next_one = _Heavy(), _Heavy()
    stopped = [asyncio.create_task(gallery.work(heavy.work)) for _ in range(_CORES)]
    await asyncio.to_thread(heavy.wait_for, _CORES)
    for task in stopped:
        task.cancel()
    await asyncio.wait(stopped)

    following = asyncio.create_task(gallery.work(next_one.work))
    await asyncio.wait([following], timeout=0.1)
    began_early = next_one.running
    heavy.may_end.set()
    await asyncio.to_thread(next_one.wait_for, 1)
    next_one.may_end.set()
    await following

    assert began_early == 0


async def test_films_do_not_hold_up_pictures_nor_other_threads(gallery: Gallery) -> None:
    heavy = _Heavy()
    films = [asyncio.create_task(gallery.work_long(heavy.work)) for _ in range(50)]
    await asyncio.to_thread(heavy.wait_for, max(1, _CORES - 1))

    async with asyncio.timeout(10):
        assert await gallery.work(str.upper, "picture") == "PICTURE"
        assert await asyncio.to_thread(str.upper, "other") == "OTHER"

    assert heavy.running == max(1, _CORES - 1)
    heavy.may_end.set()
    await asyncio.gather(*films)
