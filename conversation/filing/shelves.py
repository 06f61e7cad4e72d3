"""Our own index of a thread's files, for providers that have none."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from conversation.filing.at_hand import AtHand
from conversation.knowledge.library import Knowledge
from domain.errors import Unreadable
from domain.filing import Filing
from domain.hosting import Place
from storage.filings import Filings

log = logging.getLogger(__name__)

_LEGACY = frozenset({"application/msword", "application/vnd.ms-powerpoint", "application/rtf"})


def indexed_here(media_type: str) -> bool:
    """Whether our own index takes documents of this type."""
    return media_type not in _LEGACY


@dataclass(frozen=True, slots=True)
class Shelves:
    filings: Filings
    knowledge: Knowledge
    at_hand: AtHand

    async def fill(self, filings: Iterable[Filing]) -> None:
        """Sees to it that what is to be searched is indexed; what cannot be read is noted with the filing."""
        for filing in filings:
            if filing.place is not Place.KNOWLEDGE or filing.problem:
                continue
            if await self.at_hand.path(filing.file, filing.file_id) is None:
                await self.filings.trouble(filing.id, "gone")
                continue
            try:
                await self.knowledge.add(filing.scope, filing.name, filing.file)
            except Unreadable as error:
                log.info("filing %s cannot be indexed here: %s", filing.id, type(error).__name__)
                await self.filings.trouble(filing.id, "invalid_file")

    async def clear(self, filing: Filing) -> None:
        """It is not to be searched any more, or not there."""
        await self.knowledge.remove(filing.scope, filing.file)
