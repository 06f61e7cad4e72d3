"""How a model does: what became of its last calls, and how long it takes to begin."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ModelHealth:
    """Of its last calls in this process.

    `begin_seconds` is the median until the first word, or until the whole where nothing comes before; None
    until a call went well. `problem` names the kind of the last failure.
    """

    well: int = 0
    failed: int = 0
    begin_seconds: float | None = None
    problem: str = ""
    failed_at: datetime | None = None
