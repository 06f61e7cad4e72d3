"""The one place that turns an error in a handler into what a person reads."""

import logging

from telegram.ext import ApplicationHandlerStop

from domain.errors import ReaderGone, UserFacingError
from handlers.context import BotContext, current_work

log = logging.getLogger(__name__)


async def on_error(_update: object, context: BotContext) -> None:
    """What a person can be told is told; everything else goes back to intake, which tries again.

    Either way no other handler sees the update: what the gate could not finish must not get past it.
    """
    error = context.error
    if isinstance(error, UserFacingError):
        log.info("update %s ended with %s: %s", context.work.update_id, type(error).__name__, error)
        await context.say(error.text)
    elif isinstance(error, ReaderGone):
        log.info("update %s has no reader any more: %s", context.work.update_id, error)
    elif isinstance(error, Exception):
        current_work.get().failure = error
    raise ApplicationHandlerStop
