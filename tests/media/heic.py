"""HEIC files as iPhones write them: one HEVC key frame, in boxes that say its size and how to turn it."""

import io
import struct
from fractions import Fraction
from typing import Any

import av
from PIL import Image


def heic(image: Image.Image, *, quarter_turns: int = 0, claims: tuple[int, int] | None = None) -> bytes:
    """`quarter_turns` are counter-clockwise, as `irot` has them; `claims` is a size to lie about."""
    configuration, frame = _hevc(image)
    properties = [
        _box(b"hvcC", configuration),
        _full(b"ispe", struct.pack(">II", *(claims or image.size))),
        _box(b"irot", bytes([quarter_turns])),
    ]
    kind = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    meta = _meta(properties, len(frame), 0)
    meta = _meta(properties, len(frame), len(kind) + len(meta) + 8)
    return kind + meta + _box(b"mdat", frame)


def _meta(properties: list[bytes], length: int, offset: int) -> bytes:
    entry = _full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\0", version=2)
    links = bytes([0x81, 0x02, 0x83])  # the first and the last are essential
    parts = [
        _full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
        _full(b"pitm", struct.pack(">H", 1)),
        _full(b"iloc", b"\x44\0" + struct.pack(">HHHHII", 1, 1, 0, 1, offset, length)),
        _full(b"iinf", struct.pack(">H", 1) + entry),
        _box(
            b"iprp", _box(b"ipco", b"".join(properties)) + _full(b"ipma", struct.pack(">IHB", 1, 1, 3) + links)
        ),
    ]
    return _full(b"meta", b"".join(parts))


def _hevc(image: Image.Image) -> tuple[bytes, bytes]:
    """The decoder's configuration and the frame, out of an MP4 that holds nothing else."""
    buffer = io.BytesIO()
    container: Any = av.open(buffer, "w", format="mp4")  # Any: PyAV's own types are unknown in part
    video_frame: Any = av.VideoFrame
    with container:
        stream = container.add_stream("libx265", rate=25)
        stream.width, stream.height, stream.pix_fmt = image.width, image.height, "yuv420p"
        stream.options = {"x265-params": "log-level=none:crf=10:pools=1:bframes=0"}
        picture = video_frame.from_image(image)
        picture.pts, picture.time_base = 0, Fraction(1)
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return _inside(buffer.getvalue(), b"hvcC"), _inside(buffer.getvalue(), b"mdat")


def _inside(data: bytes, name: bytes) -> bytes:
    at = data.index(name)
    (length,) = struct.unpack_from(">I", data, at - 4)
    return data[at + 4 : at - 4 + length]


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def _full(name: bytes, content: bytes, *, version: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24) + content)
