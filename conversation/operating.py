"""What admins look at and change, each a function of the room that knows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from conversation.broadcasting import Broadcasting
from conversation.defaults import Defaults
from domain.catalogue import Model
from domain.failure import Failure
from domain.health import ModelHealth
from domain.texts import Sentence
from storage.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the process does. `memory_bytes` is 0 where the system does not tell."""

    uptime_seconds: float
    memory_bytes: int
    media_files: int
    media_bytes: int


@dataclass(frozen=True, slots=True)
class Operating:
    """`reload` reads the catalogue file again and asks the providers; what is wrong, None if all is well.

    `failure` finds one by the id that somebody was told, `failures` gives the last ones.
    """

    defaults: Defaults
    broadcasting: Broadcasting
    health: Callable[[Model], ModelHealth]
    reload: Callable[[], Awaitable[Sentence | None]]
    statistics: Callable[[], Awaitable[Statistics]]
    vitals: Callable[[], Awaitable[Vitals]]
    failure: Callable[[str], Awaitable[Failure | None]]
    failures: Callable[[int], Awaitable[list[Failure]]]
