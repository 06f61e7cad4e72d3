"""The book of facts: one person's, kept once, found again where they matter, and nobody else's business."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from conversation.knowledge.library import Knowledge
from conversation.knowledge.scopes import of_user
from conversation.memory import wording
from conversation.memory.errors import FactGone, MemoryFull, MemoryOff, MemoryOffHere
from conversation.tokens import estimate_tokens
from domain.engine import Prompt
from domain.knowledge import Passage
from domain.memory import Fact, FactSource
from domain.turn import ChatKind, ConversationKey, Turn
from storage.memories import Memories
from storage.preferences import Preferences, Scope

log = logging.getLogger(__name__)

MOST_FACTS: Final = 200  # of a person
_MOST_TOLD: Final = 15
_MOST_TOKENS: Final = 400
_SAME: Final = 0.08  # distance of two meanings; what differs in a detail is further apart
_LOOKED_AT: Final = 3
_PREFERENCE: Final = "memory"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a fact that was told. `before`: what the same one said until now."""

    fact: Fact
    became: Literal["new", "known", "changed"]
    before: str = ""


@dataclass(frozen=True, slots=True)
class FactBook:
    """Facts are found like passages of files, in a scope of their person's own."""

    memories: Memories
    knowledge: Knowledge
    preferences: Preferences

    def is_on(self, user_id: int) -> bool:
        """Whether the person wants to be remembered: yes, until they say otherwise."""
        return self.preferences.get(Scope.user(user_id), _PREFERENCE) is not False

    async def switch(self, user_id: int, *, on: bool) -> None:
        await self.preferences.set(Scope.user(user_id), _PREFERENCE, on)

    def is_on_in_group(self, chat_id: int) -> bool:
        """Whether facts about people are used there: no, until an admin of the group says so."""
        return self.preferences.get(Scope.conversation(ConversationKey(chat_id)), _PREFERENCE) is True

    async def switch_in_group(self, chat_id: int, *, on: bool) -> None:
        await self.preferences.set(Scope.conversation(ConversationKey(chat_id)), _PREFERENCE, on)

    def is_used(self, user_id: int, chat_id: int, chat_kind: ChatKind) -> bool:
        return self.is_on(user_id) and (chat_kind is ChatKind.PRIVATE or self.is_on_in_group(chat_id))

    def check(self, user_id: int, chat_id: int, chat_kind: ChatKind) -> None:
        """Raises `MemoryOffHere`, `MemoryOff`."""
        if chat_kind is ChatKind.GROUP and not self.is_on_in_group(chat_id):
            raise MemoryOffHere(f"chat {chat_id}")
        if not self.is_on(user_id):
            raise MemoryOff(f"user {user_id}")

    async def remember(self, user_id: int, text: str, source: FactSource) -> Kept:
        """Keeps it, once: what says the same takes the place of the older one. Raises `FactRefused`."""
        text = wording.neat(text)
        known = next((one for one in await self.of(user_id) if _is_same(one, text)), None)
        if known is not None:
            return Kept(known, "known")
        alike = await self._alike(user_id, text)
        if alike is not None:
            return Kept(await self.change(alike.id, user_id, text), "changed", alike.text)
        words = wording.compared(text)
        added = await self.memories.add(user_id, text, words=words, source=source, most=MOST_FACTS)
        if added is None:
            raise MemoryFull(f"user {user_id}")
        if added.is_new:
            await self._index(added.fact)
        return Kept(added.fact, "new" if added.is_new else "known")

    async def of(self, user_id: int) -> Sequence[Fact]:
        """All that is remembered of the person, the newest first."""
        return await self.memories.of(user_id)

    async def find(self, fact_id: int, user_id: int) -> Fact:
        """Raises `FactGone`."""
        found = await self.memories.find(fact_id, user_id)
        if found is None:
            raise FactGone(f"user {user_id} has no fact {fact_id}")
        return found

    async def change(self, fact_id: int, user_id: int, text: str) -> Fact:
        """It says this from now on. Raises `FactRefused`, `FactGone`."""
        text = wording.neat(text)
        gone = await self.memories.change(fact_id, user_id, text, words=wording.compared(text))
        if gone is None:
            raise FactGone(f"user {user_id} has no fact {fact_id}")
        for other in gone:
            await self.knowledge.remove(of_user(user_id), _source(other))
        fact = await self.find(fact_id, user_id)
        await self._index(fact)
        return fact

    async def forget(self, fact_id: int, user_id: int) -> Fact:
        """Removes it, wherever it is; returns what it was. Raises `FactGone`."""
        fact = await self.find(fact_id, user_id)
        await self.knowledge.remove(of_user(user_id), _source(fact_id))
        await self.memories.remove(fact_id, user_id)
        return fact

    async def forget_all(self, user_id: int) -> int:
        """Removes all that is remembered of the person, and returns how many facts that were."""
        await self.knowledge.forget(of_user(user_id))
        return await self.memories.forget(user_id)

    async def into(self, prompt: Prompt, turn: Turn, *, is_kept: bool) -> Prompt:
        """The prompt with what is remembered of the asker and matters for the question.

        It stands in the last message, so that what is before it stays cached, and it is no part of the history.
        Where the provider keeps the messages (`is_kept`), others' questions may follow them: there it stands in
        the instructions, which are not kept.
        """
        asker = turn.asker
        if not self.is_used(asker.user_id, turn.key.chat_id, turn.chat_kind):
            return prompt
        asked = "\n".join(said.text for said in turn.said)
        facts = await self.that_matter(asker.user_id, asked)
        if not facts:
            return prompt
        told = wording.note(facts, asker, turn.chat_kind)
        if is_kept:
            return replace(prompt, instructions=f"{prompt.instructions}\n\n{told}")
        *before, last = prompt.messages
        return replace(prompt, messages=(*before, replace(last, text=f"{last.text}\n\n{told}")))

    async def that_matter(self, user_id: int, question: str) -> Sequence[Fact]:
        """All facts of the person, or, where these are many, those nearest to the question, then the newest."""
        facts = await self.of(user_id)
        if len(_fitting(facts)) == len(facts):
            return facts
        for fact in await self._unindexed(user_id, facts):
            await self._index(fact)
        found = await self.knowledge.search([of_user(user_id)], question, _MOST_TOLD)
        by_source = {_source(fact.id): fact for fact in facts}
        ranked = [by_source[one.source] for one in found if one.source in by_source]
        return _fitting([*ranked, *(fact for fact in facts if fact not in ranked)])

    async def _alike(self, user_id: int, text: str) -> Fact | None:
        """The fact that says the same in other words, as far as can be told."""
        scopes = [of_user(user_id)]
        if not self.knowledge.has(scopes):
            return None
        near = await self.knowledge.meanings.nearest(scopes, text, _LOOKED_AT)
        passages = await self.knowledge.passages.get([id for id, distance in near if distance <= _SAME], scopes)
        for passage in passages:
            fact = await self.memories.find(int(passage.source.rpartition(":")[2]), user_id)
            if fact is not None and wording.are_alike(fact.text, text):
                return fact
        return None

    async def _index(self, fact: Fact) -> None:
        await self.knowledge.passages.add(of_user(fact.user_id), "", _source(fact.id), [Passage(fact.text)])
        self.knowledge.meanings.nudge()

    async def _unindexed(self, user_id: int, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Those that an end of the process kept out of the index."""
        there = {document.source for document in await self.knowledge.documents([of_user(user_id)])}
        return [fact for fact in facts if _source(fact.id) not in there]


def _fitting(facts: Sequence[Fact]) -> Sequence[Fact]:
    """The first of them, as many as a prompt shall hold."""
    tokens = 0
    for count, fact in enumerate(facts[:_MOST_TOLD]):
        tokens += estimate_tokens(wording.line(fact))
        if tokens > _MOST_TOKENS:
            return facts[:count]
    return facts[:_MOST_TOLD]


def _is_same(fact: Fact, text: str) -> bool:
    return wording.compared(fact.text) == wording.compared(text)


def _source(fact_id: int) -> str:
    return f"fact:{fact_id}"
