"""The library: files taken in passage by passage, and looked through by words and by meaning."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conversation.knowledge.chunking import passages
from conversation.knowledge.fusion import fused
from conversation.knowledge.meanings import Meanings
from domain.knowledge import Document, FoundPassage, Passage
from media.reading.files import blocks_of
from storage.files import Files
from storage.passages import Passages

log = logging.getLogger(__name__)

MOST = 8
"""Passages for one question: what a model reads without losing the thread."""

_LOOKED_AT = 40  # of each ranking, before they are fused


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Documents in scopes ("thread:12", "assistant:7"); whoever asks names those that may be looked through.

    Where texts cannot be embedded, or not now, they are found by their words.
    """

    passages: Passages
    files: Files
    meanings: Meanings

    async def add(self, scope: str, name: str, file: str) -> int:
        """Takes in a file of the media folder, and returns how many passages it has. Again changes nothing.

        Raises `Unreadable` where there are no words in it to be found.
        """
        document_id, count = await self._add(scope, name, file)
        await self.meanings.catch_up(document_id)
        return count

    async def _add(self, scope: str, name: str, file: str) -> tuple[int, int]:
        known = await self.passages.document(scope, file)
        if known is not None and known.name == name:
            return known.id, known.passages
        cut = await asyncio.to_thread(self._cut, name, file)
        document_id = await self.passages.add(scope, name, file, cut)
        log.info("document %s of %s: %s passages", document_id, scope, len(cut))
        return document_id, len(cut)

    def _cut(self, name: str, file: str) -> list[Passage]:
        return list(passages(blocks_of(self.files.path(file), name)))

    async def remove(self, scope: str, file: str) -> bool:
        """False if it was not there."""
        return await self.passages.remove(scope, file)

    async def forget(self, scope: str) -> int:
        """Removes all the scope holds, and returns how many documents that were."""
        return await self.passages.forget(scope)

    async def documents(self, scopes: Sequence[str]) -> list[Document]:
        return await self.passages.documents(scopes)

    def has(self, scopes: Sequence[str]) -> bool:
        """Whether there is anything to be looked through; known without waiting."""
        return self.passages.has(scopes)

    async def search(self, scopes: Sequence[str], query: str, most: int = MOST) -> list[FoundPassage]:
        """The best passages for the question, best first; `score` is at most 1."""
        if not self.has(scopes):
            return []
        by_words, by_meaning = await asyncio.gather(
            self.passages.by_words(scopes, query, _LOOKED_AT), self.meanings.nearest(scopes, query, _LOOKED_AT)
        )
        rankings = [ranking for ranking in (by_words, [id for id, _ in by_meaning]) if ranking]
        scores = dict(fused(*rankings)[:most])
        found = await self.passages.get(list(scores), scopes)
        return [replace(one, score=scores[one.id]) for one in found]

    async def passage(self, passage_id: int, scopes: Sequence[str]) -> FoundPassage | None:
        """The passage of that id, if it is in one of the scopes and still there."""
        return next(iter(await self.passages.get([passage_id], scopes)), None)
