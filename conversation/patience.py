"""Patience: a rate limit is waited out for a while before a person is told to try again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.errors import RateLimited

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 120.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 30.0


async def patiently(work: Callable[[], Awaitable[T]], patience_seconds: float = PATIENCE_SECONDS) -> T:
    """Does the work, again after each rate limit. Raises `RateLimited` once patience is at its end."""
    waited, pause = 0.0, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await work()
        except RateLimited as busy:
            pause = busy.retry_after_seconds or min(pause * 2, _LONGEST_PAUSE_SECONDS)
            if waited + pause > patience_seconds:
                raise
            log.info("the provider is busy: again in %s s", pause)
            waited += pause
            await asyncio.sleep(pause)
