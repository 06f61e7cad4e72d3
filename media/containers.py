"""Recordings and videos as FFmpeg opens them: nothing but media, one file, and every failure a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from domain.errors import Unreadable
from media.errors import EmptyFile, VideoTooLarge
from media.libraries import ffmpeg

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Playlists, concatenations, session descriptions and images are left out: they can name other files and
# addresses, which a file that a person sends must never make us open.
_FORMATS = (
    "3g2,3gp,aac,aiff,amr,amrnb,amrwb,asf,au,avi,caf,flac,flv,gif,m4a,m4v,matroska,mj2,mov,mp2,mp3,mp4,mpeg,"
    "mpegts,ogg,w64,wav,webm,wv"
)
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
_LEAST_BYTES_A_SECOND = 100  # less than silence takes in any codec: a length that is declared so is a lie
_GUESSING = {
    "aac",
    "mp3",
    "amr",
    "amrnb",
    "amrwb",
    "mpegts",
    "mpeg",
}  # no length in the file: FFmpeg guesses it
_MOST_COUNTED_BYTES = 200_000_000  # of those; larger ones would take too long to count
_BROKEN_IN_A_ROW = 500  # packets; after that many nothing more is expected of a file
_MICROSECONDS = 1_000_000
MOST_PIXELS = 10_000_000  # of a frame, a little more than 4K: decoders hold some 20 of them
_SEEK_EARLIER_SECONDS = 1.0  # codecs need a little run-up to sound right


@contextmanager
def opened(source: Path | bytes) -> Generator[InputContainer]:
    """A file or its content, ready to be read. What FFmpeg raises within becomes `Unreadable`."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise EmptyFile("0 bytes")
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else str(source)
        with ffmpeg.open(file, "r", options=_OPTIONS, metadata_errors="replace") as container:
            yield container
    except ffmpeg.FFmpegError as error:
        raise Unreadable(f"{type(error).__name__} in {size} bytes") from error


def sound_of(container: InputContainer) -> AudioStream | None:
    """The first stream of sound that can be decoded, with one thread so that memory stays small."""
    stream = next((stream for stream in container.streams.audio if _is_known(stream)), None)
    if stream is not None:
        stream.codec_context.thread_count = 1
    return stream


def picture_of(container: InputContainer) -> VideoStream | None:
    """The first moving picture that can be decoded: the cover of a song is none. Raises `VideoTooLarge`."""
    for stream in container.streams.video:
        if _is_known(stream) and not stream.disposition & ffmpeg.Disposition.attached_pic:
            if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
                raise VideoTooLarge(f"{stream.codec_context.width}x{stream.codec_context.height}")
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
            return stream
    return None


def duration_seconds(path: Path) -> float:
    """How long the file plays: as declared if that can be, else counted. 0 if it cannot be told."""
    with opened(path) as container:
        declared = declared_seconds(container)
        size = path.stat().st_size
        is_guess = container.format.name in _GUESSING and size <= _MOST_COUNTED_BYTES
        if declared > 0 and size >= declared * _LEAST_BYTES_A_SECOND and not is_guess:
            return declared
        stream = sound_of(container) or picture_of(container)
        return _counted(container, stream) if stream else 0.0


def declared_seconds(container: InputContainer) -> float:
    """How long the file says it plays, 0 if it does not say."""
    return max(0, container.duration or 0) / _MICROSECONDS


def packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    """The packets of one stream; a broken end is an end."""
    demux = cast(
        "Callable[[Stream], Iterator[Packet[Stream]]]", container.demux
    )  # the stubs know subclasses only
    source = demux(stream)
    while True:
        try:
            packet = next(source)
        except (StopIteration, ffmpeg.FFmpegError):
            return
        yield packet


def sounds(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """What can be decoded of the sound; broken packets are left out."""
    for frame in _decoded(container, stream):
        if isinstance(frame, ffmpeg.AudioFrame) and frame.samples > 0 and frame.sample_rate > 0:
            yield frame


def sounds_between(
    container: InputContainer, stream: AudioStream, start_seconds: float, end_seconds: float | None
) -> Iterator[AudioFrame]:
    """The frames that begin in that stretch, by the time stamps (from the first one of the stream on)."""
    first = float((stream.start_time or 0) * (stream.time_base or 0))
    if start_seconds > _SEEK_EARLIER_SECONDS:
        container.seek(int((first + start_seconds - _SEEK_EARLIER_SECONDS) * _MICROSECONDS))
    for frame in sounds(container, stream):
        at = (frame.time or 0.0) - first
        if end_seconds is not None and at >= end_seconds:
            return
        if at >= start_seconds:
            yield frame


def pictures(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """What can be decoded of the moving picture; broken packets are left out."""
    for frame in _decoded(container, stream):
        if isinstance(frame, ffmpeg.VideoFrame):
            yield frame


def _is_known(stream: Stream) -> bool:
    """Whether there is a decoder; without one PyAV has no context."""
    return cast(Any, stream).codec_context is not None


def _decoded(container: InputContainer, stream: Stream) -> Iterator[object]:
    broken = 0
    for packet in packets(container, stream):
        try:
            frames = packet.decode()
            broken = 0
        except ffmpeg.FFmpegError:
            broken += 1
            if broken > _BROKEN_IN_A_ROW:
                return
            continue
        yield from frames


def _counted(container: InputContainer, stream: Stream) -> float:
    """The length as the packets tell it: the work of reading the file, so only doubtful ones are counted."""
    ticks = 0
    end = 0
    for packet in packets(container, stream):
        length = packet.duration or 0
        ticks += length
        if packet.pts is not None:
            end = max(end, packet.pts + length - (stream.start_time or 0))
    base = float(stream.time_base or 0)
    return (ticks or end) * base
