"""Small pictures, recordings and films, made on the spot: with real codecs, in real containers."""

import array
import io
import math
from typing import Any

import av
from PIL import Image

_PYAV: Any = av  # its types are partial, and wrong about streams
_RATE = 48_000


def picture(width: int = 640, height: int = 480, colour: str = "red", form: str = "PNG", **saved: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, form, **saved)
    return written.getvalue()


def transparent() -> bytes:
    """Ten by ten pixels of nothing."""
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    return written.getvalue()


def gif(frames: int = 3) -> bytes:
    """A moving one of 41×31 pixels, each frame a fifth of a second."""
    shown = [Image.new("RGB", (41, 31), (80 * number, 0, 0)) for number in range(frames)]
    written = io.BytesIO()
    shown[0].save(written, "GIF", save_all=True, append_images=shown[1:], duration=200)
    return written.getvalue()


def sound(seconds: float = 1.0, form: str = "ogg", codec: str = "libopus", **tags: str) -> bytes:
    """A tone of 440 Hz."""
    written = io.BytesIO()
    with _PYAV.open(written, "w", format=form) as opened:
        opened.metadata.update(tags)
        stream = opened.add_stream(codec, rate=_RATE, layout="mono")
        for packet in (*stream.encode(_tone(seconds)), *stream.encode(None)):
            opened.mux(packet)
    return written.getvalue()


def voice(seconds: float = 1.0) -> bytes:
    return sound(seconds)


def mp3(seconds: float = 1.0, **tags: str) -> bytes:
    return sound(seconds, "mp3", "libmp3lame", **tags)


def m4a(seconds: float = 1.0) -> bytes:
    return sound(seconds, "ipod", "aac")


def wav(seconds: float = 1.0) -> bytes:
    return sound(seconds, "wav", "pcm_s16le")


def film(
    seconds: float = 1.0, width: int = 64, height: int = 48, form: str = "mp4", codec: str = "libx264"
) -> bytes:
    """A silent one, ten pictures a second."""
    written = io.BytesIO()
    with _PYAV.open(written, "w", format=form) as opened:
        stream = opened.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(round(seconds * 10)):
            shown = Image.new("RGB", (width, height), (number * 20 % 256, 0, 200))
            opened.mux(stream.encode(_PYAV.VideoFrame.from_image(shown)))
        opened.mux(stream.encode(None))
    return written.getvalue()


def _tone(seconds: float) -> Any:
    count = round(seconds * _RATE)
    wave = array.array("h", (round(8000 * math.sin(2 * math.pi * 440 * n / _RATE)) for n in range(count)))
    frame = _PYAV.AudioFrame(format="s16", layout="mono", samples=count)
    frame.sample_rate = _RATE
    frame.planes[0].update(wave.tobytes())
    return frame


class _OneWay(io.BytesIO):
    """What is written here cannot be gone back to."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation(f"seek to {offset} ({whence})")


def streamed(seconds: float = 1.0) -> bytes:
    """Sound as it is recorded live: its length stands nowhere."""
    written = _OneWay()
    with _PYAV.open(written, "w", format="webm", options={"live": "1"}) as opened:
        stream = opened.add_stream("libopus", rate=_RATE, layout="mono")
        for packet in (*stream.encode(_tone(seconds)), *stream.encode(None)):
            opened.mux(packet)
    return written.getvalue()
