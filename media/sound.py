"""Sound read: what a recording holds, how loud it is, and its samples, in windows of constant memory.

PCM is everywhere headerless 16-bit little-endian mono at 24 kHz, as `domain.speech` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Unreadable
from domain.speech import SoundFormat
from media import containers
from media.levels import SAMPLE_BYTES, dbfs, peak, rms, slots
from media.libraries import ffmpeg

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler

RATE = 24_000
BYTES_A_SECOND = RATE * SAMPLE_BYTES
_WINDOW_SECONDS = 5
_LEAST_GAP_SECONDS = 0.2
_SLOT_MS = 50
_SILENT_DBFS = -50.0  # the hiss of a phone's microphone lies below, a whisper into it above
_BARS = 100
_HIGHEST_BAR = 31


@dataclass(frozen=True, slots=True)
class SoundFile:
    """What a file holds. Without sound, `codec` is empty and `channels` and `rate` are 0; `rate` is in Hz."""

    duration_seconds: float
    has_sound: bool
    codec: str
    channels: int
    rate: int
    bytes_: int


def measure(path: Path) -> SoundFile:
    """Looks at a recording or a video; its first sound is decoded to be sure. Raises `Unreadable`."""
    size = path.stat().st_size
    duration = containers.duration_seconds(path)
    with containers.opened(path) as container:
        stream = containers.sound_of(container)
        first = next(containers.sounds(container, stream), None) if stream else None
        if stream is not None and first is not None:
            return SoundFile(
                duration_seconds=duration,
                has_sound=True,
                codec=stream.codec_context.name,
                channels=first.layout.nb_channels,
                rate=first.sample_rate,
                bytes_=size,
            )
        if containers.picture_of(container) is None:
            raise Unreadable(f"neither sound nor picture in {size} bytes")
    return SoundFile(duration, has_sound=False, codec="", channels=0, rate=0, bytes_=size)


def decode(
    source: Path | bytes, *, rate: int = RATE, window_seconds: float = _WINDOW_SECONDS
) -> Iterator[bytes]:
    """The sound of a recording or a video as PCM (at that rate), window by window; the last one is shorter.

    `source` is a file or what one holds. What is broken is left out; raises `Unreadable` if nothing is left.
    """
    with containers.opened(source) as container:
        stream = containers.sound_of(container)
        frames: Iterator[AudioFrame] = containers.sounds(container, stream) if stream else iter(())
        samples = resampled(frames, rate, most_gap_seconds=containers.declared_seconds(container))
        windows = windowed(samples, int(rate * window_seconds) * SAMPLE_BYTES)
        first = next(windows, None)
        if first is None:
            raise Unreadable("no sound")
        yield first
        yield from windows


def pcm_of(speech: bytes, format_: SoundFormat) -> bytes:
    """Speech in any format as PCM. Raises `Unreadable`."""
    return speech if format_ == "pcm" else b"".join(decode(speech))


def is_silent(path: Path) -> bool:
    """Whether nothing in it is as loud as a whisper. Stops at the first sound. Raises `Unreadable`."""
    return all(is_quiet(window) for window in decode(path, window_seconds=1))


def is_quiet(pcm: bytes) -> bool:
    """Whether no twentieth of a second of it is as loud as a whisper."""
    return all(dbfs(rms(slot)) < _SILENT_DBFS for slot in slots(pcm, RATE * _SLOT_MS // 1000))


def waveform(pcm: bytes) -> bytes:
    """A hundred bars of 0 to 31, as Telegram draws a voice message; the loudest bar is 31."""
    samples = len(pcm) // SAMPLE_BYTES
    edges = [samples * bar // _BARS * SAMPLE_BYTES for bar in range(_BARS + 1)]
    peaks = [peak(pcm[start:end]) for start, end in pairwise(edges)]
    highest = max(peaks) or 1
    return bytes(_HIGHEST_BAR * value // highest for value in peaks)


def seconds_of(pcm: bytes) -> float:
    """How long PCM plays."""
    return len(pcm) / BYTES_A_SECOND


def resampled(frames: Iterable[AudioFrame], rate: int, *, most_gap_seconds: float = 0.0) -> Iterator[bytes]:
    """Frames of any kind as mono 16-bit samples; a kind that changes on the way is followed.

    Gaps between the time stamps become silence, so that times in the samples are times in the recording; no
    more of it than said, because a stamp can claim anything.
    """
    resampler: AudioResampler | None = None
    kind: tuple[str, str, int] | None = None
    expected: float | None = None
    for frame in frames:
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or found != kind:
            yield from _rest(resampler)
            resampler, kind = ffmpeg.AudioResampler(format="s16", layout="mono", rate=rate), found
        gap = 0.0 if expected is None or frame.time is None else frame.time - expected
        if _LEAST_GAP_SECONDS < gap <= most_gap_seconds:
            most_gap_seconds -= gap
            yield from _silence(gap, rate)
        if frame.time is not None:
            expected = frame.time + frame.samples / frame.sample_rate
        frame.pts = None  # the gaps are filled, and jumps are not to be heard
        for part in resampler.resample(frame):
            yield samples_of(part)
    yield from _rest(resampler)


def _silence(seconds: float, rate: int) -> Iterator[bytes]:
    samples = int(seconds * rate)
    for start in range(0, samples, rate):
        yield bytes(min(rate, samples - start) * SAMPLE_BYTES)


def samples_of(frame: AudioFrame) -> bytes:
    """The samples of a mono 16-bit frame, without the plane's padding."""
    return bytes(frame.planes[0])[: frame.samples * SAMPLE_BYTES]


def windowed(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in windows of that size; the last one holds what is left."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _rest(resampler: AudioResampler | None) -> Iterator[bytes]:
    flushed: list[AudioFrame | None] = [*resampler.resample(None)] if resampler else []
    for part in flushed:
        if part is not None:  # None comes back where nothing is converted, whatever the stubs say
            yield samples_of(part)
