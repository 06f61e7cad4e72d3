"""Tools: what the model may have us do while it answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from conversation.tasks import Order
from domain.assistant import Assistant
from domain.engine import ToolSpec
from domain.material import Material
from domain.run import Citation
from domain.texts import Sentence
from domain.turn import Turn


@dataclass(frozen=True, slots=True)
class Offer:
    """To whom tools are offered: a turn, in its thread, that this assistant answers."""

    turn: Turn
    thread_id: int
    assistant: Assistant


@dataclass(frozen=True, slots=True)
class Calling:
    """A call at work. `arguments` are the model's: JSON, or not.

    `origin` is the same when the turn is resumed, so that nothing is done twice.
    """

    order: Order
    offer: Offer
    material: Material
    arguments: str
    origin: str

    @property
    def turn(self) -> Turn:
        return self.order.turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. `output` goes to the model, which answers next.

    With `told` the person hears this instead, and where all calls of a round are such, the model is not asked
    again. `citations` are sources that the output names, each by its `file_id` in 【】.
    """

    output: str
    told: Sentence | None = None
    is_failed: bool = False
    citations: tuple[Citation, ...] = ()


class Tool(Protocol):
    """`seconds` is how long a call may take."""

    @property
    def seconds(self) -> float: ...

    @property
    def title(self) -> Sentence | None:
        """What people call it; None where they read its name."""
        ...

    def spec(self, offer: Offer) -> ToolSpec | None:
        """How it is offered there; None where it cannot be used."""
        ...

    def activity(self, arguments: str) -> Sentence:
        """What the person reads while it is at work: "Looking up the weather…"."""
        ...

    async def call(self, calling: Calling) -> Outcome:
        """Does what is asked. Raises `UserFacingError`: the person reads it, and the model is told of it."""
        ...


class AssistantsTools(Mapping[str, Tool]):
    """Of the tools there are, those that an assistant may use; which there are may change in between."""

    def __init__(self, tools: Mapping[str, Tool], assistant: Assistant) -> None:
        self._tools = tools
        self._assistant = assistant

    def __getitem__(self, name: str) -> Tool:
        if not self._assistant.may_use(name):
            raise KeyError(name)
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._tools if self._assistant.may_use(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)
