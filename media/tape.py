"""Spoken pieces as they become files: joined and encoded while they come, in parts only if need be."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from domain.speech import SoundFormat
from media.encoding import SUFFIXES, SoundWriter
from media.joining import Joiner
from media.sound import RATE, pcm_of, seconds_of
from media.speed import at_speed

_MOST_BYTES = 45_000_000  # Telegram takes 50 MB from a bot
_BYTES_A_SECOND: dict[SoundFormat, int] = {"opus": 4_500, "mp3": 8_200, "aac": 9_000, "flac": 2 * RATE}


@dataclass(frozen=True, slots=True)
class Reel:
    """A file of sound."""

    path: Path
    seconds: float


class Tape:
    """Called from threads, one call at a time; `end` or `discard` it."""

    def __init__(self, folder: Path, format_: SoundFormat, *, most_seconds: float | None = None) -> None:
        self._folder = folder
        self._format: SoundFormat = format_
        self._most_seconds = most_seconds or _MOST_BYTES / _BYTES_A_SECOND.get(format_, 2 * RATE)
        self._joiner = Joiner()
        self._reels: list[Reel] = []
        self._open = ExitStack()
        self._writer: SoundWriter | None = None
        self._path = folder

    def add(self, sound: bytes, format_: SoundFormat, *, speed: float = 1.0) -> None:
        """Puts a piece behind those before, so many times as fast. Raises `Unreadable`."""
        pcm = self._joiner.add(at_speed(pcm_of(sound, format_), speed))
        if not pcm:
            return
        if self._writer is not None and self._writer.seconds + seconds_of(pcm) > self._most_seconds:
            self._finish()
        if self._writer is None:
            self._path = self._folder / f"{len(self._reels)}{SUFFIXES[self._format]}"
            self._writer = self._open.enter_context(SoundWriter(self._path, self._format))
        self._writer.write(pcm)

    def end(self) -> tuple[Reel, ...]:
        """The files in order; none if nothing was to be heard."""
        self._finish()
        return tuple(self._reels)

    def discard(self) -> None:
        """Nothing of it is wanted any more."""
        self._finish()
        for reel in self._reels:
            reel.path.unlink(missing_ok=True)
        self._reels.clear()
        self._joiner = Joiner()

    def _finish(self) -> None:
        if self._writer is not None:
            self._open.close()
            self._reels.append(Reel(self._path, self._writer.seconds))
            self._writer = None
