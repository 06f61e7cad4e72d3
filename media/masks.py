"""Masks: which part of a picture shall change, by paint, by transparency or by a grid. All of it blocks."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from media.errors import EverythingMarked, NothingMarked, OtherShape
from media.greys import at_least, below, resized
from media.marks import marks_between
from media.pictures import MOST_PIXELS, PictureFile, opened, scaled_size, upright
from media.regions import Region, drawn, regions

MOST_MASK_BYTES = 4_000_000  # less than 4 MB: reference of the images API
GRID = 3

_HUGE = 1_000_000
_COMPARED_SIDE = 1_024
_SHAPE_TOLERANCE = 0.03
_SMALLEST_SHARE, _LARGEST_SHARE = 0.000_02, 0.97
_HALF = 128

Size = tuple[int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Mask:
    """`shape` (mode L) is as large as the picture: 255 where it shall change, else 0.

    `box` encloses that (left, top, right, bottom in pixels), `share` is how much of the picture it is.
    """

    shape: Image.Image
    box: Box
    share: float

    @classmethod
    def of(cls, shape: Image.Image) -> "Mask":
        """Raises `NothingMarked` and `EverythingMarked`: neither tells what to change."""
        box = shape.getbbox()
        share = shape.histogram()[255] / (shape.width * shape.height)
        if box is None or share < _SMALLEST_SHARE:
            raise NothingMarked(f"{share:.5f}")
        if share > _LARGEST_SHARE:
            raise EverythingMarked(f"{share:.5f}")
        return cls(shape, box, share)

    @property
    def has_inside(self) -> bool:
        """True if it encloses something that is not part of it, as a ring does."""
        return bool(_holes(self.shape))

    def with_inside(self) -> "Mask":
        """With all that it encloses."""
        return Mask.of(ImageChops.lighter(self.shape, drawn(self.shape.size, _holes(self.shape))))

    def fitted(self, size: Size) -> "Mask":
        """For a picture of that size. Raises `OtherShape` if its sides are in another proportion."""
        check_shape(self.shape.size, size)
        return Mask.of(at_least(resized(self.shape, size), _HALF))


def check_shape(one: Size, other: Size) -> None:
    """Raises `OtherShape` unless both sizes have the same proportions."""
    skew = one[0] * other[1] / (one[1] * other[0])
    rounding = 1 / min(*one, *other)
    if abs(skew - 1) > _SHAPE_TOLERANCE + rounding:
        raise OtherShape(f"{one[0]} x {one[1]} and {other[0]} x {other[1]}")


def painted(original: Path, painted_over: Path) -> Mask:
    """What of `original` was painted over in the copy, which may be smaller, larger and compressed again.

    As large as the upright original. Raises `NothingMarked`, `EverythingMarked`, `OtherShape`, and what
    `media.pictures.prepare` raises.
    """
    before, after = _loaded(original), _loaded(painted_over)
    check_shape(before.size, after.size)
    width, height = min(before.size, after.size)
    size = scaled_size(width, height, _COMPARED_SIDE, _COMPARED_SIDE)
    marks = marks_between(resized(before, size), resized(after, size))
    return Mask.of(at_least(resized(marks, before.size), _HALF))


def transparent(path: Path) -> Mask:
    """The transparent part of a picture. Raises like `painted`, where it has none `NothingMarked`."""
    with opened(path, MOST_PIXELS) as image:
        whole = upright(image, _HUGE, _HUGE)
    if whole.mode != "RGBA":
        raise NothingMarked(f"no transparency in {whole.mode}")
    return Mask.of(below(whole.getchannel("A"), _HALF))


def has_transparency(path: Path) -> bool:
    """True if a good part of the picture can be looked through. Raises like `painted`."""
    with opened(path, MOST_PIXELS) as image:
        whole = upright(image, _COMPARED_SIDE, _COMPARED_SIDE)
    if whole.mode != "RGBA":
        return False
    clear = whole.getchannel("A").histogram()
    return sum(clear[:_HALF]) >= _SMALLEST_SHARE * whole.width * whole.height


def grid(size: Size, cells: Collection[int]) -> Mask:
    """These of nine cells, numbered from 0 in reading order. Raises `NothingMarked`, `EverythingMarked`."""
    shape = Image.new("L", size)
    for cell in cells:
        shape.paste(255, cell_box(size, cell))
    return Mask.of(shape)


def cell_box(size: Size, cell: int) -> Box:
    """Where a cell of the grid is: left, top, right, bottom in pixels."""
    row, column = divmod(cell, GRID)
    width, height = size
    return (
        width * column // GRID,
        height * row // GRID,
        width * (column + 1) // GRID,
        height * (row + 1) // GRID,
    )


def write(mask: Mask, target: Path) -> PictureFile:
    """Writes what image models take: a PNG as large as the picture, fully transparent where it shall change."""
    picture = Image.new("RGBA", mask.shape.size)
    picture.putalpha(ImageChops.invert(mask.shape))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")  # the smallest there is would take half a minute
    if buffer.tell() >= MOST_MASK_BYTES:  # shreds that no compression makes small
        smoothed = at_least(mask.shape.filter(ImageFilter.BoxBlur(4)), _HALF)
        return write(Mask.of(smoothed), target)
    target.write_bytes(buffer.getvalue())
    return PictureFile(target, "image/png", *picture.size, buffer.tell())


def _loaded(path: Path) -> Image.Image:
    """The picture as it is seen, on white where it is transparent."""
    with opened(path, MOST_PIXELS) as image:
        whole = upright(image, _HUGE, _HUGE)
    if whole.mode == "RGBA":
        seen = Image.new("RGB", whole.size, "white")
        seen.paste(whole, mask=whole.getchannel("A"))
        return seen
    return whole.convert("RGB")


def _holes(shape: Image.Image) -> list[Region]:
    outside = regions(ImageChops.invert(shape), diagonal=False)
    return [region for region in outside if not region.touches_edge(*shape.size)]
