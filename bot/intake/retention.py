"""Finished updates, and files nobody has used, are forgotten after a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from storage.database import now_ms
from storage.files import Files
from storage.inbox import Inbox

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 3600.0
# Telegram repeats an unconfirmed update for up to 24 hours: until then its id must be known, its text need not.
_SHORTEST_MEMORY = timedelta(days=2)


async def prune(inbox: Inbox, keep: timedelta) -> int:
    """Forgets the finished updates older than `keep`; returns how many."""
    texts_before_ms = now_ms() - _milliseconds(keep)
    rows_before_ms = now_ms() - _milliseconds(max(keep, _SHORTEST_MEMORY))
    total = 0
    while pruned := await inbox.prune(texts_before_ms=texts_before_ms, rows_before_ms=rows_before_ms):
        total += pruned
    return total


async def prune_hourly(
    inbox: Inbox,
    keep: timedelta,
    files: Files,
    keep_files: timedelta,
    listed: Callable[[], Awaitable[Collection[str]]],
) -> None:
    """Runs until cancelled. The `listed` files stay, however old."""
    while True:
        try:
            updates = await prune(inbox, keep)
            forgotten = await files.forget(keep_files, await listed())
            log.info("forgot %s finished updates and %s files", updates, forgotten)
        except Exception:
            log.exception("old updates and files could not be forgotten; trying again later")
        await asyncio.sleep(_PAUSE_SECONDS)


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
