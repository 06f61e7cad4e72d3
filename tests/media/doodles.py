"""Pictures as people draw on them: originals of several kinds, strokes, and what Telegram makes of it."""

import io
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from tests.media.making import photo

Colour = tuple[int, int, int]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stroke:
    """From one point to another, both as shares of the sides; `width` in pixels."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: int
    colour: Colour | str

    def points(self, size: Size) -> list[tuple[float, float]]:
        return [(x * size[0], y * size[1]) for x, y in (self.start, self.end)]


def flat(size: Size, colour: Colour | str = "white") -> Image.Image:
    return Image.new("RGB", size, colour)


def print_(size: Size) -> Image.Image:
    """Small print in several colours: the hardest there is for JPEG."""
    page, chance = flat(size), random.Random(1)
    draw = ImageDraw.Draw(page)
    for top in range(0, size[1], 14):
        words = "".join(chance.choice("abcdefghijk lmnop") for _ in range(size[0] // 6))
        draw.text((3, top), words, fill=chance.choice(["black", "red", "blue"]))
    return page


def noisy(size: Size) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 60) for _ in range(3)])


def original(kind: str, size: Size) -> Image.Image:
    match kind:
        case "photo":
            return photo(*size)
        case "print":
            return print_(size)
        case "noise":
            return noisy(size)
        case _:
            return flat(size, ImageColor.getrgb(kind)[:3])


def compressed(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as opened:
        return opened.convert("RGB")


def painted_copy(image: Image.Image, strokes: list[Stroke], *, quality: int, scale: float = 1.0) -> Image.Image:
    """The picture downloaded as a JPEG, painted on, scaled and compressed once more."""
    copy = compressed(image, quality)
    draw = ImageDraw.Draw(copy)
    for stroke in strokes:
        draw.line(stroke.points(image.size), fill=stroke.colour, width=stroke.width, joint="curve")
    if scale != 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        copy = copy.resize(size, Image.Resampling.BICUBIC)  # pyright: ignore[reportUnknownMemberType]  # NumPy's types
    return compressed(copy, quality)


def truth(size: Size, strokes: list[Stroke], *, grown: int = 0) -> Image.Image:
    """255 where the strokes are, `grown` by so many pixels, or shrunk where that is negative."""
    shape = Image.new("L", size)
    draw = ImageDraw.Draw(shape)
    for stroke in strokes:
        draw.line(stroke.points(size), fill=255, width=stroke.width, joint="curve")
    if grown > 0:
        return shape.filter(ImageFilter.MaxFilter(2 * grown + 1))
    return shape.filter(ImageFilter.MinFilter(-2 * grown + 1)) if grown else shape


def saved(image: Image.Image, path: Path, format_: str = "PNG") -> Path:
    image.save(path, format_)
    return path


def count(shape: Image.Image) -> int:
    return shape.histogram()[255]
