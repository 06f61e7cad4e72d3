"""Sizes of drawings: which one a model offers is nearest to the one that is wished."""

import math
import re

from domain.catalogue import Drawing

STEP = 16
LONGEST_EDGE, FEWEST_PIXELS, MOST_PIXELS, MOST_RATIO = 3_840, 655_360, 8_294_400, 3

_SIZE = re.compile(r"(\d{1,5})\s*[x×*]\s*(\d{1,5})", re.I)
_SMALLEST_EDGE = 1


def sides(size: str) -> tuple[int, int] | None:
    """Width and height of `1024x768`, which may be written with × or *, too; None if it is none."""
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    return (width, height) if width >= _SMALLEST_EDGE and height >= _SMALLEST_EDGE else None


def nearest(size: str, rules: Drawing) -> str:
    """The offered size that is most like this one, first in proportions, then in extent; "" for no size."""
    wished = sides(size)
    if wished is None:
        return ""
    if not rules.sizes:
        width, height = _within_limits(*wished)
        return f"{width}x{height}"
    offered = [(name, found) for name in rules.sizes if (found := sides(name)) is not None]
    return min(offered, key=lambda one: _distance(wished, one[1]))[0] if offered else ""


def _distance(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    proportions = abs(math.log(one[0] / one[1]) - math.log(other[0] / other[1]))
    extent = abs(math.log(one[0] * one[1]) - math.log(other[0] * other[1]))
    return round(proportions, 3), extent


def _within_limits(width: int, height: int) -> tuple[int, int]:
    """Edges in steps, neither too long nor too thin, and neither too few nor too many pixels.

    A legal size stays as it is. The proportions give way by less than a step where they can be had at all.
    """
    if _is_legal(width, height):
        return width, height
    ratio = min(max(width / height, 1 / MOST_RATIO), MOST_RATIO)
    most = min(MOST_PIXELS, LONGEST_EDGE**2 / max(ratio, 1 / ratio))
    area = min(max(width * height, FEWEST_PIXELS), most)
    near = _rounded(math.sqrt(area * ratio)), _rounded(math.sqrt(area / ratio))
    around = [
        (near[0] + across * STEP, near[1] + down * STEP) for across in range(-2, 3) for down in range(-2, 3)
    ]
    legal = [found for found in around if _is_legal(*found)]
    return min(legal, key=lambda found: _distance_in_steps(found, area, ratio))


def _distance_in_steps(found: tuple[int, int], area: float, ratio: float) -> float:
    width, height = found
    return abs(math.log(width / height / ratio)) + abs(math.log(width * height / area))


def _rounded(edge: float) -> int:
    return max(STEP, round(edge / STEP) * STEP)


def _is_legal(width: int, height: int) -> bool:
    return (
        width % STEP == 0
        and height % STEP == 0
        and max(width, height) <= min(LONGEST_EDGE, MOST_RATIO * min(width, height))
        and FEWEST_PIXELS <= width * height <= MOST_PIXELS
    )
