"""The words for what belongs to people, and the contract of each kind of it."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.steps import JsonValue


@dataclass(frozen=True, slots=True)
class Whose:
    """All that belongs to a person, or (`thread_id`) one thread with all that belongs to that.

    Updates that came after `before_ms` (milliseconds since 1970) are none of it.
    """

    user_id: int
    thread_id: int = 0
    before_ms: int = 2**62

    @property
    def values(self) -> dict[str, object]:
        return {"user": self.user_id, "thread": self.thread_id, "before": self.before_ms}


class Belongings(Protocol):
    """One kind of things that are kept of people. All three are parts of a transaction.

    `tables` are those it answers for: a test finds the table that nobody answers for.
    """

    @property
    def name(self) -> str: ...

    @property
    def tables(self) -> frozenset[str]: ...

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        """How many there are, by kind; kinds that are nothing to tell a person of are left out."""
        ...

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        """All of a person's, to be read by machines."""
        ...

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        """Removes it. Again changes nothing, and nothing that belongs to others is ever touched."""
        ...


def records(
    connection: sqlite3.Connection, query: str, values: Mapping[str, object]
) -> list[dict[str, JsonValue]]:
    """The rows as they are, by the names of their columns."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def counted(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {query}", values).fetchone()[0])
