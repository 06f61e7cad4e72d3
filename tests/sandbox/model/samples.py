"""Pictures and sounds to send to the model, made on the spot."""

import base64
import io

from PIL import Image


def picture(
    colour: str = "red", size: tuple[int, int] = (640, 480), *, kind: str = "JPEG", exif: bool = False
) -> bytes:
    """A picture of one colour."""
    image = Image.new("RGB", size, colour)
    metadata = image.getexif()
    if exif:
        metadata[0x010F] = "A camera"  # Make
    written = io.BytesIO()
    image.save(written, kind, exif=metadata)
    return written.getvalue()


def data_url(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
