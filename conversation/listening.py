"""Listening: recordings of any length become words, in pieces heard side by side, each paid for once."""

import asyncio
import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from conversation.gallery import Gallery
from conversation.patience import patiently
from conversation.several import AT_ONCE, several
from domain.catalogue import Catalogue
from domain.errors import UserFacingError
from domain.material import Recording
from domain.speech import Hints, Passage, Transcriber, Transcript
from domain.steps import Json, Steps
from domain.texts import Text
from media import encoding, pauses, sound
from media.pauses import Stretch

log = logging.getLogger(__name__)

PIECE_SECONDS = 300
WHOLE_SECONDS = 600  # what is shorter is heard in one call, as it came
_CONTEXT_CHARACTERS = 800
_SHORTEST_ECHO = 20  # characters; less may well have been said
_ENDS = ".!?…。！？؟"

Wanted = Literal["words", "times", "english"]
"""What is asked for: words, words with their times where a model tells them, or words in English."""

_transcript = TypeAdapter(Transcript)
_stretches = TypeAdapter(list[Stretch])


def _nothing_to_tell(_done: int, _all: int) -> None:
    return


def _few() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Asked:
    """How something is listened to. What `steps` know is not heard again.

    `on_progress` is told how many of all pieces are done; `together` bounds the calls of one turn.
    """

    hints: Hints
    steps: Steps
    safety_key: str
    wanted: Wanted = "words"
    on_progress: Callable[[int, int], None] = _nothing_to_tell
    together: asyncio.Semaphore = field(default_factory=_few)


class RecordingTooLong(UserFacingError):
    """More than the operator wants to pay for."""


class _NoTranslation(UserFacingError):
    """Nobody is told: the provider has no call that translates (any more)."""


@dataclass(frozen=True, slots=True)
class Listening:
    """`most_seconds` is how much of recordings one turn may bring.

    What is longer than `whole_seconds` is heard in pieces of at most `piece_seconds`.
    """

    gallery: Gallery
    transcriber: Transcriber
    catalogue: Callable[[], Catalogue]
    most_seconds: float
    whole_seconds: float = WHOLE_SECONDS
    piece_seconds: float = PIECE_SECONDS

    def is_long(self, recording: Recording) -> bool:
        """Whether it is heard in pieces."""
        return recording.seconds > self.whole_seconds

    def gate(self, recording: Recording, before_seconds: float = 0.0) -> None:
        """Raises `RecordingTooLong` where this, after so much else, is more than one turn may bring."""
        if before_seconds + recording.seconds <= self.most_seconds:
            return
        length, most = _clock(before_seconds + recording.seconds), _clock(self.most_seconds)
        price = self.price_microdollars(before_seconds + recording.seconds)
        raise RecordingTooLong(f"{recording.seconds:.0f} s", text=_too_long(length, most, price))

    def price_microdollars(self, seconds: float) -> int | None:
        """What hearing that much costs; None where the catalogue does not know."""
        catalogue = self.catalogue()
        price = catalogue.default("transcription").minute_price if catalogue.of("transcription") else None
        return None if price is None else round(price * seconds / 60)

    async def listen(self, recording: Recording, asked: Asked) -> Transcript | None:
        """What is said in it: an empty text in silence, which is not paid for; None if nobody translates.

        Raises `UserFacingError`; the pieces that were heard by then are recorded.
        """
        path = self.gallery.files.path(recording.file)
        stretches = await self._stretches(recording, path, asked.steps)
        pieces = [_Piece(self, recording, path, stretch, asked) for stretch in stretches]
        try:
            return _joined([piece.offset(heard) for piece, heard in await _all_heard(pieces, asked)])
        except _NoTranslation:
            return None

    async def _stretches(self, recording: Recording, path: Path, steps: Steps) -> Sequence[Stretch]:
        """The pieces that hold any sound."""
        if not self.is_long(recording) and await self._fits(path):
            silent = await self.gallery.work_long(sound.is_silent, path)
            return [] if silent else [Stretch(0.0, recording.seconds)]
        step = f"cuts:{recording.file}"
        recorded = await steps.result(step)
        if recorded is None:
            cut = await self.gallery.work_long(
                pauses.cuts, path, most_seconds=self.piece_seconds, most_bytes=self.transcriber.most_bytes
            )
            recorded = {"cuts": _stretches.dump_python(cut, mode="json")}
            await steps.record(step, recorded)
        return [one for one in _stretches.validate_python(recorded["cuts"]) if not one.is_silent]

    async def _fits(self, path: Path) -> bool:
        size = (await asyncio.to_thread(path.stat)).st_size
        return size <= self.transcriber.most_bytes


