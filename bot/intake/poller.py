"""Long polling: fetches raw updates, has them kept, and only then asks for the next ones."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.intake.keys import update_id_of
from bot.intake.reception import UPDATE_KINDS, Reception
from replies.errors import Flood

log = logging.getLogger(__name__)

POLL_SECONDS = 50
LONGEST_BACKOFF_SECONDS = 30.0
_CONFIRM_SECONDS = 3.0
_BREATH_SECONDS = 0.2


class UpdateSource(Protocol):
    async def get_updates(
        self, offset: int | None, *, timeout_seconds: int, kinds: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Raw updates from that offset on; asking confirms all earlier ones to Telegram."""
        ...


class NotKept(Exception):
    """The inbox could not take the updates; they are not confirmed."""


class Poller:
    """Runs until cancelled. `last_good` is when updates were last asked for and kept, in monotonic seconds.

    `conflict` is what the source raises when somebody else receives the updates (409).
    """

    def __init__(
        self,
        source: UpdateSource,
        reception: Reception,
        *,
        conflict: type[Exception],
        first_backoff_seconds: float = 1.0,
    ) -> None:
        self._source = source
        self._reception = reception
        self._conflict = conflict
        self._first_backoff_seconds = first_backoff_seconds
        self._offset: int | None = None
        self._failures = 0
        self._explained: type[Exception] | None = None
        self.last_good: float | None = None

    async def run(self) -> None:
        while True:
            try:
                await self._poll()
            except Exception as error:  # noqa: BLE001  # the poller must outlive every failure
                await self._back_off(error)
            else:
                self._recovered()

    async def confirm(self) -> None:
        """Tells Telegram on the way out what we have, so that it is not sent again at the next start."""
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                await self._source.get_updates(self._offset, timeout_seconds=0, kinds=UPDATE_KINDS)
        except Exception as error:  # noqa: BLE001  # the inbox drops the repeats; leaving matters more
            log.info("the last updates could not be confirmed (%s)", type(error).__name__)

    async def _poll(self) -> None:
        began = time.monotonic()
        updates = await self._source.get_updates(self._offset, timeout_seconds=POLL_SECONDS, kinds=UPDATE_KINDS)
        await self._keep(updates)
        self.last_good = time.monotonic()
        if not updates and self.last_good - began < _BREATH_SECONDS:
            await asyncio.sleep(
                _BREATH_SECONDS
            )  # a server that does not wait for updates is not asked all the time

    async def _keep(self, updates: Sequence[Mapping[str, Any]]) -> None:
        if not updates:
            return
        try:
            await self._reception.accept(updates)
        except Exception as error:
            raise NotKept from error
        self._offset = max(update_id_of(update) or 0 for update in updates) + 1

    async def _back_off(self, error: Exception) -> None:
        """Says once what is wrong, then waits longer and longer."""
        if type(error) is not self._explained:
            self._explain(error)
        self._explained = type(error)
        longest = min(LONGEST_BACKOFF_SECONDS, self._first_backoff_seconds * 2.0 ** min(self._failures, 10))
        self._failures += 1
        ordered = error.retry_after_seconds if isinstance(error, Flood) else 0.0
        await asyncio.sleep(ordered + random.uniform(longest / 2, longest))

    def _recovered(self) -> None:
        if self._failures:
            log.info("receiving updates again after %s failed tries", self._failures)
        self._failures = 0
        self._explained = None

    def _explain(self, error: Exception) -> None:
        if isinstance(error, self._conflict):
            log.error("another instance is receiving the updates of this bot's token: stop it; trying again")
        elif isinstance(error, NotKept):
            log.error(
                "updates could not be kept, so Telegram keeps them; trying again", exc_info=error.__cause__
            )
        else:
            log.warning("no updates from Telegram (%s: %s); trying again", type(error).__name__, error)
