"""The model's calls of tools: worked on together, each within its time, and recorded, so none is repeated."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pydantic import TypeAdapter

from conversation.tasks import Order
from conversation.tools import Calling, Offer, Outcome, Tool
from domain.engine import ToolSpec
from domain.errors import ReaderGone, UserFacingError
from domain.material import Material
from domain.run import Citation, RunStep, ToolCall
from domain.steps import Json

log = logging.getLogger(__name__)

LONGEST_OUTPUT: Final = 20_000  # characters: more would push the conversation itself out of the model's window
_LONGEST_SHOWN: Final = 4_000
_CUT = "\n[The output is {count} characters long; the rest is left out.]"


@dataclass(frozen=True, slots=True)
class CallDone:
    """What came of a call. `told` is in the person's language already; empty where the model shall answer."""

    output: str
    step: RunStep
    told: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Calls:
    """The tools offered for one turn, and their calls."""

    tools: Mapping[str, Tool]
    specs: tuple[ToolSpec, ...]
    order: Order
    offer: Offer
    material: Material
    began: float = field(default_factory=time.monotonic)

    def activity(self, calls: Sequence[ToolCall]) -> str:
        """What the person reads while they are at work."""
        doing = (self.tools[call.name].activity(call.arguments) for call in calls if call.name in self.tools)
        return " ".join(dict.fromkeys(self.order.say(sentence) for sentence in doing))

    async def work(self, round_number: int, calls: Sequence[ToolCall]) -> Sequence[CallDone]:
        """What comes of each call, in their order. Whatever goes wrong in one is told to the model.

        Raises `ReaderGone`, and is cancelled, like any work.
        """
        places = [f"{round_number}.{number}" for number in range(len(calls))]
        return await asyncio.gather(*map(self._done, calls, places))

    async def _done(self, call: ToolCall, place: str) -> CallDone:
        step = f"call:{place}"
        if (recorded := await self.order.steps.result(step)) is not None:
            return _call_done.validate_python(recorded)
        began = time.monotonic()
        outcome, told = await self._tried(call, place)
        seconds = time.monotonic() - began
        shown = outcome.output[:_LONGEST_SHOWN]
        run_step = RunStep(
            "function",
            name=call.name,
            input=call.arguments[:_LONGEST_SHOWN],
            output=shown,
            began_seconds=round(began - self.began, 1),
            seconds=round(seconds, 1),
            is_failed=outcome.is_failed,
        )
        done = CallDone(_bounded(outcome.output), run_step, told, outcome.citations)
        await self.order.steps.record(step, cast("Json", _call_done.dump_python(done, mode="json")))
        return done

    async def _tried(self, call: ToolCall, place: str) -> tuple[Outcome, str]:
        """The outcome, and what the person is told of it, if anything."""
        say = self.order.say
        try:
            outcome = await self._called(call, place)
        except ReaderGone:
            raise
        except UserFacingError as error:
            log.info("tool %s fails: %s: %s", call.name, type(error).__name__, error)
            outcome = Outcome("It failed; the person has been told why.", error.text, is_failed=True)
        except Exception as error:  # the edge: a tool may be anybody's code, and it is no fault of the answer
            log.warning("tool %s fails: %s", call.name, type(error).__name__, exc_info=True)
            outcome = _failed(f"The tool failed: {type(error).__name__}.")
        return outcome, say(outcome.told) if outcome.told is not None else ""

    async def _called(self, call: ToolCall, place: str) -> Outcome:
        tool = self.tools.get(call.name)
        if tool is None:
            log.warning("turn %s: the model calls a tool that it was not offered", self.order.turn.id)
            return _failed(f"There is no tool of that name. There are: {', '.join(self.tools) or 'none'}.")
        origin = f"turn:{self.order.turn.id}:{place}"
        calling = Calling(self.order, self.offer, self.material, call.arguments, origin)
        try:
            async with asyncio.timeout(tool.seconds):
                return await tool.call(calling)
        except TimeoutError:
            return _failed(f"The tool gave no answer within {tool.seconds:.0f} seconds.")


_call_done = TypeAdapter(CallDone)


def _failed(output: str) -> Outcome:
    return Outcome(output, is_failed=True)


def _bounded(output: str) -> str:
    if not output.strip():
        return "(nothing)"
    if len(output) <= LONGEST_OUTPUT:
        return output
    return output[:LONGEST_OUTPUT] + _CUT.format(count=len(output))
