"""Reading what browsers record: Opus in WebM, a tree of elements (RFC 8794), packet by packet."""

from collections.abc import Iterator

_HEAD, _SIMPLE_BLOCK, _BLOCK = 0x63A2, 0xA3, 0xA1
# Segment, Tracks, TrackEntry, Cluster, BlockGroup: what is inside them is read as if it stood alone.
_ENTERED = {0x18538067, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0}
_LACING = 0x06


class NotRecorded(ValueError):
    """This is no recording that can be read."""


def opus_of(webm: bytes) -> tuple[bytes, list[bytes]]:
    """The header of the Opus stream (`OpusHead`), and its packets in order."""
    head, packets = b"", list[bytes]()
    for kind, content in _elements(webm):
        if kind == _HEAD:
            head = content
        elif kind in {_SIMPLE_BLOCK, _BLOCK}:
            packets.append(_packet(content))
    if not head.startswith(b"OpusHead") or not packets:
        raise NotRecorded("this is no Opus in WebM")
    return head, packets


def _elements(webm: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(webm):
        kind, at = _number(webm, at, keeps_marker=True)
        size, at = _number(webm, at)
        if kind not in _ENTERED:
            yield kind, webm[at : at + size]
            at += size


def _number(webm: bytes, at: int, *, keeps_marker: bool = False) -> tuple[int, int]:
    """A number of one to eight bytes; how many, its leading zero bits say."""
    if at >= len(webm) or webm[at] == 0:
        raise NotRecorded("this is no WebM")
    length = 9 - webm[at].bit_length()
    value = int.from_bytes(webm[at : at + length], "big")
    return value if keeps_marker else value & ((1 << 7 * length) - 1), at + length


def _packet(block: bytes) -> bytes:
    """A block begins with its track, its time (two bytes) and its flags."""
    _, at = _number(block, 0)
    if len(block) <= at + 3 or block[at + 2] & _LACING:
        raise NotRecorded("this recording is packed in a way that is not read here")
    return block[at + 3 :]
