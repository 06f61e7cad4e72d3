"""Looking at pictures: whether they can be read at all, their size, their colour, and what they cost to see."""

import io
import math
from collections import Counter
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from sandbox.model.errors import ApiError

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}

_LARGEST_BYTES = 50 * 1024 * 1024
_LARGEST_PIXELS = 30_000_000
_PATCH_PIXELS = 32
_LOW_EDGE = 512
_LOOK_EDGE = 32
_HUES = (
    (15, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (200, "cyan"), (260, "blue"),
    (290, "purple"), (335, "pink"), (361, "red"),
)  # fmt: skip
_OTHER_KINDS = ((b"ftyp", 4), (b"<svg", 0), (b"%PDF", 0))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was looked at. `kind` is Pillow's name of the format, `tokens` what seeing it costs."""

    kind: str
    width: int
    height: int
    detail: str
    size_bytes: int
    has_exif: bool
    colour: str

    @property
    def tokens(self) -> int:
        width, height = self.width, self.height
        if self.detail == "low":
            factor = min(1.0, _LOW_EDGE / max(width, height))
            width, height = max(1, round(width * factor)), max(1, round(height * factor))
        return math.ceil(width / _PATCH_PIXELS) * math.ceil(height / _PATCH_PIXELS)

    def as_json(self) -> dict[str, object]:
        return {
            "format": self.kind.lower(),
            "width": self.width,
            "height": self.height,
            "detail": self.detail,
            "bytes": self.size_bytes,
            "exif": self.has_exif,
            "colour": self.colour,
        }

    def __str__(self) -> str:
        return f"{self.width}×{self.height}, mostly {self.colour}"


def look(image: bytes, *, detail: str, param: str) -> Picture:
    """Decodes all of it. Raises `ApiError` with the code OpenAI has for what is wrong."""
    if not image:
        raise _refused(param, "empty_image_file", "The image file is empty.")
    if len(image) > _LARGEST_BYTES:
        raise _refused(param, "image_too_large", "The image is larger than 50 MB.")
    opened = _opened(image, param)
    if opened.width * opened.height > _LARGEST_PIXELS:
        raise _refused(param, "image_too_large", f"The image has more than {_LARGEST_PIXELS:,} pixels.")
    if opened.format not in FORMATS or getattr(opened, "is_animated", False):
        raise _unknown_format(param)
    try:
        opened.load()
        colour = _colour(opened)
    except (OSError, SyntaxError, ValueError) as error:
        message = "The image could not be parsed. It may be corrupt or incomplete."
        raise _refused(param, "image_parse_error", message) from error
    return Picture(
        opened.format, opened.width, opened.height, detail, len(image), bool(opened.getexif()), colour
    )


def colour_name(red: int, green: int, blue: int) -> str:
    """The plain word for a colour, each channel 0 to 255."""
    low, high = min(red, green, blue), max(red, green, blue)
    if high < 50:
        return "black"
    if high - low < 40:
        return "white" if low > 200 else "grey"
    middle = (high - low) / 60
    if high == red:
        hue = (green - blue) / middle % 360
    elif high == green:
        hue = 120 + (blue - red) / middle
    else:
        hue = 240 + (red - green) / middle
    return next(name for limit, name in _HUES if hue < limit)


def _opened(image: bytes, param: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(param, "image_too_large", "The image has far too many pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if any(image[at : at + len(mark)] == mark for mark, at in _OTHER_KINDS):
            raise _unknown_format(param) from error
        message = "The image data you provided does not represent a valid image. Please check your input."
        raise _refused(param, "invalid_image", message) from error


def _colour(picture: Image.Image) -> str:
    """The word that fits most of it; what is transparent counts as white."""
    small = picture.convert("RGBA")
    small.thumbnail((_LOOK_EDGE, _LOOK_EDGE), Image.Resampling.BOX)
    white = Image.new("RGBA", small.size, "white")
    pixels = Image.alpha_composite(white, small).convert("RGB").tobytes()
    names = Counter(colour_name(*pixels[at : at + 3]) for at in range(0, len(pixels), 3))
    return names.most_common(1)[0][0]


def _unknown_format(param: str) -> ApiError:
    message = (
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
        "['png', 'jpeg', 'gif', 'webp']."
    )
    return _refused(param, "invalid_image_format", message)


def _refused(param: str, code: str, message: str) -> ApiError:
    return ApiError(400, message, code, param)
