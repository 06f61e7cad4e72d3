"""Events: what an engine says during a turn, in order; the last one is always `Finished`."""

from dataclasses import dataclass
from typing import Literal

from domain.turn import Ending, ToolCall, Usage


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class ModelReplaced:
    """Another model than the asked one answers: that one is gone, or `blind` to what it is shown."""

    asked: str
    used: str
    reason: Literal["gone", "blind"] = "gone"


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model calls a tool that it was offered."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete. `ending` is `COMPLETED`, `INCOMPLETE` or `REFUSED`."""

    ending: Ending
    model: str
    usage: Usage


Event = TextDelta | ModelReplaced | ToolCalled | Finished
