"""Failures are written down as people are told of them, beside the answer, not in its way."""

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import UserFacingError
from domain.failure import Failure
from storage.failures import Failures

log = logging.getLogger(__name__)

_LONGEST_DETAIL = 300


@dataclass(slots=True)
class AtWork:
    """What a failure is about, while it is worked on."""

    turn_id: int = 0
    model: str = ""


at_work: ContextVar[AtWork] = ContextVar("at_work")
"""Set where a turn begins, for all that is done for it."""


def about_model(model_id: str) -> None:
    """What is done from now on for this turn is done by that model."""
    at_work.get(AtWork()).model = model_id


class FailureBook:
    """`note` returns at once; whoever opens the book closes it."""

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, failure_id: str, error: UserFacingError) -> None:
        work = at_work.get(AtWork())
        failure = Failure(
            failure_id,
            datetime.now(UTC),
            type(error).__name__,
            str(error)[:_LONGEST_DETAIL],
            work.turn_id,
            work.model,
        )
        task = asyncio.create_task(self._record(failure))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Once all are written down."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _record(self, failure: Failure) -> None:
        try:
            await self._failures.record(failure)
        except Exception:
            log.exception("failure %s could not be written down", failure.id)
