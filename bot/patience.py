"""Waiting at start until Telegram answers: said once, then tried again, ever less often."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter

from replies.errors import Flood, Unreachable

log = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0


async def until_telegram_answers(call: Callable[[], Awaitable[T]]) -> T:
    """The call's result, however long Telegram is away or asks to wait. What it refuses is raised."""
    pause, is_away = _FIRST_PAUSE_SECONDS, False
    while True:
        try:
            result = await call()
        except BadRequest:  # python-telegram-bot counts it as a network error
            raise
        except (Unreachable, Flood, NetworkError, RetryAfter) as error:
            if not is_away:
                log.warning("Telegram does not answer (%s: %s); trying again", type(error).__name__, error)
            is_away = True
            await asyncio.sleep(max(_asked_for(error), random.uniform(pause / 2, pause)))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        else:
            if is_away:
                log.info("Telegram answers again")
            return result


def _asked_for(error: Exception) -> float:
    """How long Telegram asked us to wait."""
    if isinstance(error, Flood):
        return error.retry_after_seconds
    if isinstance(error, RetryAfter):
        given = error.retry_after
        return float(given if isinstance(given, int) else given.total_seconds())
    return 0.0