@dataclass(frozen=True, slots=True)
class _Piece:
    listening: Listening
    recording: Recording
    path: Path
    stretch: Stretch
    asked: Asked

    async def heard(self, before: str) -> Transcript:
        """What is said in it; `before` is what was said until then, as far as that is known."""
        step = f"heard:{self.asked.wanted}:{self.recording.file}:{self.stretch.start_seconds:.2f}"
        recorded = await self.asked.steps.result(step)
        if recorded is None:
            async with self.asked.together:
                recorded = _as_json(await self._ask(before))
            await self.asked.steps.record(step, recorded)
        return _transcript.validate_python(recorded)

    def offset(self, heard: Transcript) -> Transcript:
        """The same with the times of the whole recording."""
        start = self.stretch.start_seconds
        passages = (
            Passage(one.start_seconds + start, one.end_seconds + start, one.text) for one in heard.passages
        )
        return replace(heard, passages=tuple(passages))

    async def _ask(self, before: str) -> Transcript:
        hints = self.asked.hints
        if before:
            hints = replace(hints, context=before[-_CONTEXT_CHARACTERS:])
        if self._is_whole:
            return await self._call(self.path, hints)
        gallery = self.listening.gallery
        async with gallery.files.workshop() as folder:
            cut = folder / "piece.ogg"
            start, end = self.stretch.start_seconds, self.stretch.end_seconds
            await gallery.work_long(encoding.extract, self.path, cut, start_seconds=start, end_seconds=end)
            return await self._call(cut, hints)

    @property
    def _is_whole(self) -> bool:
        return self.stretch == Stretch(0.0, self.recording.seconds)

    async def _call(self, path: Path, hints: Hints) -> Transcript:
        transcriber = self.listening.transcriber
        if self.asked.wanted == "english":
            translated = await patiently(lambda: transcriber.to_english(path, hints))
            if translated is None:
                raise _NoTranslation
            return _without_echo(translated, hints)
        times = self.asked.wanted == "times"
        key = self.asked.safety_key
        heard = await patiently(lambda: transcriber.transcribe(path, hints, safety_key=key, times=times))
        return _without_echo(heard, hints)


async def _all_heard(pieces: Sequence[_Piece], asked: Asked) -> list[tuple[_Piece, Transcript]]:
    """Every piece with its words, in order.

    The first one is heard alone: it tells the others what it is all about. After a failure those on the way
    are still heard, and recorded, and no others begun.
    """
    heard: dict[int, Transcript] = {}

    async def hear(number: int) -> None:
        told = (heard[at].text for at in range(number - 1, -1, -1) if at in heard)
        heard[number] = await pieces[number].heard(next(filter(None, told), ""))
        asked.on_progress(len(heard), len(pieces))

    asked.on_progress(0, len(pieces))
    if pieces:
        await hear(0)
    await several(range(1, len(pieces)), hear)
    return [(piece, heard[number]) for number, piece in enumerate(pieces)]


def _joined(heard: Sequence[Transcript]) -> Transcript:
    text = ""
    for one in heard:
        text += _between(text, one.text) + one.text
    return Transcript(
        text=text,
        model=heard[0].model if heard else "",
        seconds=sum(one.seconds for one in heard),
        languages=tuple(dict.fromkeys(language for one in heard for language in one.languages)),
        passages=tuple(passage for one in heard for passage in one.passages),
    )


def _between(before: str, after: str) -> str:
    """A new paragraph where a sentence has ended, else a space in the scripts that have them."""
    if not before or not after:
        return ""
    if before[-1] in _ENDS:
        return "\n\n"
    return "" if _is_wide(before[-1]) and _is_wide(after[0]) else " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _without_echo(heard: Transcript, hints: Hints) -> Transcript:
    """Given noise, models repeat what they were told beforehand: that has not been said."""
    words = " ".join(heard.text.split())
    told = (" ".join(hints.context.split()), ", ".join(hints.keywords))
    if len(words) >= _SHORTEST_ECHO and any(words in one for one in told):
        log.info("the model repeated %s characters of its hints", len(words))
        return replace(heard, text="", passages=())
    return heard


def _too_long(length: str, most: str, price_microdollars: int | None) -> Text:
    if price_microdollars is None:
        return Text(
            "That is {length} of recordings; I listen to {most} at once. Please send less.",
            length=length,
            most=most,
        )
    return Text(
        "That is {length} of recordings, which would cost ${price}; "
        "I listen to {most} at once. Please send less.",
        length=length,
        most=most,
        price=f"{price_microdollars / 1_000_000:.2f}",
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _as_json(heard: Transcript) -> Json:
    return _transcript.dump_python(heard, mode="json")
