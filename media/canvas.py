"""Pictures on their way to a model that draws, and back. All of it blocks: call it in a thread."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.errors import Unreadable
from media.errors import TooManyPixels
from media.greys import at_least, resized, weakened
from media.kinds import Family, kind_of
from media.libraries import Image, ImageChops, ImageDraw, ImageFilter
from media.masks import Mask, cell_box
from media.pictures import MOST_PIXELS, PictureFile, opened, scaled_size, upright

LONGEST_SIDE = 2_048
MOST_SQUARE_BYTES = 4_000_000
SQUARE_SIDES = (1_024, 512, 256)

_MOST_BYTES = 20_000_000  # of the 50 MB that are allowed: they travel base64-coded or as forms
_QUALITIES = (95, 85, 70)
_SHOWN_SIDE = 1_280
_TINT = (255, 0, 160)
_TINT_STRENGTH, _OUTLINE = 0.55, 5
_PHOTO_BYTES, _PHOTO_SIDES, _PHOTO_RATIO = 10_000_000, 10_000, 20  # core.telegram.org/bots/api#sendphoto
_SUFFIXES: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a model has drawn, verified. `is_photo`: Telegram shows it as a photo without loss of substance."""

    media_type: str
    width: int
    height: int
    is_animated: bool
    is_photo: bool

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self.media_type]


def as_input(source: Path, target: Path, *, long_side: int = LONGEST_SIDE) -> PictureFile:
    """Writes a picture as image models take it: upright, without metadata, a PNG or a JPEG within limits.

    What was lossless or is transparent stays so, as a PNG. Raises what `media.pictures.prepare` raises.
    """
    is_lossless = kind_of(source).media_type in ("image/png", "image/gif", "image/bmp", "image/tiff")
    with opened(source, MOST_PIXELS) as image:
        whole = upright(image, long_side, long_side)
    if whole.mode == "RGBA" or is_lossless:
        plain = _bare(whole.convert("RGBA" if whole.mode == "RGBA" else "RGB"))
        encoded = _saved(plain, "PNG")
        if len(encoded) <= _MOST_BYTES:
            return _put(encoded, target, "image/png", plain.size)
        whole = _on_white(plain)
    encoded = b""
    plain = _bare(whole.convert("RGB"))
    for quality in _QUALITIES:
        encoded = _saved(plain, "JPEG", quality=quality)
        if len(encoded) <= _MOST_BYTES:
            break
    return _put(encoded, target, "image/jpeg", plain.size)


def as_square(source: Path, target: Path) -> PictureFile:
    """Writes what the first image models demanded: a square RGBA PNG under 4 MB, bars on its short sides."""
    with opened(source, MOST_PIXELS) as image:
        whole = upright(image, SQUARE_SIDES[0], SQUARE_SIDES[0]).convert("RGBA")
    for side in SQUARE_SIDES:
        encoded = _saved(_squared(whole, side, "white"), "PNG", optimize=True)
        if len(encoded) < MOST_SQUARE_BYTES:
            return _put(encoded, target, "image/png", (side, side))
    raise TooManyPixels("no square of it is small enough")


def squared_mask(mask: Mask, side: int) -> Mask:
    """The mask for the square that `as_square` makes of its picture."""
    shape = Image.new("L", (side, side))
    small = at_least(resized(mask.shape, _within(mask.shape.size, side)), 128)
    shape.paste(small, _centred(small.size, side))
    return Mask.of(shape)


def verified(path: Path) -> Drawn:
    """What a model has sent, decoded to its end. Raises `Unreadable` for all that is no picture of a web."""
    kind = kind_of(path)
    if kind.family is not Family.PICTURE or kind.media_type not in _SUFFIXES:
        raise Unreadable(kind.media_type)
    with opened(path, MOST_PIXELS) as image:
        count = int(getattr(image, "n_frames", 1))
        for number in range(count):
            image.seek(number)
            image.load()
        width, height = image.size
        clear = image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema()[0] != 255
    fits = (
        path.stat().st_size <= _PHOTO_BYTES
        and width + height <= _PHOTO_SIDES
        and max(width, height) <= _PHOTO_RATIO * min(width, height)
    )
    is_animated = count > 1
    return Drawn(kind.media_type, width, height, is_animated, fits and not clear and not is_animated)


def marked(picture: Path, mask: Mask, target: Path) -> PictureFile:
    """The picture with what shall change tinted and outlined, for a person to look at."""
    seen = _shown(picture)
    shape = mask.fitted(seen.size).shape
    tint = Image.new("RGB", seen.size, _TINT)
    seen.paste(tint, mask=weakened(shape, _TINT_STRENGTH))
    outline = ImageChops.subtract(shape.filter(ImageFilter.MaxFilter(_OUTLINE)), shape)
    seen.paste(Image.new("RGB", seen.size, "white"), mask=outline)
    return _put(_saved(seen, "JPEG", quality=88), target, "image/jpeg", seen.size)


def gridded(picture: Path, target: Path, chosen: frozenset[int] = frozenset()) -> PictureFile:
    """The picture under a grid of nine numbered cells, the chosen ones tinted."""
    seen = _shown(picture)
    draw = ImageDraw.Draw(seen, "RGBA")
    thick = max(2, max(seen.size) // 250)
    for cell in range(9):
        left, top, right, bottom = cell_box(seen.size, cell)
        if cell in chosen:
            draw.rectangle((left, top, right, bottom), fill=(*_TINT, round(255 * _TINT_STRENGTH)))
        draw.rectangle((left, top, right, bottom), outline=(255, 255, 255, 230), width=thick)
        _number(draw, str(cell + 1), (left + 3 * thick, top + 3 * thick), max(18, max(seen.size) // 28))
    return _put(_saved(seen, "JPEG", quality=88), target, "image/jpeg", seen.size)


def _number(draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], size: int) -> None:
    draw.text(at, text, fill="white", font_size=size, stroke_width=max(1, size // 10), stroke_fill="black")


def _shown(picture: Path) -> Image.Image:
    with opened(picture, MOST_PIXELS) as image:
        whole = upright(image, _SHOWN_SIDE, _SHOWN_SIDE)
    return _on_white(whole)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return _bare(image.convert("RGB"))
    seen = Image.new("RGB", image.size, "white")
    seen.paste(image, mask=image.getchannel("A"))
    return seen


def _bare(image: Image.Image) -> Image.Image:
    """A copy without comments, texts or profiles that a writer could pick up."""
    plain = Image.new(image.mode, image.size)
    plain.paste(image)
    return plain


def _squared(image: Image.Image, side: int, colour: str) -> Image.Image:
    square = Image.new("RGBA", (side, side), colour)
    small = resized(image, _within(image.size, side), Image.Resampling.LANCZOS)
    square.paste(small, _centred(small.size, side))
    return square


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size that fills the square as far as its proportions allow; it may grow."""
    factor = side / max(size)
    return scaled_size(max(1, round(size[0] * factor)), max(1, round(size[1] * factor)), side, side)


def _centred(size: tuple[int, int], side: int) -> tuple[int, int]:
    return (side - size[0]) // 2, (side - size[1]) // 2


def _saved(image: Image.Image, format_: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def _put(encoded: bytes, target: Path, media_type: str, size: tuple[int, int]) -> PictureFile:
    target.write_bytes(encoded)
    return PictureFile(target, media_type, size[0], size[1], len(encoded))
