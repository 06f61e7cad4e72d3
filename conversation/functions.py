"""Functions as tools of the loop: whatever a function does, the model is told, and nobody else."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from conversation.tools import Calling, Offer, Outcome
from domain.engine import ToolSpec
from domain.texts import Sentence
from tools.errors import ToolFailed
from tools.kit import Caller, Function

log = logging.getLogger(__name__)

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class FunctionTool:
    """`conversation.tools.Tool`. `zone` gives a person's time zone, where it is known."""

    function: Function
    zone: Callable[[int], ZoneInfo | None]

    @property
    def seconds(self) -> float:
        return self.function.seconds

    def spec(self, offer: Offer) -> ToolSpec | None:
        return self.function.spec

    @property
    def title(self) -> Sentence | None:
        return self.function.title

    def activity(self, arguments: str) -> Sentence:
        return self.function.activity

    async def call(self, calling: Calling) -> Outcome:
        try:
            given = _object(calling.arguments)
            return Outcome(await self.function.invoke(given, self._caller(calling)))
        except ToolFailed as error:
            log.info("tool %s fails: %s", self.function.name, type(error).__name__)
            return Outcome(str(error), is_failed=True)
        except TimeoutError:
            raise
        except Exception as error:  # noqa: BLE001  # a tool may be anybody's code
            # Only the kind and the place: the words of somebody's error may hold what a person said.
            log.warning("tool %s fails: %s %s", self.function.name, type(error).__name__, _place(error))
            reason = f"The tool failed: {type(error).__name__}: {error}"
            return Outcome(reason[:_LONGEST_REASON], is_failed=True)

    def _caller(self, calling: Calling) -> Caller:
        turn = calling.turn
        return Caller(
            turn.asker.user_id,
            turn.asker.name,
            turn.asker.language,
            turn.key,
            turn.chat_kind,
            calling.origin,
            self.zone(turn.asker.user_id),
        )


def _object(arguments: str) -> dict[str, object]:
    """What the model gave; nothing at all is an empty object. Raises `ToolFailed`."""
    try:
        given: object = json.loads(arguments) if arguments.strip() else {}
    except (ValueError, RecursionError):
        raise ToolFailed("The arguments are no JSON. Call it again with a JSON object.") from None
    if not isinstance(given, dict):
        raise ToolFailed("The arguments must be a JSON object.")
    return cast("dict[str, object]", given)


def _place(error: BaseException) -> str:
    """File and line where it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace is not None else ""
