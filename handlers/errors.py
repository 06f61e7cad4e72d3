"""The one place that turns an error in a handler into what a person reads."""

import logging

from domain.errors import ReaderGone, UserFacingError
from handlers.context import BotContext, current_work

log = logging.getLogger(__name__)


async def on_error(_update: object, context: BotContext) -> None:
    """What a person can be told is told; everything else goes back to intake, which tries again."""
    error = context.error
    if isinstance(error, UserFacingError):
        log.info("update %s ended with %s: %s", context.work.update_id, type(error).__name__, error)
        await context.say(error.text)
    elif isinstance(error, ReaderGone):
        log.info("update %s has no reader any more: %s", context.work.update_id, error)
    elif isinstance(error, Exception):
        current_work.get().failure = error
