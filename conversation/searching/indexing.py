"""Indexing: what was said goes into the index as soon as it is asked for, or a moment after the answer."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from conversation.knowledge.chunking import passages
from conversation.knowledge.meanings import Meanings
from domain.knowledge import Passage
from media.reading import texts
from storage.passages import Passages
from storage.remembered import Remembered, Remembering

log = logging.getLogger(__name__)

_AT_ONCE = 50
_LONGEST_NAME = 80
_ROUND_SECONDS = 300.0  # drawings nudge nobody


def of_chat(chat_id: int) -> str:
    """The scope of what was said in a chat."""
    return f"chat:{chat_id}"


class Indexing:
    """What is to be indexed is noted with the turn itself, so that nothing is missed, whatever ends us."""

    def __init__(self, remembering: Remembering, passages: Passages, meanings: Meanings) -> None:
        self._remembering = remembering
        self._passages = passages
        self._meanings = meanings
        self._wanted = asyncio.Event()
        self._at_work = asyncio.Lock()

    def nudge(self) -> None:
        """Something was said; nobody waits until it is indexed."""
        self._wanted.set()

    async def run(self) -> None:
        """Indexes whatever there is, until it is cancelled."""
        while True:
            while await self.catch_up():
                continue
            try:
                async with asyncio.timeout(_ROUND_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                continue
            finally:
                self._wanted.clear()

    async def catch_up(self) -> bool:
        """Indexes the newest of what waits; False once nothing does. By words it is found at once."""
        async with self._at_work:
            waiting = await self._remembering.waiting(_AT_ONCE)
            for number, source in waiting:
                await self._index(number, source)
        if waiting:
            self._meanings.nudge()
        return bool(waiting)

    @asynccontextmanager
    async def at_rest(self) -> AsyncGenerator[None]:
        """Nothing is taken into the index within the block."""
        async with self._at_work:
            yield

    async def forget(self, chat_id: int) -> int:
        """Takes all of a chat out of the index, and returns how much that was."""
        return await self._passages.forget(of_chat(chat_id))

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup with another id."""
        await self._passages.move(of_chat(old), of_chat(new))

    async def _index(self, number: int, source: str) -> None:
        found = await self._remembering.find(source)
        if found is None:
            await self._remembering.indexed(number, source)
            return
        scope, name = of_chat(found.key.chat_id), " ".join(found.question.split())[:_LONGEST_NAME]
        read = await asyncio.to_thread(_passages, found)
        along = self._remembering.as_indexed(number, source, scope)
        await self._passages.add(scope, name, source, read, along=along)


def _passages(found: Remembered) -> list[Passage]:
    return list(passages([*texts.paragraphs(found.question), *texts.markdown(found.answer)]))
