"""Counts of what is in the database, for admins."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from storage.database import Database


@dataclass(frozen=True, slots=True)
class Statistics:
    """`endings` and `models` count the answers since the later of the two days asked for: this month's."""

    people: int
    chats: int
    turns_today: int
    turns_this_month: int
    endings: Mapping[str, int]
    models: Mapping[str, int]


async def count(database: Database, *, today_ms: int, month_ms: int) -> Statistics:
    """What there is, and what was since these moments."""
    values = {"today": today_ms, "month": month_ms}

    def one(connection: sqlite3.Connection, query: str) -> int:
        return int(connection.execute(query, values).fetchone()[0])

    def work(connection: sqlite3.Connection) -> Statistics:
        since_month = "FROM turns WHERE created_ms >= :month AND state <> 'open'"
        endings = connection.execute(
            f"SELECT ending, count(*) {since_month} AND ending <> '' GROUP BY ending ORDER BY count(*) DESC",
            values,
        )
        models = connection.execute(
            f"SELECT model, count(*) {since_month} AND model <> '' "
            "GROUP BY model ORDER BY count(*) DESC LIMIT 20",
            values,
        )
        return Statistics(
            people=one(connection, "SELECT count(DISTINCT chat_id) FROM turns WHERE chat_id > 0"),
            chats=one(connection, "SELECT count(DISTINCT chat_id) FROM turns"),
            turns_today=one(connection, "SELECT count(*) FROM turns WHERE created_ms >= :today"),
            turns_this_month=one(connection, "SELECT count(*) FROM turns WHERE created_ms >= :month"),
            endings=dict(endings.fetchall()),
            models=dict(models.fetchall()),
        )

    return await database.read(work)
