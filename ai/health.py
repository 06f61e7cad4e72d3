"""Measures how models do, from the calls that are made anyway."""

import statistics
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ai.errors import Blind, ParameterRefused, SchemaRefused
from domain.drawing import DrawingRefused
from domain.errors import (
    NothingHeard,
    PictureRefused,
    PromptRefused,
    PromptTooLong,
    Unreadable,
    UserFacingError,
)
from domain.health import ModelHealth

MOST_CALLS = 100
# What says something about the request, not about the model.
_OF_THE_REQUEST = (
    Blind,
    DrawingRefused,
    NothingHeard,
    ParameterRefused,
    PictureRefused,
    PromptRefused,
    PromptTooLong,
    SchemaRefused,
    Unreadable,
)


@dataclass(slots=True)
class Call:
    """A call at work. `begun` is told when the first of the answer is there."""

    _since: float = field(default_factory=time.monotonic)
    begin_seconds: float | None = None

    def begun(self) -> None:
        if self.begin_seconds is None:
            self.begin_seconds = time.monotonic() - self._since


class Pulse:
    """The health of one provider's models."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float | None]] = {}
        self._problems: dict[str, tuple[str, datetime]] = {}

    def of(self, model_id: str) -> ModelHealth:
        calls = self._calls.get(model_id, ())
        times = [seconds for seconds in calls if seconds is not None]
        problem, failed_at = self._problems.get(model_id, ("", None))
        return ModelHealth(
            well=len(times),
            failed=len(calls) - len(times),
            begin_seconds=statistics.median(times) if times else None,
            problem=problem,
            failed_at=failed_at,
        )

    @contextmanager
    def measured(self, model_id: str) -> Generator[Call]:
        """Counts what the block does. A call that is given up, by a stop, counts only if it had begun."""
        call = Call()
        try:
            yield call
        except UserFacingError as error:
            if not isinstance(error, _OF_THE_REQUEST):
                self._count(model_id, None)
                self._problems[model_id] = (type(error).__name__, datetime.now(UTC))
            raise
        except BaseException:
            if call.begin_seconds is not None:
                self._count(model_id, call.begin_seconds)
            raise
        call.begun()
        self._count(model_id, call.begin_seconds)

    def _count(self, model_id: str, seconds: float | None) -> None:
        self._calls.setdefault(model_id, deque(maxlen=MOST_CALLS)).append(seconds)
