"""Speech made faster or slower at the same pitch, for voices that cannot do so themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from media.levels import SAMPLE_BYTES
from media.libraries import ffmpeg
from media.sound import RATE, samples_of

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

_SLOWEST_STEP = 0.5  # what one filter can do
_FASTEST_STEP = 2.0  # more would skip samples instead of blending them


def at_speed(pcm: bytes, speed: float) -> bytes:
    """The same words (PCM), so many times as fast: 0.25 to 4."""
    if abs(speed - 1) < 0.01 or len(pcm) < SAMPLE_BYTES:
        return pcm
    return b"".join(_stretched(pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES], _steps(speed)))


def _steps(speed: float) -> Iterable[float]:
    """Factors that a filter can do, whose product is that speed."""
    while speed < _SLOWEST_STEP or speed > _FASTEST_STEP:
        step = _SLOWEST_STEP if speed < 1 else _FASTEST_STEP
        yield step
        speed /= step
    yield speed


def _stretched(pcm: bytes, steps: Iterable[float]) -> Iterator[bytes]:
    graph = cast(Any, ffmpeg.Graph())  # its stubs are half typed
    source = graph.add_abuffer(sample_rate=RATE, format="s16", layout="mono", time_base=Fraction(1, RATE))
    filters = [graph.add("atempo", f"{step:.6f}") for step in steps]
    graph.link_nodes(source, *filters, graph.add("abuffersink")).configure()
    second = RATE * SAMPLE_BYTES
    for start in range(0, len(pcm), second):
        graph.push(_frame(pcm[start : start + second], start // SAMPLE_BYTES))
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: Any) -> Iterator[bytes]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, ffmpeg.NoMoreYet):
            return
        yield samples_of(frame)


def _frame(pcm: bytes, at: int) -> AudioFrame:
    frame = ffmpeg.AudioFrame(format="s16", layout="mono", samples=len(pcm) // SAMPLE_BYTES)
    frame.planes[0].update(pcm)
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), at
    return frame
