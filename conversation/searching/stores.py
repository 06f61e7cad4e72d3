"""Stores: files that lie in an index at the provider are searched there, in all stores at once."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import UserFacingError
from domain.filing import Filing
from domain.hosting import Hosting, StoredPassage
from storage.filings import Filings

log = logging.getLogger(__name__)

_MOST_STORES = 16  # the last used ones
_AT_ONCE = 8
_MOST_OF_EACH = 20
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class FoundThere:
    """The best passage of a file, and how well it fits (0 to 1)."""

    filing: Filing
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Stores:
    filings: Filings
    hosting: Hosting

    async def find(self, stores: Mapping[str, str], words: str) -> list[FoundThere]:
        """What of the files in these stores (each with its scope) fits, the best first, each file once.

        A store that fails or takes too long is left out.
        """
        if not self.hosting.can_search or not words.strip():
            return []
        room = asyncio.Semaphore(_AT_ONCE)
        chosen = list(stores.items())[:_MOST_STORES]
        found = await asyncio.gather(*(self._in(store, scope, words, room) for store, scope in chosen))
        ranked = sorted((one for of_store in found for one in of_store), key=lambda one: -one.score)
        best = {one.filing.id: one for one in reversed(ranked)}
        return [one for one in ranked if best[one.filing.id] is one]

    async def _in(self, store_id: str, scope: str, words: str, room: asyncio.Semaphore) -> list[FoundThere]:
        try:
            async with asyncio.timeout(_SECONDS), room:
                passages = await self.hosting.search(store_id, words, most=_MOST_OF_EACH)
        except (UserFacingError, TimeoutError) as error:
            log.warning("the store of %s is left out of a search: %s", scope, type(error).__name__)
            return []
        return await self._known(store_id, scope, passages)

    async def _known(self, store_id: str, scope: str, passages: Sequence[StoredPassage]) -> list[FoundThere]:
        """Passages of files that are still listed: what was removed a moment ago may be there yet."""
        listed = {filing.id: filing for filing in await self.filings.of(scope)}
        copies = await self.filings.copies(store_id)
        by_file = {copy.remote_id: listed[id] for id, copy in copies.items() if id in listed}
        return [
            FoundThere(by_file[one.file_id], one.text, one.score) for one in passages if one.file_id in by_file
        ]
