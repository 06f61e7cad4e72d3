"""How intake is doing, for the health pages and the admin."""

import time
from collections.abc import Mapping
from typing import Any

from bot.intake.dispatcher import Dispatcher
from bot.intake.poller import Poller
from storage.database import Database, now_ms
from storage.inbox import Inbox

OLDEST_GOOD_POLL_SECONDS = 90.0  # a long poll takes up to 50 s, and a lost one some more to be noticed


class Health:
    """Ready means: updates come in and can be kept. `poller` is None where a webhook receives them."""

    def __init__(
        self, database: Database, inbox: Inbox, dispatcher: Dispatcher, poller: Poller | None = None
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._dispatcher = dispatcher
        self._poller = poller

    async def report(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether the bot is ready, and the numbers behind it. Raises what storage raises: then it is not."""
        await self._database.check_writable()
        counts = await self._inbox.counts()
        oldest_ms = counts.oldest_waiting_ms
        numbers: dict[str, Any] = {
            "waiting": self._dispatcher.waiting,
            "running": self._dispatcher.running,
            "set_aside": counts.set_aside,
            "unfinished": counts.waiting,
            "oldest_unfinished_seconds": 0 if oldest_ms is None else (now_ms() - oldest_ms) // 1000,
            "last_poll_seconds_ago": self._last_poll_seconds_ago(),
        }
        return self._receives() and not self._dispatcher.is_draining, numbers

    def _receives(self) -> bool:
        age = self._last_poll_seconds_ago()
        return self._poller is None or (age is not None and age <= OLDEST_GOOD_POLL_SECONDS)

    def _last_poll_seconds_ago(self) -> int | None:
        if self._poller is None or self._poller.last_good is None:
            return None
        return int(time.monotonic() - self._poller.last_good)
