"""What is in a file: pictures scaled and recompressed by Pillow, recordings measured by PyAV. It blocks."""

import io
import struct
from dataclasses import dataclass
from typing import Any

import av
from av.error import FFmpegError
from av.stream import Disposition
from PIL import ExifTags, Image, ImageOps

PHOTO_SIDES = (90, 320, 800, 1280, 2560)  # the longer sides that Telegram offers of a photo
THUMBNAIL_SIDE = 320
_PYAV: Any = av  # its types are partial, and wrong about streams
_JPEG_QUALITY = 87
_FRAMES_PER_SECOND = 30
_MOST_FRAMES = 300
_ON_ITS_SIDE = 5  # the orientation of EXIF, from here on
# What Pillow's readers raise over damage, and what they warn of where warnings are errors.
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    struct.error,
    UserWarning,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class NotAPicture(ValueError):
    """These bytes cannot be shown."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG and its size in pixels."""

    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound, film or both. `container` is FFmpeg's name of the format; `frame` the first picture of a film."""

    container: str
    codec: str
    seconds: float
    width: int = 0
    height: int = 0
    title: str = ""
    performer: str = ""
    frame: Picture | None = None

    @property
    def is_mp4(self) -> bool:
        return "mp4" in self.container.split(",")


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height as it is shown; raises `NotAPicture`. Only the head is read."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            return (height, width) if _orientation(image) >= _ON_ITS_SIDE else (width, height)
    except _UNREADABLE as error:
        raise NotAPicture(type(error).__name__) from error


def photo_sizes(content: bytes) -> list[Picture]:
    """The picture in every size that is offered of it, smallest first, without metadata; or `NotAPicture`."""
    shown = _shown(content)
    sizes: list[Picture] = []
    for side in PHOTO_SIDES:
        sizes.append(_scaled(shown, side))
        if max(shown.size) <= side:
            break
    return sizes


def thumbnail(content: bytes) -> Picture:
    """Raises `NotAPicture`."""
    return _scaled(_shown(content), THUMBNAIL_SIDE)


def _shown(content: bytes) -> Image.Image:
    """Upright, on white."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            upright = ImageOps.exif_transpose(image) if _orientation(image) > 1 else image
            if not upright.has_transparency_data:
                return upright.convert("RGB")
            colours = upright.convert("RGBA")
            paper = Image.new("RGBA", colours.size, "white")
            return Image.alpha_composite(paper, colours).convert("RGB")
    except _UNREADABLE as error:
        raise NotAPicture(type(error).__name__) from error


def _orientation(image: Image.Image) -> int:
    """1 is upright; also where the metadata is damaged, of which Pillow warns."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _UNREADABLE:
        return 1
    return found if isinstance(found, int) else 1


def _scaled(image: Image.Image, side: int) -> Picture:
    scaled = image.copy()
    scaled.thumbnail((side, side))
    written = io.BytesIO()
    scaled.save(written, "JPEG", quality=_JPEG_QUALITY)
    return Picture(scaled.width, scaled.height, written.getvalue())


def recording(content: bytes) -> Recording | None:
    """What plays; None if nothing in it does."""
    try:
        with _PYAV.open(io.BytesIO(content), metadata_errors="replace") as opened:
            return _measured(opened)
    except (FFmpegError, ValueError, OSError):
        return None


def _measured(opened: Any) -> Recording | None:
    name = str(opened.format.name)
    films = [one for one in opened.streams.video if not one.disposition & Disposition.attached_pic]
    if name.endswith("_pipe") or not (films or opened.streams.audio):
        return None
    frame = next(opened.decode(films[0]), None) if films else None
    return Recording(
        container=name,
        codec=_codec(opened),
        seconds=_seconds(opened),
        width=frame.width if frame is not None else 0,
        height=frame.height if frame is not None else 0,
        title=_tag(opened, "title"),
        performer=_tag(opened, "artist"),
        frame=None if frame is None else _scaled(frame.to_image(), THUMBNAIL_SIDE),
    )


def _codec(opened: Any) -> str:
    """Of the sound; empty where there is none, or one that FFmpeg does not know."""
    contexts = [stream.codec_context for stream in opened.streams.audio]
    return next((str(context.name) for context in contexts if context is not None), "")


def _seconds(opened: Any) -> float:
    """What the container says; else the end of its last packet."""
    if opened.duration is not None and opened.duration > 0:
        return opened.duration / _PYAV.time_base
    ends = (
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in opened.demux()
        if packet.pts is not None
    )
    return max(ends, default=0.0)


def _tag(opened: Any, name: str) -> str:
    tags = {**opened.metadata}
    for stream in opened.streams.audio:  # where Ogg keeps them
        tags |= stream.metadata
    return next((str(value) for key, value in tags.items() if key.lower() == name), "")


def film_of_gif(content: bytes) -> bytes:
    """A silent MP4 of a GIF, as Telegram keeps them; raises `NotAPicture`."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            frames, ends = _frames(image)
    except _UNREADABLE as error:
        raise NotAPicture(type(error).__name__) from error
    written = io.BytesIO()
    with _PYAV.open(written, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=_FRAMES_PER_SECOND)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        for shown in _paced(frames, ends):
            film.mux(stream.encode(_PYAV.VideoFrame.from_image(shown)))
        film.mux(stream.encode(None))
    return written.getvalue()


def _frames(image: Image.Image) -> tuple[list[Image.Image], list[float]]:
    """The pictures, with even sides as H.264 wants them, and the second at which each one ends."""
    even = (image.width + image.width % 2, image.height + image.height % 2)
    frames: list[Image.Image] = []
    ends: list[float] = []
    for number in range(min(getattr(image, "n_frames", 1), _MOST_FRAMES)):
        image.seek(number)
        frames.append(ImageOps.pad(image.convert("RGB"), even))
        ends.append((ends[-1] if ends else 0.0) + (image.info.get("duration") or 100) / 1000)
    return frames, ends


def _paced(frames: list[Image.Image], ends: list[float]) -> list[Image.Image]:
    """What stands on the screen at every thirtieth of a second."""
    paced: list[Image.Image] = []
    for frame, end in zip(frames, ends, strict=True):
        missing = max(1, round(end * _FRAMES_PER_SECOND) - len(paced))
        paced += [frame] * min(missing, _MOST_FRAMES)
    return paced
