"""Failures that people were told of by an id, as an admin may look them up."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """`detail` is what the log says of it: codes, sizes and the provider's request id, never texts.

    `turn_id` is 0 and `model` empty where there was none.
    """

    id: str
    at: datetime
    kind: str
    detail: str = ""
    turn_id: int = 0
    model: str = ""
