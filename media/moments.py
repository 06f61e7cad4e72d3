"""Moments of a moving picture: when they are, and how they look, decoded in bounded time and memory."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from domain.errors import Unreadable
from media import containers
from media.kinds import kind_of
from media.libraries import Image, ffmpeg

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_THOROUGH_PIXELS = 2_000_000_000  # of all frames: some 5 s of decoding; beyond, only key frames are looked at
_ANIMATION_PIXELS = 400_000_000  # likewise, for Pillow, which is slower
_FRAMES_UNTIL_SEEN = 40  # decoders hold frames back; after that many there is no picture to be had
_FRAMES_A_SECOND = 30  # where a file does not say
_MICROSECONDS = 1_000_000
_MS = 1_000
_ANIMATIONS = {"image/gif", "image/webp"}
_DAMAGE = (OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, struct.error)
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # FFmpeg's own decoders drop transparency


class Moment(NamedTuple):
    """A frame that has been decoded.

    `picture(most)` is its image, upright, on white, no side longer than that; ask before the next moment.
    """

    at_seconds: float
    picture: Callable[[int], Image.Image]


def moments(path: Path, looks: int) -> Iterator[Moment]:
    """The frames of a video or an animation in their order: all of them, or some `looks` if those are too many.

    What is broken is left out. Raises `Unreadable` if it cannot be opened; yields nothing if no frame is left.
    """
    return _animated(path) if is_animation(path) else _filmed(path, looks)


def is_animation(path: Path) -> bool:
    """Whether it is a GIF or a WebP, still or moving, which Pillow reads."""
    return kind_of(path).media_type in _ANIMATIONS


def _filmed(path: Path, looks: int) -> Iterator[Moment]:
    duration = containers.duration_seconds(path)
    with containers.opened(path) as container:
        stream = containers.picture_of(container)
        if stream is None:
            raise Unreadable("no moving picture")
        pixels = max(1, stream.codec_context.width * stream.codec_context.height)
        budget = max(1, _THOROUGH_PIXELS // pixels)
        expected = stream.frames or int(duration * (stream.average_rate or _FRAMES_A_SECOND))
        if expected <= budget:
            yield from _thorough(container, stream, budget)
        else:
            yield from _leaping(container, stream, budget, [duration * look / looks for look in range(looks)])


def _thorough(container: InputContainer, stream: VideoStream, budget: int) -> Iterator[Moment]:
    """Every frame; no more than a file that lies about their number may cost."""
    for count, frame in enumerate(_frames(container, stream)):
        if count >= budget:
            return
        yield _moment(frame, stream)


def _leaping(
    container: InputContainer, stream: VideoStream, budget: int, times: list[float]
) -> Iterator[Moment]:
    """The key frames before those times; the beginning alone if the file cannot be searched."""
    latest = -1.0
    found = 0
    for seconds in times:
        try:
            container.seek(int(seconds * _MICROSECONDS) + (container.start_time or 0))
        except ffmpeg.FFmpegError:
            continue
        frame = _first_whole(_frames(container, stream))
        moment = _moment(frame, stream) if frame else None
        if moment and moment.at_seconds > latest:
            latest = moment.at_seconds
            found += 1
            yield moment
    if found <= 1:
        container.seek(0)
        yield from (moment for moment in _thorough(container, stream, budget) if moment.at_seconds > latest)


def _first_whole(frames: Iterator[VideoFrame]) -> VideoFrame | None:
    for count, frame in enumerate(frames):
        if not frame.is_corrupt or count >= _FRAMES_UNTIL_SEEN:
            return frame
    return None


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    decoder = _ALPHA_DECODERS.get(stream.codec_context.name)
    if decoder is None or stream.metadata.get("alpha_mode") != "1":
        return containers.pictures(container, stream)
    return _with_alpha(container, stream, decoder)


def _with_alpha(container: InputContainer, stream: VideoStream, decoder: str) -> Iterator[VideoFrame]:
    context = cast(Any, ffmpeg.CodecContext.create(decoder, "r"))
    context.options = {"max_pixels": str(containers.MOST_PIXELS)}
    for packet in containers.packets(container, cast("Stream", stream)):
        try:
            yield from context.decode(packet if packet.size else None)
        except ffmpeg.FFmpegError:
            continue


def _moment(frame: VideoFrame, stream: VideoStream) -> Moment:
    first = float((stream.start_time or 0) * (stream.time_base or 0))
    at = max(0.0, (frame.time or 0.0) - first) if frame.pts is not None else 0.0
    return Moment(at, partial(_image, frame, float(stream.sample_aspect_ratio or 1)))


def _image(frame: VideoFrame, aspect: float, most: int) -> Image.Image:
    """The frame as it is shown, scaled while its colours are converted."""
    width, height = scaled(frame.width * (aspect if aspect > 0 else 1), frame.height, most)
    kind = "RGBA" if any(component.is_alpha for component in frame.format.components) else "RGB"
    small = frame.reformat(
        width=width, height=height, format="rgba" if kind == "RGBA" else "rgb24", interpolation="AREA"
    )
    plane = small.planes[0]
    image = Image.frombytes(kind, (width, height), bytes(plane), "raw", kind, plane.line_size, 1)
    return on_white(image).rotate(frame.rotation, expand=True)


def _animated(path: Path) -> Iterator[Moment]:
    with _pillow(path) as image:
        at_ms = 0.0
        left = _ANIMATION_PIXELS
        while left > 0:
            try:
                image.load()
            except _DAMAGE:
                return  # the rest is missing
            yield Moment(at_ms / _MS, partial(_still, image))
            at_ms += float(image.info.get("duration") or 0)
            left -= image.width * image.height
            try:
                image.seek(image.tell() + 1)
            except _DAMAGE:
                return


@contextmanager
def _pillow(path: Path) -> Generator[Image.Image]:
    try:
        with Image.open(path, formats=("GIF", "WEBP")) as image:
            if image.width * image.height > containers.MOST_PIXELS:
                raise Unreadable(f"an animation of {image.width}x{image.height}")
            yield image
    except (*_DAMAGE, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(type(error).__name__) from error


def _still(image: Image.Image, most: int) -> Image.Image:
    return resized(on_white(image.convert("RGBA")), scaled(image.width, image.height, most))


def on_white(image: Image.Image) -> Image.Image:
    """Without transparency."""
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image in that size, every pixel of it counted."""
    return cast(Any, image).resize(size, Image.Resampling.BOX)  # half typed where there is no numpy


def scaled(width: float, height: float, most: int) -> tuple[int, int]:
    """A size of the same shape with no side longer than that, never larger than it is and never 0."""
    scale = min(1.0, most / max(width, height, 1))
    return max(1, round(width * scale)), max(1, round(height * scale))
