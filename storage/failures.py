"""The last failures, by the id that people were told."""

from datetime import UTC, datetime

from domain.failure import Failure
from storage.database import Database

MOST_KEPT = 1_000


class Failures:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, failure: Failure) -> None:
        """Keeps it, and lets go of the oldest."""
        values = {
            "id": failure.id,
            "happened": int(failure.at.timestamp() * 1_000),
            "kind": failure.kind,
            "detail": failure.detail,
            "turn_id": failure.turn_id,
            "model": failure.model,
            "most": MOST_KEPT,
        }
        query = (
            "INSERT INTO failures (id, happened_ms, kind, detail, turn_id, model) "
            "VALUES (:id, :happened, :kind, :detail, :turn_id, :model) ON CONFLICT (id) DO NOTHING"
        )
        forget = (
            "DELETE FROM failures WHERE happened_ms < "
            "(SELECT happened_ms FROM failures ORDER BY happened_ms DESC LIMIT 1 OFFSET :most - 1)"
        )
        await self._database.write(
            lambda connection: (connection.execute(query, values), connection.execute(forget, values))
        )

    async def find(self, failure_id: str) -> Failure | None:
        query = "SELECT id, happened_ms, kind, detail, turn_id, model FROM failures WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": failure_id}).fetchone()
        )
        return _failure(*found) if found else None

    async def last(self, limit: int) -> list[Failure]:
        """The newest first."""
        query = (
            "SELECT id, happened_ms, kind, detail, turn_id, model FROM failures "
            "ORDER BY happened_ms DESC LIMIT :limit"
        )
        found = await self._database.read(
            lambda connection: connection.execute(query, {"limit": limit}).fetchall()
        )
        return [_failure(*fields) for fields in found]


def _failure(failure_id: str, happened_ms: int, kind: str, detail: str, turn_id: int, model: str) -> Failure:
    at = datetime.fromtimestamp(happened_ms / 1_000, UTC)
    return Failure(failure_id, at, kind, detail, turn_id, model)
