"""Loudness and slices of PCM (mono, 16-bit): the one place where pydub and audioop are used."""

import math
import warnings
from collections.abc import Iterator
from typing import Protocol, cast

with warnings.catch_warnings():
    # pydub warns of a missing ffmpeg (PyAV decodes here) and, while it is compiled, of its own escapes;
    # audioop, up to Python 3.12, of leaving the standard library.
    warnings.simplefilter("ignore")
    import audioop

    import pydub  # pyright: ignore[reportMissingTypeStubs]  # there are none

SAMPLE_BYTES = 2
LOUDEST = 32_768
SILENCE_DBFS = -math.inf


class Segment(Protocol):
    """What is used of pydub's `AudioSegment`; times are milliseconds, gains decibels."""

    raw_data: bytes
    dBFS: float
    max_dBFS: float

    def __len__(self) -> int: ...
    def __getitem__(self, span: slice) -> "Segment": ...
    def __add__(self, other: "Segment") -> "Segment": ...
    def apply_gain(self, volume_change: float) -> "Segment": ...
    def fade_in(self, duration: int) -> "Segment": ...
    def fade_out(self, duration: int) -> "Segment": ...


def segment(pcm: bytes, rate: int) -> Segment:
    """PCM as pydub handles it; half a sample at the end is left out."""
    whole = pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES]
    made = pydub.AudioSegment(data=whole, sample_width=SAMPLE_BYTES, frame_rate=rate, channels=1)
    return cast(Segment, made)


def rms(pcm: bytes | memoryview) -> int:
    """The root of the mean square of the samples, 0 to 32,768; 0 for nothing."""
    return audioop.rms(pcm, SAMPLE_BYTES) if len(pcm) else 0


def peak(pcm: bytes | memoryview) -> int:
    """The sample that is farthest from 0, without its sign."""
    return audioop.max(pcm, SAMPLE_BYTES) if len(pcm) else 0


def dbfs(value: float) -> float:
    """A level of 0 to 32,768 in decibels below the loudest there can be."""
    return 20 * math.log10(value / LOUDEST) if value > 0 else SILENCE_DBFS


def slots(pcm: bytes, samples: int) -> Iterator[memoryview]:
    """The PCM in slots of so many samples, uncopied; the last one may be shorter."""
    view = memoryview(pcm)[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES]
    size = samples * SAMPLE_BYTES
    return (view[start : start + size] for start in range(0, len(view), size))
