"""Videos and animations: measured, and shown as a few still frames with their times."""

from dataclasses import dataclass
from pathlib import Path

from domain.errors import Unreadable
from media import containers, moments, scenes, sound

_LOOKS_PER_FRAME = 8
_MOST_LOOKS = 96
_UNSCALED = 1_000_000


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A moving picture. `width` and `height` are as shown; `rotation` (degrees) is already in them."""

    duration_seconds: float
    width: int
    height: int
    has_sound: bool
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A still frame, as a JPEG file."""

    at_seconds: float
    path: Path
    width: int
    height: int


def measure(path: Path) -> VideoFile:
    """Looks at a video, a GIF or a WebP; its first frame is decoded to be sure. Raises `Unreadable`."""
    if moments.is_animation(path):
        return _measure_animation(path)
    duration = containers.duration_seconds(path)
    with containers.opened(path) as container:
        stream = containers.picture_of(container)
        frame = next(containers.pictures(container, stream), None) if stream else None
        if stream is None or frame is None:
            raise Unreadable(f"no moving picture in {path.stat().st_size} bytes")
        size = round(frame.width * float(stream.sample_aspect_ratio or 1)), frame.height
        rotation = frame.rotation
    width, height = size if rotation % 180 == 0 else size[::-1]
    return VideoFile(duration, width, height, sound.measure(path).has_sound, rotation)


def frames(path: Path, folder: Path, *, most: int, long_side: int) -> list[Frame]:
    """At most so many frames that tell what happens: the first, where scenes begin, others evenly between.

    Frames that look alike are left out, so there may be fewer. JPEG files in the folder, upright, transparent
    parts white. A broken end is tolerated; raises `Unreadable` if no frame can be had.
    """
    count = max(most, min(_LOOKS_PER_FRAME * most, _MOST_LOOKS))
    seen = scenes.looks(
        moments.moments(path, count), most=count, long_side=long_side, duration_seconds=_duration(path)
    )
    if not seen:
        raise Unreadable(f"no frame in {path.stat().st_size} bytes")
    return [
        _written(look, folder / f"{number:03}.jpg") for number, look in enumerate(scenes.telling(seen, most))
    ]


def _duration(path: Path) -> float:
    return 0.0 if moments.is_animation(path) else containers.duration_seconds(path)


def _measure_animation(path: Path) -> VideoFile:
    times: list[float] = []
    size = 0, 0
    for moment in moments.moments(path, 1):
        size = size if times else moment.picture(_UNSCALED).size
        times.append(moment.at_seconds)
    if not times:
        raise Unreadable(f"no frame in {path.stat().st_size} bytes")
    last_seconds = (
        times[-1] - times[-2] if len(times) > 1 else 0.0
    )  # like the one before: nothing follows to tell
    return VideoFile(times[-1] + last_seconds, *size, has_sound=False)


def _written(look: scenes.Look, path: Path) -> Frame:
    path.write_bytes(look.jpeg)
    return Frame(look.at_seconds, path, *look.size)
