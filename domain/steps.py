"""The port for durable steps: what a turn has finished is not done, or paid, again."""

from collections.abc import Mapping
from typing import Protocol

Json = Mapping[str, "JsonValue"]
JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class Steps(Protocol):
    """The named steps of one turn: a step's result is recorded before the next one begins."""

    async def result(self, step: str) -> Json | None:
        """What the step recorded, or None if it has not finished."""
        ...

    async def record(self, step: str, result: Json) -> None:
        """Keeps the result durably. Recording a step again replaces its result."""
        ...
