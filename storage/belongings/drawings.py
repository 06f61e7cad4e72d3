"""Drawings that a person ordered, or that were ordered in a thread."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.steps import JsonValue
from storage.belongings.kinds import Whose, records
from storage.belongings.traces import untie

_OF_THREAD = "thread_id = :thread"
_OF_PERSON = "(user_id = :user OR chat_id = :user)"


@dataclass(frozen=True, slots=True)
class Drawn:
    """`storage.belongings.kinds.Belongings`."""

    name: str = "drawings"
    tables: frozenset[str] = frozenset({"drawings", "drawn_pictures", "drawing_steps"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        return {"drawings": len(_ids(connection, whose))}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        query = (
            "SELECT id, chat_id, topic_id, thread_id, parent_id, state, commission, prompt, model, "
            f"price_microdollars, created_ms, finished_ms FROM drawings WHERE {_OF_PERSON} ORDER BY id"
        )
        pictures = "SELECT * FROM drawn_pictures WHERE drawing_id = :id ORDER BY number"
        for drawing in records(connection, query, {"user": user_id}):
            drawing["commission"] = json.loads(str(drawing["commission"]))
            drawing["pictures"] = [*records(connection, pictures, {"id": drawing["id"]})]
            yield drawing

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        erase(connection, _ids(connection, whose))


def erase(connection: sqlite3.Connection, drawing_ids: Sequence[int]) -> None:
    """What others drew from one of them stays, and does not know any more what it was drawn from."""
    ids = json.dumps(drawing_ids)
    these = "IN (SELECT value FROM json_each(:ids))"
    for statement in (
        f"UPDATE drawings SET parent_id = NULL WHERE parent_id {these}",
        f"DELETE FROM drawing_steps WHERE drawing_id {these}",
        f"DELETE FROM drawn_pictures WHERE drawing_id {these}",
        f"DELETE FROM drawings WHERE id {these}",
    ):
        connection.execute(statement, {"ids": ids})
    untie(connection, [-drawing_id for drawing_id in drawing_ids])
    sources = [(f"drawing:{drawing_id}",) for drawing_id in drawing_ids]
    connection.executemany("DELETE FROM to_index WHERE source = ?", sources)


def _ids(connection: sqlite3.Connection, whose: Whose) -> list[int]:
    where = _OF_THREAD if whose.thread_id else _OF_PERSON
    query = f"SELECT id FROM drawings WHERE {where} ORDER BY id"
    return [int(drawing_id) for (drawing_id,) in connection.execute(query, whose.values)]
