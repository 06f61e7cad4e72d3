"""A text read aloud while it is still being written: pieces spoken a few at a time, joined in their order."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from conversation.sentences import pieces, sentences
from conversation.speakable import Say, speakable
from domain.errors import CannotSpeak, SpokeOtherwise
from domain.speech import Manner, SoundFormat, Speaker, Speech
from domain.steps import Steps
from domain.texts import Text
from media.encoding import SUFFIXES
from media.tape import Reel, Tape
from storage.files import Files

log = logging.getLogger(__name__)

AT_ONCE: Final = 3
# Of the first piece, which shall begin soon, of the others at least, and of any at most.
_FIRST_CHARACTERS, _LEAST_CHARACTERS, _MOST_CHARACTERS = 40, 80, 400
_CHARACTERS_A_MINUTE = 900


class TooLongToSpeak(CannotSpeak):
    """More than the operator lets be spoken at once."""

    def __init__(self, characters: int, most: int) -> None:
        super().__init__(f"{characters} characters")
        self.text = Text(
            "That is too long to be read aloud: it would take about {minutes} minutes. I read up to {most} "
            "characters at once.",
            minutes=-(-characters // _CHARACTERS_A_MINUTE),
            most=most,
        )


class NothingToSpeak(CannotSpeak):
    """Neither letters nor digits."""

    text = Text("There is nothing in that which could be read aloud.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is read: in which manner, into which format, and what is said of code and tables (`say`)."""

    manner: Manner
    safety_key: str
    say: Say
    format: SoundFormat = "opus"


