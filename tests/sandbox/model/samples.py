"""Pictures and sounds to send to the model, made on the spot."""

import base64
import io

from PIL import Image

from sandbox.model.sounds import encoded, tone


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


def voice_note(words: str, seconds: float = 1.0, *, kind: str = "opus") -> bytes:
    """A recording that says these words: they are in its tags."""
    return encoded(tone(440, seconds), kind, {"comment": f"transcript={words}"})


def tones(*hertz: float, seconds: float = 1.0, kind: str = "opus") -> bytes:
    """One tone after the other; 0 Hz is silence."""
    return encoded(b"".join(tone(each, seconds) for each in hertz), kind)
