"""What browsers record, turned into what Telegram's clients send: voice messages, and round video messages.

Everything here blocks: it decodes and encodes with PyAV.
"""

import io
from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

import av
from av import error as av_error
from av.filter import Graph

VIDEO_NOTE_SIDE = 384  # pixels, as clients record them
BARS = 100
_LOUDEST = 31  # five bits a bar, as in the waveform of Telegram's own
_RATE, _VOICE_BITS = 48_000, 32_000
_LISTENING_RATE = 8_000
_FRAMES_PER_SECOND = 30
_SQUARE = f"crop=min(iw\\,ih):min(iw\\,ih),scale={VIDEO_NOTE_SIDE}:{VIDEO_NOTE_SIDE},fps={_FRAMES_PER_SECOND}"
_UNREADABLE = (av_error.FFmpegError, ValueError, OSError, IndexError)


class NotRecorded(ValueError):
    """This is no recording that can be read."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file, and how long it plays."""

    content: bytes
    seconds: float


def voice(recorded: bytes) -> Recorded:
    """Opus in Ogg, mono, out of whatever holds sound: WebM, MP4, Ogg, WAV. Raises `NotRecorded`."""
    try:
        return _voice(recorded)
    except _UNREADABLE as error:
        raise NotRecorded("this is no recording that can be read") from error


def _voice(recorded: bytes) -> Recorded:
    written = io.BytesIO()
    samples = 0
    with _read(recorded) as source, _write(written, "ogg") as ogg:
        stream = _sound_stream(ogg, "libopus", _VOICE_BITS)
        for frame in _sound(source, "s16", _RATE):
            frame.pts, frame.time_base = samples, Fraction(1, _RATE)
            samples += frame.samples
            ogg.mux(stream.encode(frame))
        ogg.mux(stream.encode(None))
    if samples == 0:
        raise NotRecorded("there is no sound in this recording")
    return Recorded(written.getvalue(), samples / _RATE)


def _read(recorded: bytes) -> Any:
    """PyAV's own types know too little of what is in a container."""
    return cast("Any", av.open(io.BytesIO(recorded), metadata_errors="replace"))


def _write(written: io.BytesIO, form: str) -> Any:
    return cast("Any", av.open(written, "w", format=form))


def _sound_stream(container: Any, codec: str, bits: int) -> Any:
    stream = container.add_stream(codec, rate=_RATE, layout="mono")
    stream.bit_rate = bits
    return stream


def _sound(source: Any, form: str, rate: int) -> Any:
    """The frames of the first sound in it, in one form; `source` is an open container."""
    resampler: Any = av.AudioResampler(format=form, layout="mono", rate=rate)
    for frame in source.decode(source.streams.audio[0]):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def waveform(recorded: bytes) -> list[int]:
    """How loud each of a hundred parts of it is, from 0 to 31. Raises `NotRecorded`."""
    samples = array("h")
    try:
        with _read(recorded) as source:
            for frame in _sound(source, "s16", _LISTENING_RATE):
                samples.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
    except _UNREADABLE as error:
        raise NotRecorded("this is no recording that can be read") from error
    borders = [number * len(samples) // BARS for number in range(BARS + 1)]
    parts = [samples[start:end] for start, end in pairwise(borders)]
    peaks = [max(max(part), -min(part)) if part else 0 for part in parts]
    highest = max(*peaks, 1)
    return [peak * _LOUDEST // highest for peak in peaks]


def video_note(recorded: bytes) -> Recorded:
    """A square MP4 out of what a camera recorded; clients show it round. Raises `NotRecorded`."""
    try:
        return _video_note(recorded)
    except _UNREADABLE as error:
        raise NotRecorded("this is no film that can be read") from error


def _video_note(recorded: bytes) -> Recorded:
    written = io.BytesIO()
    with _write(written, "mp4") as film:
        pictures = film.add_stream("libx264", rate=_FRAMES_PER_SECOND, options={"preset": "veryfast"})
        pictures.width = pictures.height = VIDEO_NOTE_SIDE
        pictures.pix_fmt = "yuv420p"
        with _read(recorded) as source:
            sound = _sound_stream(film, "aac", _VOICE_BITS * 2) if source.streams.audio else None
            count = _filmed(source, film, pictures)
        if sound is not None:
            _heard(recorded, film, sound)
    if count == 0:
        raise NotRecorded("there are no pictures in this film")
    return Recorded(written.getvalue(), count / _FRAMES_PER_SECOND)


def _filmed(source: Any, film: Any, stream: Any) -> int:
    """How many pictures were written."""
    graph: Any = None
    count = 0
    for frame in source.decode(source.streams.video[0]):
        graph = graph or _squaring(source.streams.video[0], frame)
        graph.push(frame)
        count += _encoded(graph, film, stream, count)
    if graph is not None:
        graph.push(None)
        count += _encoded(graph, film, stream, count)
    film.mux(stream.encode(None))
    return count


def _squaring(stream: Any, frame: Any) -> Any:
    graph: Any = Graph()
    last = graph.add_buffer(template=stream, width=frame.width, height=frame.height, format=frame.format)
    for step in _SQUARE.replace("\\,", ";").split(","):
        name, _, arguments = step.replace(";", "\\,").partition("=")
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _encoded(graph: Any, film: Any, stream: Any, already: int) -> int:
    count = 0
    while True:
        try:
            frame = graph.pull()
        except (av_error.BlockingIOError, av_error.EOFError):
            return count
        frame.pts, frame.time_base = already + count, Fraction(1, _FRAMES_PER_SECOND)
        film.mux(stream.encode(frame))
        count += 1


def _heard(recorded: bytes, film: Any, stream: Any) -> None:
    samples = 0
    with _read(recorded) as source:
        for frame in _sound(source, "fltp", _RATE):
            frame.pts, frame.time_base = samples, Fraction(1, _RATE)
            samples += frame.samples
            film.mux(stream.encode(frame))
    film.mux(stream.encode(None))