@dataclass(frozen=True, slots=True)
class Recording:
    """What was read. `is_doubtful`: a generative model said other words than it was given."""

    reels: tuple[Reel, ...]
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A piece of the text as a file of the media folder."""

    text: str
    file: str
    format: SoundFormat
    speed: float
    is_doubtful: bool


@dataclass(slots=True)
class _Piece:
    text: str
    end: int
    task: "asyncio.Task[_Spoken]"


@dataclass(frozen=True, slots=True)
class Readers:
    """Reads texts aloud. `most_characters` is what is spoken of one text at most."""

    speaker: Speaker
    files: Files
    most_characters: int

    @asynccontextmanager
    async def reading(self, reading: Reading, steps: Steps) -> AsyncGenerator["Recital"]:
        """A text being read until the block is left; what is paid by then is kept in `steps`."""
        async with self.files.workshop() as folder:
            recital = Recital(self, reading, steps, folder)
            try:
                yield recital
            finally:
                await recital.close()


@dataclass(slots=True)
class Recital:
    """Give it the growing text with `grow` and the whole one with `finish`; both may come from anywhere.

    A piece that is spoken is recorded (step `spoken:0`, `spoken:1` …), so that it is not paid again as long as
    the text begins in the same way.
    """

    readers: Readers
    reading: Reading
    steps: Steps
    folder: Path
    _newest: str = ""
    _is_whole: bool = False
    _is_read: bool = True
    _text: str = ""
    _pieces: list[_Piece] = field(default_factory=list["_Piece"])
    _taped: int = 0
    _tape: Tape | None = None
    _doubts: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _work: "asyncio.Task[Recording] | None" = None

    def grow(self, markdown: str) -> None:
        """The text so far. Never waits, never raises."""
        if not self._is_whole:
            self._set(markdown)

    async def finish(self, markdown: str) -> Recording:
        """The recording of the whole text.

        Raises `CannotSpeak` and other `UserFacingError`s, `NothingToSpeak` and `TooLongToSpeak` among them.
        """
        self._is_whole = True
        self._set(markdown)
        assert self._work is not None
        return await asyncio.shield(self._work)

    async def close(self) -> None:
        """Nothing more is spoken, and nothing of it is left but what is recorded."""
        work = [piece.task for piece in self._pieces]
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        if self._tape is not None:
            await asyncio.to_thread(self._tape.discard)

    def _set(self, markdown: str) -> None:
        self._newest, self._is_read = markdown, False
        self._news.set()
        if self._work is None:
            self._work = asyncio.create_task(self._run())

    async def _run(self) -> Recording:
        while True:
            self._news.clear()
            await self._read()
            await self._speak()
            await self._record()
            if self._is_whole and self._is_read and self._taped == len(self._pieces) and not self._left():
                return await self._recorded()
            await self._news.wait()

    async def _read(self) -> None:
        """Takes in what has been written since; what was spoken of another beginning is dropped."""
        if self._is_read:
            return
        markdown, is_whole = self._newest, self._is_whole
        self._is_read = True
        self._text = await asyncio.to_thread(speakable, markdown, self.reading.say, growing=not is_whole)
        if is_whole and not self._text:
            raise NothingToSpeak("neither letters nor digits")
        if len(self._text) > self.readers.most_characters:
            raise TooLongToSpeak(len(self._text), self.readers.most_characters)
        await self._drop_what_changed()

    async def _drop_what_changed(self) -> None:
        kept = self._still_true()
        dropped, self._pieces = self._pieces[kept:], self._pieces[:kept]
        if not dropped:
            return
        log.info("%s spoken pieces are of a text that has changed", len(dropped))
        for piece in dropped:
            piece.task.cancel()
        await asyncio.gather(*(piece.task for piece in dropped), return_exceptions=True)
        if self._taped > kept and self._tape is not None:
            await asyncio.to_thread(self._tape.discard)
            self._taped, self._doubts = 0, False

    def _still_true(self) -> int:
        """How many pieces are what the text begins with."""
        at = 0
        for number, piece in enumerate(self._pieces):
            if self._text[at : piece.end] != piece.text:
                return number
            at = piece.end
        return len(self._pieces)

    def _left(self) -> str:
        """What no piece holds yet; of a growing text, whole sentences only."""
        return self._text[self._pieces[-1].end if self._pieces else 0 :]

    async def _speak(self) -> None:
        """Begins pieces as long as some may be spoken at the same time."""
        while sum(not piece.task.done() for piece in self._pieces) < AT_ONCE:
            most = min(_MOST_CHARACTERS, self.readers.speaker.most_characters)
            found = await self._known() or next(self._ready(most), "")
            if not found:
                return
            end = len(self._text) - len(self._left()) + len(found)
            task = asyncio.create_task(self._spoken(len(self._pieces), found))
            task.add_done_callback(self._on_spoken)
            self._pieces.append(_Piece(found, end, task))

    def _ready(self, most: int) -> Iterator[str]:
        """The next pieces; of a growing text only once there are enough whole sentences."""
        left = self._left()
        least = _FIRST_CHARACTERS if not self._pieces else _LEAST_CHARACTERS
        if self._is_whole and self._is_read:
            return pieces(left, most, least=least)
        together = "".join(sentences(left)[:-1])
        return pieces(together, most, least=least) if len(together) >= least else iter(())

    async def _known(self) -> str:
        """The text of the next piece, if an earlier try has spoken it."""
        known = await _known(self.steps, len(self._pieces))
        if known is None or not self._left().startswith(known.text):
            return ""
        return known.text

    async def _spoken(self, number: int, text: str) -> _Spoken:
        known = await _known(self.steps, number)
        if known is not None and known.text == text and await self.readers.files.has(known.file):
            return known
        speech, is_doubtful = await self._asked(text.strip())
        path = self.folder / f"piece{number}"
        await asyncio.to_thread(path.write_bytes, speech.sound)
        file = await self.readers.files.keep(path, SUFFIXES[speech.format])
        spoken = _Spoken(text, file, speech.format, speech.speed, is_doubtful)
        await self.steps.record(
            _step(number),
            {
                "text": text,
                "file": file,
                "format": speech.format,
                "speed": speech.speed,
                "doubtful": is_doubtful,
            },
        )
        return spoken

    async def _asked(self, text: str) -> tuple[Speech, bool]:
        try:
            speech = await self.readers.speaker.speak(
                text, self.reading.manner, safety_key=self.reading.safety_key
            )
        except SpokeOtherwise as error:
            log.warning("a piece was spoken in other words: %s", error)
            return error.speech, True
        return speech, False

    def _on_spoken(self, _task: "asyncio.Task[_Spoken]") -> None:
        self._news.set()

    async def _record(self) -> None:
        """Tapes what is spoken, in order. Raises what went wrong with a piece."""
        for piece in self._pieces:
            if piece.task.done() and not piece.task.cancelled():
                piece.task.result()
        while self._taped < len(self._pieces) and self._pieces[self._taped].task.done():
            spoken = self._pieces[self._taped].task.result()
            self._doubts = self._doubts or spoken.is_doubtful
            await asyncio.to_thread(self._tape_piece, spoken)
            self._taped += 1

    def _tape_piece(self, spoken: _Spoken) -> None:
        if self._tape is None:
            self._tape = Tape(self.folder, self.reading.format)
        sound = self.readers.files.path(spoken.file).read_bytes()
        self._tape.add(sound, spoken.format, speed=self.reading.manner.speed / spoken.speed)

    async def _recorded(self) -> Recording:
        reels = await asyncio.to_thread(self._tape.end) if self._tape is not None else ()
        if not reels:
            raise CannotSpeak("nothing is to be heard in what was spoken")
        return Recording(reels, self._doubts)


async def _known(steps: Steps, number: int) -> _Spoken | None:
    recorded = await steps.result(_step(number))
    if recorded is None:
        return None
    return _Spoken(
        text=str(recorded["text"]),
        file=str(recorded["file"]),
        format=cast("SoundFormat", recorded["format"]),  # as `_spoken` recorded it
        speed=float(str(recorded["speed"])),
        is_doubtful=bool(recorded["doubtful"]),
    )


def _step(number: int) -> str:
    return f"spoken:{number}"
