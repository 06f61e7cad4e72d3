"""Sound written: PCM and recordings as voice messages and as files, encoded while they come."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from domain.errors import Unreadable
from domain.speech import SoundFormat
from media import containers, sound
from media.levels import SAMPLE_BYTES
from media.libraries import ffmpeg

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

VOICE_BITRATE = 32_000  # bits a second; what Telegram's own recorder takes
_HEARING_BITRATE = 24_000
_HEARING_RATE = 16_000  # Hz; what transcription models listen at
HEARING_BYTES_A_SECOND = 4_000  # what a second of `extract` takes at the very most, container and all
_FRAME_SECONDS = 0.1


class _Coding(NamedTuple):
    muxer: str
    codec: str
    rate: int
    bitrate: int | None = None
    options: tuple[tuple[str, str], ...] = ()


_OPUS = _Coding("ogg", "libopus", 48_000, VOICE_BITRATE, (("application", "voip"),))
_HEARING_OPTIONS = (("application", "voip"), ("vbr", "constrained"), ("frame_duration", "60"))
_HEARING = _Coding("ogg", "libopus", _HEARING_RATE, _HEARING_BITRATE, _HEARING_OPTIONS)
_CODINGS: dict[SoundFormat, _Coding] = {
    "opus": _OPUS,
    "mp3": _Coding("mp3", "libmp3lame", sound.RATE, 64_000),
    "aac": _Coding("ipod", "aac", sound.RATE, 64_000),
    "flac": _Coding("flac", "flac", sound.RATE),
    "wav": _Coding("wav", "pcm_s16le", sound.RATE),
}
SUFFIXES: dict[SoundFormat, str] = {
    "pcm": ".pcm",
    "wav": ".wav",
    "opus": ".ogg",
    "mp3": ".mp3",
    "aac": ".m4a",  # Telegram plays AAC in this container only
    "flac": ".flac",
}


class SoundWriter:
    """A file of sound that grows as PCM comes, so that little is left to do at the end.

    `with SoundWriter(path, "opus") as writer: writer.write(pcm)`; the file is complete after the block, and
    gone if that failed. `seconds` is what was written.
    """

    def __init__(self, target: Path, format_: SoundFormat, *, bitrate: int | None = None) -> None:
        coding = _CODINGS[format_]
        self._writer = _Writer(target, coding._replace(bitrate=bitrate or coding.bitrate), sound.RATE)

    @property
    def seconds(self) -> float:
        return self._writer.samples / sound.RATE

    def write(self, pcm: bytes) -> None:
        self._writer.write(pcm)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close(complete=error is None)


def encode(source: Path | bytes, target: Path, format_: SoundFormat, *, bitrate: int | None = None) -> float:
    """A recording or PCM as a file of that format; returns its seconds. Raises `Unreadable`."""
    if format_ == "pcm":
        return _write_pcm(source, target)
    with SoundWriter(target, format_, bitrate=bitrate) as writer:
        for window in _windows(source):
            writer.write(window)
    return writer.seconds


def extract(
    source: Path, target: Path, *, start_seconds: float = 0.0, end_seconds: float | None = None
) -> float:
    """A stretch of a recording's or a video's sound, small and good enough to be transcribed.

    Ogg/Opus, mono, 16 kHz, some 3 KB a second. Returns its seconds. Raises `Unreadable`, leaving no file.
    """
    with _writing(target, _HEARING, _HEARING_RATE) as writer:
        for window in _stretch(source, start_seconds, end_seconds):
            writer.write(window)
        if not writer.samples:
            raise Unreadable(f"no sound between {start_seconds:.0f} s and {end_seconds or 0:.0f} s")
    return writer.samples / _HEARING_RATE


def _windows(source: Path | bytes) -> Iterable[bytes]:
    return sound.windowed([source], sound.BYTES_A_SECOND) if isinstance(source, bytes) else sound.decode(source)


def _write_pcm(source: Path | bytes, target: Path) -> float:
    with target.open("wb") as file:
        written = sum(file.write(window) for window in _windows(source))
    return written / sound.BYTES_A_SECOND


def _stretch(source: Path, start_seconds: float, end_seconds: float | None) -> Iterator[bytes]:
    """PCM at 16 kHz of that stretch; the clock is the time stamps, as the one of `pauses.cuts` is."""
    with containers.opened(source) as container:
        stream = containers.sound_of(container)
        if stream is None:
            return
        frames = containers.sounds_between(container, stream, start_seconds, end_seconds)
        gaps = containers.declared_seconds(container)
        yield from sound.resampled(frames, _HEARING_RATE, most_gap_seconds=gaps)


@contextmanager
def _writing(target: Path, coding: _Coding, rate: int) -> Generator[_Writer]:
    writer = _Writer(target, coding, rate)
    complete = False
    try:
        yield writer
        complete = True
    finally:
        writer.close(complete=complete)


class _Writer:
    """One stream of PCM (mono, 16-bit, of that rate) into one file."""

    def __init__(self, target: Path, coding: _Coding, rate: int) -> None:
        self.samples = 0
        self._target = target
        self._rate = rate
        self._held = b""
        self._container = cast(
            Any, ffmpeg.open(str(target), "w", format=coding.muxer)
        )  # its stubs are half typed
        options = dict(coding.options)
        self._stream: AudioStream = self._container.add_stream(coding.codec, rate=coding.rate, options=options)
        self._stream.codec_context.layout = "mono"
        if coding.bitrate:
            self._stream.codec_context.bit_rate = coding.bitrate

    def write(self, pcm: bytes) -> None:
        held = self._held + pcm
        whole = len(held) // SAMPLE_BYTES * SAMPLE_BYTES
        self._held = held[whole:]
        size = int(self._rate * _FRAME_SECONDS) * SAMPLE_BYTES
        for start in range(0, whole, size):
            self._encode(held[start : min(start + size, whole)])

    def close(self, *, complete: bool) -> None:
        """Ends the file, or takes it away again."""
        try:
            if complete:
                self._mux(None)
        finally:
            self._container.close()
            if not complete:
                self._target.unlink(missing_ok=True)

    def _encode(self, piece: bytes) -> None:
        frame = ffmpeg.AudioFrame(format="s16", layout="mono", samples=len(piece) // SAMPLE_BYTES)
        frame.planes[0].update(piece)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self.samples
        self.samples += frame.samples
        self._mux(frame)

    def _mux(self, frame: AudioFrame | None) -> None:
        self._container.mux(cast(Any, self._stream).encode(frame))  # half typed, too
