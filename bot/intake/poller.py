"""Long polling: fetches raw updates, has them kept, and only then asks for the next ones."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from replies.errors import AnotherInstance, TelegramError

from bot.intake.reception import UPDATE_KINDS, Reception

log = logging.getLogger(__name__)

POLL_SECONDS = 50
LONGEST_BACKOFF_SECONDS = 30.0
MOST_WAITING = 5_000  # beyond this we let Telegram keep the rest; it does so for 24 hours
_PAUSE_WHEN_FULL_SECONDS = 0.5


class UpdateSource(Protocol):
    async def get_updates(
        self, offset: int | None, *, timeout_seconds: int, kinds: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Raw updates from that offset on; asking confirms all earlier ones to Telegram."""
        ...


class Backlog(Protocol):
    @property
    def waiting(self) -> int: ...


class Poller:
    """Runs until cancelled. `last_good` is when Telegram last answered, in monotonic seconds."""

    def __init__(self, source: UpdateSource, reception: Reception, backlog: Backlog) -> None:
        self._source = source
        self._reception = reception
        self._backlog = backlog
        self._offset: int | None = None
        self._failures = 0
        self.last_good: float | None = None

    async def run(self) -> None:
        while True:
            while self._backlog.waiting > MOST_WAITING:
                await asyncio.sleep(_PAUSE_WHEN_FULL_SECONDS)
            try:
                await self._poll()
            except Exception as error:  # noqa: BLE001  # the poller must outlive every failure
                await self._back_off(error)
            else:
                self._recovered()

    async def confirm(self) -> None:
        """Tells Telegram on the way out what we have, so that the next start need not drop repeats."""
        if self._offset is not None:
            await self._source.get_updates(self._offset, timeout_seconds=0, kinds=UPDATE_KINDS)

    async def _poll(self) -> None:
        updates = await self._source.get_updates(self._offset, timeout_seconds=POLL_SECONDS, kinds=UPDATE_KINDS)
        self.last_good = time.monotonic()
        if updates:
            await self._reception.accept(updates)
            known = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
            self._offset = max(known) + 1 if known else self._offset

    async def _back_off(self, error: Exception) -> None:
        """Says once that something is wrong, then waits longer and longer."""
        self._failures += 1
        if self._failures == 1:
            _explain(error)
        ceiling = min(LONGEST_BACKOFF_SECONDS, 2.0 ** min(self._failures, 5))
        await asyncio.sleep(random.uniform(ceiling / 4, ceiling / 2))

    def _recovered(self) -> None:
        if self._failures:
            log.info("receiving updates again after %s failed tries", self._failures)
        self._failures = 0


def _explain(error: Exception) -> None:
    if isinstance(error, AnotherInstance):
        log.error(
            "another instance is receiving updates with this bot's token; stop it. Trying again meanwhile"
        )
    elif isinstance(error, TelegramError):
        log.warning("no updates from Telegram (%s); trying again", error)
    else:
        log.error("updates could not be kept; Telegram keeps them for us meanwhile", exc_info=error)
