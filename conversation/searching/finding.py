"""Finding: a chat's own past, and the files it was given, by words and by meaning."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conversation.knowledge.fusion import fused
from conversation.knowledge.meanings import Meanings
from conversation.searching.indexing import Indexing, of_chat
from conversation.searching.stores import Stores
from domain.knowledge import FoundPassage
from domain.turn import ConversationKey
from storage.passages import Passages
from storage.remembered import Remembering

MOST = 50
_CANDIDATES = 4 * MOST  # some may be parts of one document, or of another person's conversation
_FARTHEST = 0.75  # what is less near in meaning (cosine distance) has nothing to do with it
_SNIPPET = 160


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `message_id` is where it was said, in the conversation `key`; a file's passage has none.

    `snippet` is one line of it, around what was looked for. `assistant` is the name of whose file it is; empty
    for a thread's. `filing_id` names a file that lies at the provider; then there is no `passage_id`.
    """

    passage_id: int
    kind: str
    title: str
    snippet: str
    text: str
    created_ms: int = 0
    key: ConversationKey | None = None
    message_id: int = 0
    answer_id: int = 0
    assistant: str = ""
    filing_id: int = 0

    @property
    def in_answer(self) -> bool:
        """Whether it leads to the answer, not to the question."""
        return bool(self.answer_id) and self.message_id == self.answer_id


@dataclass(frozen=True, slots=True)
class Finding:
    passages: Passages
    meanings: Meanings
    remembering: Remembering
    indexing: Indexing
    stores: Stores

    async def find(self, chat_id: int, words: str, *, person_id: int = 0, owner_id: int = 0) -> list[Hit]:
        """What of that chat, and no other, fits, the best first: each turn, drawing and document once.

        Where people have conversations of their own, only what was said in that person's, or in those of all.
        With `owner_id` also what of the files of that person's own assistants does.
        """
        await self.indexing.catch_up()
        await self.meanings.hurry()
        files = await self.remembering.file_scopes(chat_id, person_id, owner_id)
        scopes = (of_chat(chat_id), *files)
        exact, some, near, there = await asyncio.gather(
            self.passages.by_words(scopes, words, _CANDIDATES, all_words=True),
            self.passages.by_words(scopes, words, _CANDIDATES),
            self.meanings.nearest(scopes, words, _CANDIDATES),
            self._there(chat_id, words, person_id, owner_id),
        )
        meant = [id for id, distance in near if distance <= _FARTHEST]
        rankings = [ranking for ranking in (exact, some if not exact else [], meant, list(there)) if ranking]
        order = [id for id, _ in fused(*rankings)]
        found = await self.passages.get([id for id in order if id > 0], scopes)
        best = {one.document_id: one for one in reversed(found)}
        here = {
            one.id: await self._hit(one, words, files, person_id)
            for one in found
            if best[one.document_id] is one
        }
        hits = [here.get(id) or there.get(id) for id in order]
        return [hit for hit in hits if hit is not None][:MOST]

    async def filing(
        self, chat_id: int, filing_id: int, words: str, *, person_id: int = 0, owner_id: int = 0
    ) -> Hit | None:
        """What fits in a file at the provider, if that person may still find it in that chat."""
        return (await self._there(chat_id, words, person_id, owner_id)).get(-filing_id)

    async def _there(self, chat_id: int, words: str, person_id: int, owner_id: int) -> Mapping[int, Hit]:
        """The files at the provider, the best first: by their number below zero, which no passage has."""
        known = await self.remembering.stores(chat_id, person_id, owner_id)
        names = dict(known.values())
        found = await self.stores.find({store_id: scope for store_id, (scope, _) in known.items()}, words)
        return {
            -one.filing.id: Hit(
                0,
                "file",
                one.filing.name,
                snippet_of(one.text, words),
                one.text,
                assistant=names[one.filing.scope],
                filing_id=one.filing.id,
            )
            for one in found
            if one.score >= 1 - _FARTHEST or holds(one.text, words)
        }

    async def hit(
        self, chat_id: int, passage_id: int, *, in_answer: bool, person_id: int = 0, owner_id: int = 0
    ) -> Hit | None:
        """One thing found before, if it is still there, and still to be found by that person in that chat."""
        files = await self.remembering.file_scopes(chat_id, person_id, owner_id)
        found = await self.passages.get([passage_id], (of_chat(chat_id), *files))
        hit = await self._hit(found[0], "", files, person_id) if found else None
        return replace(hit, message_id=hit.answer_id) if hit and in_answer else hit

    async def _hit(
        self, found: FoundPassage, words: str, files: Mapping[str, str], person_id: int
    ) -> Hit | None:
        kind = found.source.partition(":")[0]
        text, snippet = found.passage.text, snippet_of(found.passage.text, words)
        if not found.scope.startswith("chat:"):
            return Hit(found.id, "file", found.name, snippet, text, assistant=files[found.scope])
        said = await self.remembering.find(found.source)
        if said is None or said.user_id not in (0, person_id):
            return None
        of_answer = bool(said.answer_id) and holds(said.answer, words) and not holds(said.question, words)
        return Hit(
            found.id,
            kind,
            found.name,
            snippet,
            text,
            said.created_ms,
            said.key,
            said.answer_id if of_answer else said.message_id,
            said.answer_id,
        )


def holds(text: str, words: str) -> bool:
    """Whether one of the words is in the text."""
    wanted = _wanted(words)
    return wanted is not None and wanted.search(text) is not None


def _wanted(words: str) -> re.Pattern[str] | None:
    found = [re.escape(word) for word in re.findall(r"\w+", words) if len(word) > 1 or not word.isascii()]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def snippet_of(text: str, words: str) -> str:
    """One line of the text around the first of the words in it, else its beginning."""
    line = " ".join(text.split())
    wanted = _wanted(words)
    found = wanted.search(line) if wanted else None
    start = max(0, found.start() - _SNIPPET // 3) if found else 0
    if start:
        start = line.rfind(" ", 0, start + 1) + 1 or start
    end = start + _SNIPPET
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
