"""Sweeping: what nobody needs any more is deleted at the provider, whatever happened in between."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from domain.errors import KeyRefused, ProviderUnreachable, RateLimited, UserFacingError
from domain.hosting import CONTAINER_MINUTES, Hosting
from storage.filings import Filings

log = logging.getLogger(__name__)

_ROUND_SECONDS = 3_600.0


class Sweeper:
    """Deletes waste when it is woken, and hourly what was left; looks for orphans once at start."""

    def __init__(self, filings: Filings, hosting: Hosting, clock: Callable[[], float] = time.time) -> None:
        self._filings = filings
        self._hosting = hosting
        self._clock = clock
        self._waste_is_there = asyncio.Event()

    def wake(self) -> None:
        """There is something to be deleted."""
        self._waste_is_there.set()

    async def run(self) -> None:
        """Runs until cancelled."""
        began = self._clock()
        await self._safely(self._find_orphans(began))
        while True:
            self._waste_is_there.clear()
            await self._safely(self._delete_waste())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_ROUND_SECONDS):
                    await self._waste_is_there.wait()

    async def _safely(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except UserFacingError as error:
            log.warning("sweeping at the provider stopped: %s: %s", type(error).__name__, error)
        except Exception:
            log.exception("sweeping failed; trying again later")

    async def _find_orphans(self, before: float) -> None:
        """What lies at the provider since before we began, and no row of ours knows."""
        idle_ms = int((before - CONTAINER_MINUTES * 60 * 2) * 1000)
        await self._filings.tidy(containers_before_ms=idle_ms)
        if not (self._hosting.can_search or self._hosting.can_run):
            return
        there = await self._hosting.ours(before=before)
        known = await self._filings.known()  # asked second, so that what is made meanwhile is in it
        orphans = [thing for thing in there if thing.id not in known]
        if orphans:
            log.info("found %s things at the provider that nobody knows", len(orphans))
            await self._filings.discard(orphans)

    async def _delete_waste(self) -> None:
        for thing in await self._filings.waste():
            try:
                await self._hosting.delete(thing)
            except (ProviderUnreachable, RateLimited, KeyRefused):
                raise  # the others would fare no better
            except UserFacingError as error:
                log.warning("a %s is not deleted: %s: %s", thing.kind.value, type(error).__name__, error)
            else:
                await self._filings.deleted(thing)
