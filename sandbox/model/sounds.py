"""Sound as samples: tones, and the formats it is packed into and taken out of."""

import io
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]

RATE = 24_000
"""Samples per second of what is made here: mono, signed 16 bits, little-endian."""

_LOUDNESS = 0.4 * 32_767
_RAMP_SECONDS = 0.004  # without it a tone begins with a click
_BLOCK_SAMPLES = RATE
_CONTAINERS: dict[str, tuple[str, str, int]] = {
    "mp3": ("mp3", "libmp3lame", RATE),
    "opus": ("ogg", "libopus", 48_000),
    "aac": ("adts", "aac", RATE),
    "flac": ("flac", "flac", RATE),
    "wav": ("wav", "pcm_s16le", RATE),
    "m4a": ("ipod", "aac", RATE),
}


class Unreadable(Exception):
    """There is no sound in these bytes, or it is broken."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording taken out of its container, its tags in lower case."""

    samples: "array[int]"
    rate: int
    container: str
    tags: Mapping[str, str]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def tone(hertz: float, seconds: float) -> bytes:
    """One clean tone; 0 Hz is silence."""
    return _tone(hertz, round(seconds * RATE))


def seconds_of(pcm: bytes) -> float:
    return len(pcm) / 2 / RATE


def encoded(pcm: bytes, kind: str, tags: Mapping[str, str] | None = None) -> bytes:
    """Packed as an API names it (`opus` is Ogg), or as `m4a`; `pcm` stays as it is."""
    if kind == "pcm":
        return pcm
    container, codec, rate = _CONTAINERS[kind]
    file = io.BytesIO()
    opened: Any = av.open(file, "w", format=container)  # PyAV's types leave most of what follows unknown
    with opened as output:
        output.metadata.update(tags or {})
        stream = output.add_stream(codec, rate=rate, layout="mono")
        stream.metadata.update(tags or {})
        resampler = AudioResampler(stream.format.name, "mono", rate, stream.codec_context.frame_size or None)
        for at in range(0, len(pcm), _BLOCK_SAMPLES * 2):
            for frame in resampler.resample(_frame(pcm[at : at + _BLOCK_SAMPLES * 2], at // 2)):
                output.mux(stream.encode(frame))
        for frame in resampler.resample(None):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def decoded(content: bytes, rate: int) -> Recording:
    """The sound at this rate, mono; raises `Unreadable`."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            return _read(container, rate)
    except (FFmpegError, OSError, ValueError) as error:
        raise Unreadable from error


def _read(container: InputContainer, rate: int) -> Recording:
    if not container.streams.audio:
        raise Unreadable
    stream = container.streams.audio[0]
    resampler = AudioResampler("s16", "mono", rate)
    samples = array("h")
    for frame in container.decode(stream):
        _append(samples, resampler.resample(frame))
    _append(samples, resampler.resample(None))
    return Recording(samples, rate, container.format.name, _tags(container, stream))


def _append(samples: "array[int]", frames: list[AudioFrame]) -> None:
    for frame in frames:
        samples.frombytes(bytes(frame.planes[0])[: frame.samples * 2])


def _tags(container: InputContainer, stream: AudioStream) -> dict[str, str]:
    tags = {**container.metadata, **stream.metadata}
    return {name.lower(): value for name, value in tags.items()}


def _frame(pcm: bytes, at: int) -> AudioFrame:
    frame = AudioFrame("s16", "mono", len(pcm) // 2)
    frame.planes[0].update(pcm)
    frame.rate = RATE
    frame.pts = at
    return frame


@lru_cache(maxsize=512)
def _tone(hertz: float, count: int) -> bytes:
    if not hertz:
        return bytes(count * 2)
    step, ramp = 2 * math.pi * hertz / RATE, max(1, min(round(_RAMP_SECONDS * RATE), count // 2))
    samples = (
        round(_LOUDNESS * min(1.0, at / ramp, (count - 1 - at) / ramp) * math.sin(step * at))
        for at in range(count)
    )
    return array("h", samples).tobytes()
