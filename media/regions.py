"""Connected regions of a black and white picture, found run by run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from media.libraries import Image

SET, CLEAR = 255, 0

_RUN = re.compile(b"\xff+")


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours in a row: from `left` up to, without, `right`."""

    row: int
    left: int
    right: int


@dataclass(slots=True)
class Region:
    """A connected region; `strength` is how much of it is set in the second picture, too. In pixels."""

    runs: list[Run] = field(default_factory=list[Run])
    area: int = 0
    strength: int = 0

    def touches_edge(self, width: int, height: int) -> bool:
        return any(run.row in (0, height - 1) or run.left == 0 or run.right == width for run in self.runs)


def regions(image: Image.Image, strong: Image.Image | None = None, *, diagonal: bool = True) -> list[Region]:
    """The regions of `image` (mode L, 0 or 255); `diagonal`: pixels that touch at a corner are connected."""
    width, height = image.size
    pixels, strength = image.tobytes(), strong.tobytes() if strong is not None else None
    found: list[Run] = []
    parents: list[int] = []
    above: list[int] = []
    for row in range(height):
        start = row * width
        spans = _RUN.finditer(pixels, start, start + width)
        current: list[int] = []
        for span in spans:
            current.append(len(found))
            parents.append(len(found))
            found.append(Run(row, span.start() - start, span.end() - start))
        _join(found, parents, above, current, 1 if diagonal else 0)
        above = current
    return _gathered(found, parents, strength, width)


def drawn(size: tuple[int, int], chosen: Iterable[Region]) -> Image.Image:
    """A picture of that size in which these regions are set."""
    width, height = size
    pixels = bytearray(width * height)
    for region in chosen:
        for run in region.runs:
            start = run.row * width
            pixels[start + run.left : start + run.right] = b"\xff" * (run.right - run.left)
    return Image.frombytes("L", size, bytes(pixels))


def _join(found: list[Run], parents: list[int], above: list[int], current: list[int], reach: int) -> None:
    """Connects the runs of a row to those of the row above that touch them; both are in order."""
    first = 0
    for number in current:
        run = found[number]
        while first < len(above) and found[above[first]].right + reach <= run.left:
            first += 1
        for other in _touching(found, above, first, run.right + reach):
            parents[_root(parents, number)] = _root(parents, other)


def _touching(found: list[Run], above: list[int], first: int, before: int) -> Iterator[int]:
    for number in above[first:]:
        if found[number].left >= before:
            return
        yield number


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _gathered(found: list[Run], parents: list[int], strength: bytes | None, width: int) -> list[Region]:
    by_root: dict[int, Region] = {}
    for number, run in enumerate(found):
        region = by_root.setdefault(_root(parents, number), Region())
        region.runs.append(run)
        region.area += run.right - run.left
        if strength is not None:
            start = run.row * width
            region.strength += strength.count(SET, start + run.left, start + run.right)
    return list(by_root.values())
