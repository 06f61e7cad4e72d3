"""Real pictures, drawn with Pillow.

A new one has a colour with the prompt written on it: the first colour that the prompt names ("red", "红",
"أحمر"), or else one that is always the same for the same prompt. `n` pictures bear their number. With a mask an
edit fills what is fully transparent there with the colour and leaves the rest as it was, to the pixel; without
one it tints the picture and writes the prompt on it. A prompt for a variation shifts the hue a little instead.
"""

import hashlib
import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Size = tuple[int, int]

_COLOURS: dict[str, tuple[tuple[int, int, int], str]] = {
    "red": ((214, 40, 40), r"\bred\b|红|أحمر|حمراء"),
    "orange": ((240, 140, 30), r"\borange\b|橙|برتقالي"),
    "yellow": ((240, 220, 40), r"\byellow\b|黄|أصفر|صفراء"),
    "green": ((40, 160, 60), r"\bgreen\b|绿|أخضر|خضراء"),
    "cyan": ((40, 200, 200), r"\bcyan\b|青|سماوي"),
    "blue": ((40, 80, 210), r"\bblue\b|蓝|أزرق|زرقاء"),
    "purple": ((130, 50, 190), r"\bpurple\b|紫|بنفسجي"),
    "pink": ((240, 100, 180), r"\bpink\b|粉|وردي"),
    "black": ((20, 20, 20), r"\bblack\b|黑|أسود|سوداء"),
    "white": ((250, 250, 250), r"\bwhite\b|白|أبيض|بيضاء"),
    "grey": ((128, 128, 128), r"\bgr[ea]y\b|灰|رمادي"),
}
_UNNAMED = 8  # of them are taken where the prompt names none
_TINT = 0.35
_SHORTEST_TEXT = 40
_VARIATION = re.compile(r"\bvariations?\b|变体|نسخة مختلفة", re.IGNORECASE)
_FRAMES = 4
_BLUR = 24  # a part of the edge, at the beginning


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn. Without a `size` a changed picture keeps its own."""

    prompt: str
    size: Size | None
    transparent: bool = False


def paint(wish: Wish, number: int) -> Image.Image:
    """A new picture."""
    size, colour = wish.size or (1_024, 1_024), colour_of(wish.prompt)
    if not wish.transparent:
        picture = Image.new("RGB", size, colour)
    else:
        picture = Image.new("RGBA", size, (0, 0, 0, 0))
        ImageDraw.Draw(picture).ellipse(
            (size[0] // 8, size[1] // 8, size[0] * 7 // 8, size[1] * 7 // 8), fill=colour
        )
    _write(picture, wish.prompt, number)
    return picture


def change(
    wish: Wish, images: Sequence[Image.Image], mask: Image.Image | None, markup: Image.Image | None, number: int
) -> Image.Image:
    """A changed picture, as the module says."""
    first = images[0].convert("RGBA" if "A" in images[0].getbands() else "RGB")
    if wish.size is not None:
        first = resized(first, wish.size)
    if mask is not None:
        return _filled(first, mask, wish.prompt)
    if _VARIATION.search(wish.prompt):
        return _shifted(first, number)
    if markup is not None:
        over = resized(markup.convert("RGBA"), first.size)
        first.paste(over, (0, 0), over)
    tinted = Image.blend(first.convert("RGB"), Image.new("RGB", first.size, colour_of(wish.prompt)), _TINT)
    for place, other in enumerate(images[1:]):
        _paste_small(tinted, other, place)
    _write(tinted, wish.prompt, number)
    return tinted


def packed(picture: Image.Image, kind: str, compression: int = 100) -> bytes:
    """The picture as a file: png, jpeg, webp or gif."""
    file = io.BytesIO()
    match kind:
        case "jpeg":
            picture.convert("RGB").save(file, "JPEG", quality=max(1, min(95, compression)))
        case "webp":
            picture.save(file, "WEBP", quality=compression, method=0)
        case "gif":
            frames = [_shifted(picture.convert("RGB"), number) for number in range(_FRAMES)]
            frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
        case _:
            picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def sketches(picture: Image.Image, count: int) -> list[Image.Image]:
    """The picture on its way: the first is hardly to be recognised, each next one is sharper."""
    edge = max(picture.size) / _BLUR
    return [picture.filter(ImageFilter.BoxBlur(edge * (count - number) / count)) for number in range(count)]


def colour_of(prompt: str) -> tuple[int, int, int]:
    found = [
        (match.start(), colour)
        for colour, words in _COLOURS.values()
        if (match := re.search(words, prompt, re.IGNORECASE)) is not None
    ]
    if found:
        return min(found)[1]
    number = hashlib.sha256(prompt.encode("utf-8", "replace")).digest()[0] % _UNNAMED
    return list(_COLOURS.values())[number][0]


def resized(picture: Image.Image, size: Size) -> Image.Image:
    """With hard edges, so that a mask stays one."""
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.NEAREST)  # pyright: ignore[reportUnknownMemberType]  # Pillow's gap


def _mapped(channel: Image.Image, table: list[int]) -> Image.Image:
    return channel.point(table)  # pyright: ignore[reportUnknownMemberType]  # Pillow's gap


def _filled(picture: Image.Image, mask: Image.Image, prompt: str) -> Image.Image:
    alpha = resized(mask.convert("RGBA").getchannel("A"), picture.size)
    hole = _mapped(alpha, [255] + [0] * 255)
    picture.paste(colour_of(prompt), (0, 0), hole)
    return picture


def _shifted(picture: Image.Image, number: int) -> Image.Image:
    hue, saturation, value = picture.convert("RGB").convert("HSV").split()
    shift = 4 + 3 * number  # of 256
    turned = _mapped(hue, [(level + shift) % 256 for level in range(256)])
    return Image.merge("HSV", (turned, saturation, value)).convert("RGB")


def _paste_small(picture: Image.Image, other: Image.Image, place: int) -> None:
    edge = max(1, min(picture.size) // 8)
    small = other.convert("RGB")
    small.thumbnail((edge, edge))
    picture.paste(small, (place * edge % picture.width, picture.height - edge))


def _write(picture: Image.Image, prompt: str, number: int) -> None:
    height = max(10, min(picture.size) // 24)
    font = ImageFont.load_default(height)
    per_line = max(8, int(picture.width * 0.8 / (height * 0.6)))
    lines = textwrap.wrap(prompt[: _SHORTEST_TEXT * 4], per_line)[:6]
    ink = "white" if sum(colour_of(prompt)) < 400 else "black"
    draw = ImageDraw.Draw(picture)
    draw.multiline_text((picture.width // 10, picture.height // 10), "\n".join(lines), fill=ink, font=font)
    draw.text((picture.width * 9 // 10, picture.height * 9 // 10), str(number + 1), fill=ink, font=font)
