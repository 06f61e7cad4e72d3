"""Writing Ogg (RFC 3533) with Opus inside (RFC 7845): what Telegram's voice messages are."""

import struct
from collections.abc import Sequence

SAMPLES_PER_SECOND = 48_000  # of every Opus stream, whatever was recorded
_MOST_PACKETS_ON_PAGE = 50  # a second at most: 20 ms each
_MOST_SEGMENTS = 255
_FIRST, _LAST = 2, 4
_SERIAL = 1
_POLYNOMIAL = 0x04C11DB7
_TAGS = b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<I", 0)
_FRAME_SAMPLES = (
    *((480, 960, 1920, 2880) * 3),
    *((480, 960) * 2),
    *((120, 240, 480, 960) * 4),
)  # by the first five bits of a packet: RFC 6716, section 3.1


def written(head: bytes, packets: Sequence[bytes]) -> bytes:
    """The whole file."""
    pages = [_page([head], position=0, number=0, flags=_FIRST), _page([_TAGS], position=0, number=1)]
    samples = 0
    for group in _groups(packets):
        samples += sum(map(samples_in, group))
        pages.append(_page(group, position=samples, number=len(pages)))
    pages.append(_page([], position=samples, number=len(pages), flags=_LAST))
    return b"".join(pages)


def seconds_of(ogg: bytes) -> float:
    """How long it plays: the position on the last page."""
    at = ogg.rfind(b"OggS")
    if at < 0 or len(ogg) < at + 14:
        return 0.0
    return struct.unpack_from("<q", ogg, at + 6)[0] / SAMPLES_PER_SECOND


def samples_in(packet: bytes) -> int:
    """One frame, two, or as many as the second byte says."""
    if not packet:
        return 0
    code = packet[0] & 3
    frames = 1 if code == 0 else 2 if code < 3 else packet[1] & 63 if len(packet) > 1 else 0
    return frames * _FRAME_SAMPLES[packet[0] >> 3]


def _groups(packets: Sequence[bytes]) -> list[list[bytes]]:
    groups: list[list[bytes]] = [[]]
    segments = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if len(groups[-1]) == _MOST_PACKETS_ON_PAGE or segments + needed > _MOST_SEGMENTS:
            groups.append([])
            segments = 0
        groups[-1].append(packet)
        segments += needed
    return groups


def _page(packets: Sequence[bytes], *, position: int, number: int, flags: int = 0) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, _SERIAL, number, 0) + bytes([len(lacing)])
    page = bytearray(head + lacing + b"".join(packets))
    struct.pack_into("<I", page, 22, _checksum(page))
    return bytes(page)


def _steps() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_STEPS = _steps()


def _checksum(page: bytes | bytearray) -> int:
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _STEPS[(value >> 24) ^ byte]
    return value
