"""Tasks: turns that ask for something else than an answer of the model, with the same promises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from conversation.running import RunningTurn
from domain.reply import Destination
from domain.steps import Steps
from domain.texts import Sentence
from domain.turn import Answer, Ending, Turn


@dataclass(frozen=True, slots=True)
class Order:
    """A task at work. Its `steps` outlive the process: what they record is not done, or paid, again."""

    turn: Turn
    argument: str
    to: Destination
    steps: Steps
    running: RunningTurn
    say: Callable[[Sentence], str]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task: the messages that stand, and what it cost.

    An answer with a text becomes part of the thread's history, as an answer of the model does.
    """

    message_ids: tuple[int, ...] = ()
    answer: Answer = field(default_factory=lambda: Answer("", Ending.COMPLETED))


class Task(Protocol):
    async def work(self, order: Order) -> Done | None:
        """Does it and shows what came of it. Long work goes through `order.running.stoppable`.

        None if it turns out to be a question to the model: then it is answered as one.

        A `UserFacingError` that it raises is told to the person. `ReaderGone` and cancellation pass.
        """
        ...
