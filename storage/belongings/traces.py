"""Traces that a turn or a drawing leaves elsewhere: in the books, among the failures, in the inbox."""

import json
import sqlite3
from collections.abc import Iterable, Sequence


def untie(connection: sqlite3.Connection, turn_ids: Sequence[int]) -> None:
    """What they cost stays in the books, but nothing says any more which turns they were."""
    values = {"ids": json.dumps(turn_ids)}
    these = "turn_id IN (SELECT value FROM json_each(:ids))"
    connection.execute(
        f"UPDATE ledger SET turn_id = 0, response_id = '', call = 'forgotten:' || id WHERE {these}", values
    )
    connection.execute(f"DELETE FROM failures WHERE {these}", values)


def empty_updates(connection: sqlite3.Connection, update_ids: Iterable[int]) -> None:
    """What was received is forgotten; that it was is known a while longer, so that a repeat is told."""
    query = "UPDATE inbox SET raw = '', state = 'done', reason = '' WHERE update_id = ?"
    connection.executemany(query, [(update_id,) for update_id in update_ids])
