"""The guard: questions are checked before the model is asked, answers before they are shown."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from conversation.gallery import Gallery
from conversation.moderation import wording
from conversation.wording import once, question
from domain.engine import PromptPicture
from domain.errors import Unreadable, UserFacingError
from domain.hosting import Place
from domain.material import Material, Picture
from domain.moderation import Moderator
from domain.reply import Preview
from domain.texts import Sentence, Text
from domain.turn import Answer, Ending, Turn
from media.pictures import low
from media.reading.files import blocks_of

log = logging.getLogger(__name__)

Rule = Literal["off", "input", "output", "both"]

_PATIENCE_SECONDS: Final = 10.0
_LONGEST_DOCUMENT: Final = 100_000  # characters, in pieces as the moderation model takes them
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
        """Looks at what was brought, too: pictures, documents, what was said aloud. Raises `Flagged`."""
        categories = await self.words
        if self.guard.checks_questions:
            categories |= await self._brought(material)
        if categories:
            log.info("turn %s is not asked: %s", self.turn.id, ", ".join(sorted(categories)))
            raise Flagged(categories)

    async def _brought(self, material: Material) -> frozenset[str]:
        heard = [recording.words for recording in material.recordings if recording.words]
        lines = [line for brought in material.brought for line in brought.lines]
        texts = [*heard, *lines, *await self.guard.documents(material)]
        return await self.guard.judged(
            texts, await self.guard.pictures(material.pictures), f"turn {self.turn.id}"
        )


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
        words = asyncio.create_task(self.judged(asked, (), f"turn {turn.id}"))
        try:
            yield Check(self, words, turn)
        finally:
            words.cancel()
            await asyncio.gather(words, return_exceptions=True)

    async def check_words(self, turn: Turn) -> None:
        """Of what brings nothing that is shown to a model. Raises `Flagged`."""
        async with self.check(turn) as check:
            await check.passes(Material())

    async def judged(
        self, texts: Sequence[str], pictures: Sequence[PromptPicture], what: str
    ) -> frozenset[str]:
        """The categories; none where it cannot be told, or nothing is to be judged. `what` is for the log."""
        if not pictures and not any(text.strip() for text in texts):
            return self._nothing
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await self.moderator.judge(texts, pictures)
        except (UserFacingError, TimeoutError) as error:
            log.warning("%s goes unchecked: %s: %s", what, type(error).__name__, error)
            self.tell_admins(_UNCHECKED)
            return self._nothing

    async def pictures(self, pictures: Sequence[Picture]) -> Sequence[PromptPicture]:
        """Those that the model sees, no larger than is needed for a judgement."""
        return [shown for one in pictures if (shown := await self._shown(one)) is not None]

    async def documents(self, material: Material) -> Sequence[str]:
        """The words of those that the model reads as files, or finds passages in; each up to a bound."""
        searched = [(one.file, one.name) for one in material.filed if one.place is Place.KNOWLEDGE]
        named = dict.fromkeys([*((one.file, one.name) for one in material.papers), *searched])
        return [
            await self.gallery.work_long(_words, self.gallery.files.path(file), name) for file, name in named
        ]

    async def sources(self, paths: Sequence[Path], what: str) -> frozenset[str]:
        """The categories of pictures that somebody wants changed; none where questions are not checked."""
        return await self._of_files(paths, what) if self.checks_questions else self._nothing

    async def works(self, paths: Sequence[Path], what: str) -> frozenset[str]:
        """The categories of pictures that were made for somebody; none where answers are not checked."""
        return await self._of_files(paths, what) if self.checks_answers else self._nothing

    async def _of_files(self, paths: Sequence[Path], what: str) -> frozenset[str]:
        async with self.gallery.files.workshop() as folder:
            made = [await self._small(path, folder / str(number), what) for number, path in enumerate(paths)]
            return await self.judged((), [one for one in made if one is not None], what)

    async def _small(self, path: Path, target: Path, what: str) -> PromptPicture | None:
        try:
            small = await self.gallery.work(low, path, target, _SIDE)
        except Unreadable as error:
            log.warning("a picture of %s goes unchecked: %s", what, type(error).__name__)
            return None
        return PromptPicture(small.path, small.media_type, small.width, small.height)

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
        categories = await self.judged([answer.text], (), f"turn {turn.id}")
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


def was_not_asked(answer: Answer) -> bool:
    """Whether it was the question that broke the rules: then no model has answered."""
    return was_held_back(answer) and not answer.model


def _words(path: Path, name: str) -> str:
    """The beginning of a document; empty for one without words, which the model cannot read either."""
    words, left = list[str](), _LONGEST_DOCUMENT
    try:
        for block in blocks_of(path, name):
            words.append(block.text[:left])
            left -= len(block.text)
            if left <= 0:
                break
    except (Unreadable, OSError) as error:
        log.info("the words of a document cannot be checked: %s", type(error).__name__)
    return "\n".join(words)


class _Withheld:
    """A preview that shows nothing: the chat says "typing" all the while."""

    def show(self, markdown: str) -> None:
        """Shows nothing."""


def _unheard(_markdown: str) -> None:
    """Nobody listens."""
