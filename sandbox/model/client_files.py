"""Looking at the model's files and vector stores, and telling them how to behave."""

from typing import Any


class FilesClient:
    """What a test wants to know and to change of what is kept at the model."""

    async def _tell(self, subject: str, **words: object) -> None:
        raise NotImplementedError

    async def _look(self, subject: str) -> Any:
        raise NotImplementedError

    async def files(self) -> list[dict[str, Any]]:
        """Each file with id, name, purpose, bytes, created_at and expires_at; the oldest first."""
        return await self._look("files")

    async def expire_file(self, file_id: str) -> None:
        """Its time is over; it is as if it had been deleted."""
        await self._tell("files", expire=file_id)

    async def limit_files(self, most_bytes: int) -> None:
        """Larger files are refused from now on with 413, as those of more than 512 MB always are."""
        await self._tell("files", most_bytes=most_bytes)

    async def vector_stores(self) -> list[dict[str, Any]]:
        """Each with id, name, metadata, expires_days, is_expired, and the status of its files by their ids."""
        return await self._look("vector_stores")

    async def expire_vector_store(self, store_id: str) -> None:
        """Its time is over; it can be looked at and deleted, but not used."""
        await self._tell("vector_stores", expire=store_id)

    async def pace_indexing(self, seconds: float) -> None:
        """How long a file is in progress from now on before it can be searched."""
        await self._tell("vector_stores", indexing_seconds=str(seconds))

    async def pace_searches(self, seconds: float) -> None:
        """How long each search in files or on the web takes from now on, and each page that is opened."""
        await self._tell("searches", pace=str(seconds))
