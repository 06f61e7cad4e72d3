"""The operator's catalogue file: read again when it changes; with a mistake in it the last good one stays."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ai.catalogue import load
from domain.catalogue import Catalogue
from domain.texts import Sentence, Text

log = logging.getLogger(__name__)

CHECK_SECONDS: Final = 60.0

_Stamp = tuple[int, int] | None


class CatalogueFile:
    """`use` is given each good catalogue; `tell` hears of mistakes that nobody was looking for."""

    def __init__(
        self, path: Path | None, use: Callable[[Catalogue], None], tell: Callable[[Sentence], None]
    ) -> None:
        self._path = path
        self._use = use
        self._tell = tell
        self._seen = _stamp(path)

    async def reload(self) -> Sentence | None:
        """Reads it now. What is wrong with it, None if all is well."""
        self._seen = await asyncio.to_thread(_stamp, self._path)
        try:
            catalogue = await asyncio.to_thread(load, self._path)
        except ValueError as error:
            log.warning("the catalogue file has a mistake, the last good one stays: %s", error)
            return Text(
                "The catalogue file has a mistake, so the last good one stays. {mistake}", mistake=error
            )
        self._use(catalogue)
        log.info("read the catalogue: %s models", len(catalogue.models))
        return None

    async def watch(self, every_seconds: float = CHECK_SECONDS) -> None:
        """Runs until cancelled."""
        while self._path is not None:
            await asyncio.sleep(every_seconds)
            if await asyncio.to_thread(_stamp, self._path) != self._seen:
                mistake = await self.reload()
                if mistake is not None:
                    self._tell(mistake)


def _stamp(path: Path | None) -> _Stamp:
    """What changes when the file does; None where there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None
