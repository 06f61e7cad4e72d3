"""Pictures for tests, in every format people send, of one colour so that the offline model can name it."""

import io
from typing import Any

from PIL import Image

from tests.media.heic import heic


def picture(
    colour: str = "red", size: tuple[int, int] = (640, 480), format_: str = "JPEG", **how: Any
) -> bytes:
    image = Image.new("RGB", size, colour)
    if format_ == "HEIC":
        return heic(image)
    written = io.BytesIO()
    image.save(written, format_, **how)
    return written.getvalue()


def animation(*colours: str, format_: str = "GIF", size: tuple[int, int] = (64, 64)) -> bytes:
    """Half a second a colour."""
    first, *others = (Image.new("RGB", size, colour) for colour in colours)
    written = io.BytesIO()
    first.save(written, format_, save_all=True, append_images=others, duration=500)
    return written.getvalue()


def with_position(colour: str = "red") -> bytes:
    """A photo turned on its side whose EXIF tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    return picture(colour, (640, 480), exif=exif)
