"""Recordings become Ogg without being touched: the same packets in another wrapping."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page.ogg import samples_in, seconds_of, written
from sandbox.page.webm import NotRecorded, opus_of

_HEAD = b"OpusHead" + bytes([1, 1]) + struct.pack("<HIh", 312, 48_000, 0) + b"\0"
_TWENTY_MILLISECONDS = 0b11111_0_00  # one frame of 20 ms
_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def _packets() -> st.SearchStrategy[list[bytes]]:
    return st.lists(st.binary(max_size=600).map(lambda rest: bytes([_TWENTY_MILLISECONDS]) + rest), min_size=1)


@given(_packets())
def test_the_packets_of_a_recording_are_found(packets: list[bytes]) -> None:
    assert opus_of(_webm(packets)) == (_HEAD, packets)


@given(_packets())
def test_ogg_holds_every_packet_in_order_and_its_length(packets: list[bytes]) -> None:
    ogg = written(_HEAD, packets)

    found = _packets_in(ogg)
    assert found[0] == _HEAD
    assert found[2:] == packets
    assert seconds_of(ogg) == pytest.approx(len(packets) * 0.02)


@given(st.binary() | st.binary().map(lambda rest: _webm([b"x"])[:-1] + rest))
def test_what_is_no_recording_is_refused(content: bytes) -> None:
    with suppress(NotRecorded):
        opus_of(content)


@pytest.mark.parametrize(
    ("first", "samples"), [(0b11111_0_00, 960), (0b00011_0_01, 5_760), (0b10000_0_00, 120)]
)
def test_the_length_of_a_packet_is_in_its_first_byte(first: int, samples: int) -> None:
    assert samples_in(bytes([first, 0])) == samples


def _element(kind: str, content: bytes, size: bytes | None = None) -> bytes:
    return bytes.fromhex(kind) + (size or b"\x08" + struct.pack(">I", len(content))) + content


def _webm(packets: list[bytes]) -> bytes:
    """As Chromium writes it: segment and clusters of unknown size."""
    blocks = b"".join(_element("a3", b"\x81\x00\x00\x80" + packet) for packet in packets)
    tracks = _element("1654ae6b", _element("ae", _element("63a2", _HEAD)))
    return _element("18538067", tracks + _element("1f43b675", blocks, _UNKNOWN_SIZE), _UNKNOWN_SIZE)


def _packets_in(ogg: bytes) -> list[bytes]:
    """Read as RFC 3533 says: a packet ends with a segment shorter than 255."""
    packets: list[bytes] = []
    at = 0
    while at < len(ogg):
        count = ogg[at + 26]
        lacing = ogg[at + 27 : at + 27 + count]
        at += 27 + count
        packet = b""
        for size in lacing:
            packet += ogg[at : at + size]
            at += size
            if size < 255:
                packets.append(packet)
                packet = b""
    return packets
