"""Pictures as phones, screens and mischief make them."""

import random
from pathlib import Path

from PIL import Image, ImageDraw


def photo(width: int, height: int) -> Image.Image:
    """Textured like a photo: soft shapes, noise on top."""
    soft = Image.effect_noise((max(1, width // 16), max(1, height // 16)), 90)
    grain = Image.effect_noise((width, height), 12)
    shapes = soft.resize((width, height), Image.Resampling.BICUBIC)  # pyright: ignore[reportUnknownMemberType]  # NumPy's
    turned = shapes.transpose(Image.Transpose.ROTATE_180)
    return Image.merge("RGB", (Image.blend(shapes, grain, 0.3), Image.blend(turned, grain, 0.3), grain))


def four_corners(width: int, height: int) -> Image.Image:
    """Red, green, blue and white from the top left, clockwise: it shows how it was turned."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill="red")
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill="green")
    draw.rectangle((width // 2, height // 2, width, height), fill="blue")
    return image


def corner_names(path: Path) -> str:
    """The corners of a written picture, clockwise from the top left: r, g, b, w."""
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    right, bottom = image.width - 2, image.height - 2
    return "".join(_name(image, at) for at in ((1, 1), (right, 1), (right, bottom), (1, bottom)))


def _name(image: Image.Image, at: tuple[int, int]) -> str:
    seen = image.getpixel(at)
    assert isinstance(seen, tuple)
    known = {"r": (255, 0, 0), "g": (0, 128, 0), "b": (0, 0, 255), "w": (255, 255, 255)}
    return min(known, key=lambda name: sum(abs(a - b) for a, b in zip(known[name], seen, strict=True)))


def noise(length: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(length)
