"""Filings' files at hand: in the media folder, or fetched from Telegram again."""

import logging
from dataclasses import dataclass
from pathlib import Path

from domain.errors import UserFacingError
from domain.media import Downloads
from storage.files import Files

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AtHand:
    files: Files
    downloads: Downloads

    async def path(self, file: str, file_id: str) -> Path | None:
        """Where the file is; None if neither we nor Telegram have it."""
        path = self.files.path(file)
        if await self.files.has(file):
            return path
        if not file_id:
            return None
        try:
            async with self.files.workshop() as folder:
                await self.downloads.download(file_id, folder / "file")
                await self.files.put(folder / "file", file)
        except UserFacingError as error:
            log.info("a kept file is gone for good: %s: %s", type(error).__name__, error)
            return None
        return path
