"""The guard: questions are checked before the model is asked, answers before they are shown."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from conversation.gallery import Gallery
from conversation.moderation import wording
from conversation.wording import once, question
from domain.engine import PromptPicture
from domain.errors import UserFacingError
from domain.material import Material, Picture
from domain.moderation import Moderator
from domain.reply import Preview
from domain.texts import Sentence, Text
from domain.turn import Answer, Ending, Turn

log = logging.getLogger(__name__)

Rule = Literal["off", "input", "output", "both"]

_PATIENCE_SECONDS: Final = 10.0
_SIDE: Final = 1_024  # pixels: enough to see what a picture shows
_UNCHECKED: Final = Text(
    "The AI provider's moderation cannot be reached, so messages are not checked right now. The log says why."
)


class Flagged(UserFacingError):
    """A question that may not be asked. What is told is `Guard.refused`."""

    def __init__(self, categories: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(categories)))
        self.categories = categories


@dataclass(slots=True)
class Check:
    """Of one question: its words are being judged while what it brings is fetched."""

    guard: "Guard"
    words: asyncio.Task[frozenset[str]]
    turn: Turn

    async def passes(self, material: Material) -> None:
        """Looks at what was brought, too: at pictures, and at what was said aloud. Raises `Flagged`."""
        heard = [recording.words for recording in material.recordings if recording.words]
        brought = await self.guard.judged(heard, await self.guard.pictures(material.pictures), self.turn.id)
        categories = await self.words | brought
        if categories:
            log.info("turn %s is not asked: %s", self.turn.id, ", ".join(sorted(categories)))
            raise Flagged(categories)


@dataclass(frozen=True, slots=True)
class Guard:
    """Where moderation cannot be asked, all passes: the admins are told, and it is in the log."""

    moderator: Moderator
    gallery: Gallery
    tell_admins: Callable[[Sentence], None]
    rule: Rule = "off"
    patience_seconds: float = _PATIENCE_SECONDS
    _nothing: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def checks_questions(self) -> bool:
        return self.rule in ("input", "both")

    @property
    def checks_answers(self) -> bool:
        return self.rule in ("output", "both")

    @asynccontextmanager
    async def check(self, turn: Turn) -> AsyncGenerator[Check]:
        """Begins to judge the words of the question."""
        asked = [once(turn.instruction, question(turn))] if self.checks_questions else []
        words = asyncio.create_task(self.judged(asked, (), turn.id))
        try:
            yield Check(self, words, turn)
        finally:
            words.cancel()
            await asyncio.gather(words, return_exceptions=True)

    async def judged(
        self, texts: Sequence[str], pictures: Sequence[PromptPicture], turn_id: int
    ) -> frozenset[str]:
        """The categories; none where it cannot be told, or nothing is to be judged."""
        if not pictures and not any(text.strip() for text in texts):
            return self._nothing
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await self.moderator.judge(texts, pictures)
        except (UserFacingError, TimeoutError) as error:
            log.warning("turn %s goes unchecked: %s: %s", turn_id, type(error).__name__, error)
            self.tell_admins(_UNCHECKED)
            return self._nothing

    async def pictures(self, pictures: Sequence[Picture]) -> Sequence[PromptPicture]:
        """Those that are to be judged, no larger than is needed for that."""
        if not self.checks_questions:
            return ()
        return [shown for one in pictures if (shown := await self._shown(one)) is not None]

    async def _shown(self, picture: Picture) -> PromptPicture | None:
        if picture.url:
            return PromptPicture(None, "", 0, 0, url=picture.url)
        found = await self.gallery.at_hand(picture)
        if found is None:  # then the model does not see it, either
            return None
        small = await self.gallery.small(found, _SIDE)
        return PromptPicture(self.gallery.files.path(small.file), small.media_type, small.width, small.height)

    def refused(self, flagged: Flagged, say: Callable[[Sentence], str]) -> Answer:
        """What stands for the answer to a question that is not asked."""
        return Answer("", Ending.REFUSED, note=wording.of_question(flagged.categories, say))

    async def passed(self, answer: Answer, turn: Turn, say: Callable[[Sentence], str]) -> Answer:
        """The answer, or what stands for one that may not be shown; what it cost is kept."""
        if not self.checks_answers:
            return answer
        categories = await self.judged([answer.text], (), turn.id)
        if not categories:
            return answer
        log.info("the answer of turn %s is not shown: %s", turn.id, ", ".join(sorted(categories)))
        note = wording.of_answer(categories, say)
        return Answer("", Ending.REFUSED, model=answer.model, usage=answer.usage, note=note)

    def preview(self, preview: Preview) -> Preview:
        """How an answer grows: unseen, while it may have to be held back."""
        return _Withheld() if self.checks_answers else preview

    def listener(self, on_text: Callable[[str], None]) -> Callable[[str], None]:
        """Who hears an answer grow: nobody, while it may have to be held back."""
        return _unheard if self.checks_answers else on_text


def was_held_back(answer: Answer) -> bool:
    """Whether the question or the answer broke the rules, so that neither is kept."""
    return answer.ending is Ending.REFUSED and not answer.text


class _Withheld:
    """A preview that shows nothing: the chat says "typing" all the while."""

    def show(self, markdown: str) -> None:
        """Shows nothing."""


def _unheard(_markdown: str) -> None:
    """Nobody listens."""
