"""Perseverance: a call that must be carried out is tried until it is."""

import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from replies.clock import Clock
from replies.errors import Flood, Unreachable

log = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0


async def until_done(call: Callable[[], Awaitable[T]], clock: Clock, *, repeatable: bool) -> T:
    """The call's result, however long Telegram is flooded or away. Refusals and cancelling end it, too.

    One that is not `repeatable` raises `Unreachable` when it may have been carried out already.
    """
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await call()
        except Flood as flood:  # the governor holds the next try back until it may be made
            log.debug("trying again: %s", flood)
        except Unreachable as error:
            if error.sent and not repeatable:
                raise
            log.warning("Telegram is away (%s); trying again within %g s", error, pause)
            await clock.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
