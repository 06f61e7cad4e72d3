"""Tools: what the model may ask us to do while it answers."""

from dataclasses import dataclass
from typing import Protocol

from domain.engine import ToolSpec
from domain.material import Material
from domain.texts import Sentence
from domain.turn import Turn


@dataclass(frozen=True, slots=True)
class Calling:
    """A call at work. `origin` is the same when the turn is resumed, so that nothing is done twice."""

    turn: Turn
    thread_id: int
    material: Material
    arguments: str
    origin: str


class Tool(Protocol):
    def spec(self, turn: Turn) -> ToolSpec | None:
        """How it is offered for this turn; None where it cannot be used."""
        ...

    async def call(self, calling: Calling) -> Sentence:
        """Begins what is asked; the sentence tells the person. `arguments` are the model's: JSON, or not.

        Raises `UserFacingError`.
        """
        ...
