"""Which frames tell what happens in a video: the first, one for every scene, the rest spread evenly."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from media.libraries import Image, ImageChops
from media.moments import Moment, resized

_JPEG_QUALITY = 85
_THUMBNAIL = (64, 36)
_BINS = 16
_NEW_SCENE = 0.25  # of the colours are others than a moment before
_SAME = 10  # of 255: no part of the picture has changed by more than that, so it is the noise of the codec
_LEAST_STEP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Look:
    """A moment as a JPEG, and small enough to be compared. `colours` has the share of each of 48 ranges."""

    at_seconds: float
    jpeg: bytes
    size: tuple[int, int]
    thumbnail: Image.Image
    colours: tuple[float, ...]


def looks(moments: Iterable[Moment], *, most: int, long_side: int, duration_seconds: float) -> list[Look]:
    """Moments at even distances, at most so many of them; where the length is unknown, they are thinned out."""
    found: list[Look] = []
    step = max(_LEAST_STEP_SECONDS, duration_seconds / most)
    for moment in moments:
        if found and moment.at_seconds < found[-1].at_seconds + step:
            continue
        if len(found) >= most:
            found = found[::2]
            step *= 2
        found.append(_look(moment, long_side))
    return found


def telling(looks: Sequence[Look], most: int) -> list[Look]:
    """The frames that tell most, in their order: never two that look alike next to each other."""
    if not looks:
        return []
    scenes = [later for earlier, later in pairwise(looks) if _change(earlier, later) > _NEW_SCENE]
    chosen = _spread(looks[:1], scenes, most)
    chosen = _spread(chosen, looks, most)
    return sorted(chosen, key=lambda look: look.at_seconds)


def _look(moment: Moment, long_side: int) -> Look:
    image = moment.picture(long_side)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_JPEG_QUALITY)
    thumbnail = resized(image, _THUMBNAIL)
    return Look(moment.at_seconds, file.getvalue(), image.size, thumbnail, _colours(thumbnail))


def _colours(thumbnail: Image.Image) -> tuple[float, ...]:
    histogram = thumbnail.histogram()
    width = 256 // _BINS
    values = 3 * thumbnail.width * thumbnail.height
    return tuple(sum(histogram[at : at + width]) / values for at in range(0, len(histogram), width))


def _change(earlier: Look, later: Look) -> float:
    """The share of the colours that has become another, 0 to 1."""
    return sum(abs(one - other) for one, other in zip(earlier.colours, later.colours, strict=True)) / 2


def _spread(chosen: Sequence[Look], candidates: Sequence[Look], most: int) -> list[Look]:
    """Adds candidates, each time the one farthest from all chosen ones, that differ from their neighbours."""
    result = list(chosen)
    left = [candidate for candidate in candidates if candidate not in result]
    while left and len(result) < most:
        farthest = max(left, key=lambda look: min(abs(look.at_seconds - one.at_seconds) for one in result))
        left.remove(farthest)
        if not any(_alike(farthest, neighbour) for neighbour in _neighbours(farthest, result)):
            result.append(farthest)
    return result


def _neighbours(look: Look, chosen: Sequence[Look]) -> list[Look]:
    """The chosen ones right before and right after."""
    before = [one for one in chosen if one.at_seconds <= look.at_seconds]
    after = [one for one in chosen if one.at_seconds > look.at_seconds]
    return [
        *sorted(before, key=lambda one: one.at_seconds)[-1:],
        *sorted(after, key=lambda one: one.at_seconds)[:1],
    ]


def _alike(one: Look, other: Look) -> bool:
    difference = ImageChops.difference(one.thumbnail, other.thumbnail)
    bands = cast(tuple[tuple[int, int], ...], difference.getextrema())
    return max(highest for _, highest in bands) <= _SAME
