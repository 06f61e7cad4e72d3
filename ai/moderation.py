"""The provider's moderation model, which is free: long texts in pieces, pictures one by one."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from ai.bodies import Body, source_of
from ai.json_values import as_list, as_object
from ai.source import Source
from domain.catalogue import Model
from domain.engine import PromptPicture
from domain.errors import AnswerBroken, NoModelLeft

LONGEST_PIECE: Final = 10_000
"""Characters judged together: the model reads some 32,000 tokens, of which a character may be three."""

_OVERLAP: Final = 200  # what stands where a text is cut is seen whole in one of both pieces
_MOST_PICTURES_AT_ONCE: Final = 4
_CAPABILITY: Final = "moderation"
_PATH: Final = "/moderations"


class ModerationEngine:
    """`domain.moderation.Moderator` on one source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pictures = asyncio.Semaphore(_MOST_PICTURES_AT_ONCE)

    async def judge(self, texts: Sequence[str], pictures: Sequence[PromptPicture]) -> frozenset[str]:
        line = self._source.availability.line("", _CAPABILITY)
        judged = await self._source.first_answer(line, "", lambda model: self._judged(model, texts, pictures))
        if judged is None:
            raise NoModelLeft("no model for moderation is left")
        return judged

    async def _judged(
        self, model: Model, texts: Sequence[str], pictures: Sequence[PromptPicture]
    ) -> frozenset[str]:
        """Raises the first of what goes wrong."""
        words = [piece for text in texts for piece in pieces(text)]
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self._of_picture(model, picture)) for picture in pictures]
                asked += [group.create_task(self._of(model, words))] if words else []
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return frozenset[str]().union(*(one.result() for one in asked))

    async def _of_picture(self, model: Model, picture: PromptPicture) -> frozenset[str]:
        """Each is a request of its own: the model takes one picture at a time."""
        async with self._pictures:
            return await self._of(model, [{"type": "image_url", "image_url": {"url": source_of(picture)}}])

    async def _of(self, model: Model, asked: Sequence[object]) -> frozenset[str]:
        body: Body = {"model": model.id, "input": list(asked)}
        answer = await self._source.wire.post(_PATH, body)
        results = [as_object(one) for one in as_list(answer.get("results"))]
        if not results:
            raise AnswerBroken("a judgement without results")
        return frozenset(
            name
            for one in results
            if one.get("flagged") is True
            for name, applies in as_object(one.get("categories")).items()
            if applies is True
        )


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that overlap a little; none if it has no words."""
    if not text.strip():
        return
    for start in range(0, max(len(text) - _OVERLAP, 1), LONGEST_PIECE - _OVERLAP):
        yield text[start : start + LONGEST_PIECE]
