"""Spoken pieces joined: no clicks, no gaps, one loudness."""

from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media import joining, sound
from media.levels import dbfs, rms
from tests.media import made


def test_silence_at_the_edges_shrinks_to_a_breath() -> None:
    padded = made.silence(2) + made.tone(1) + made.silence(3)

    joined = joining.join([padded, padded])

    assert sound.seconds_of(joined) == pytest.approx(2 * 1.3, abs=0.05)


def test_no_piece_begins_or_ends_with_a_click() -> None:
    cut_hard = made.tone(0.5, 0.9)[200:-200]

    joined = array("h", joining.join([cut_hard, cut_hard, cut_hard]))

    steepest = max(abs(second - first) for first, second in pairwise(joined))
    assert steepest < 4_000  # a tone of 440 Hz at 0.9 climbs by 3,400 a sample at most
    assert abs(joined[0]) < 300
    assert abs(joined[-1]) < 300


def test_a_quiet_piece_is_brought_to_the_first_ones_loudness() -> None:
    joiner = joining.Joiner()
    first, quiet, loud, whisper = (joiner.add(made.tone(1, height)) for height in (0.3, 0.18, 0.5, 0.03))

    assert dbfs(rms(quiet)) == pytest.approx(dbfs(rms(first)), abs=0.5)
    assert dbfs(rms(loud)) == pytest.approx(dbfs(rms(first)), abs=0.5)
    assert dbfs(rms(whisper)) == pytest.approx(dbfs(rms(made.tone(1, 0.06))), abs=0.5)  # 6 dB and no more


def test_levelling_never_clips() -> None:
    joiner = joining.Joiner()
    joiner.add(made.tone(1, 0.9))
    peaky = made.tone(1, 0.3) + made.tone(0.01, 0.85)

    levelled = array("h", joiner.add(peaky))

    assert max(levelled) < 32_767


@pytest.mark.parametrize("piece", [b"", b"\0", made.silence(2), made.noise(1, 0.0005)])
def test_a_piece_without_sound_adds_nothing(piece: bytes) -> None:
    tone = made.tone(0.5)

    assert joining.join([tone, piece, tone]) == joining.join([tone, tone])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2_000), max_size=4))
def test_any_bytes_are_joined_to_whole_samples(pieces: list[bytes]) -> None:
    joined = joining.join(pieces)

    assert len(joined) % 2 == 0
    assert len(joined) <= sum(len(piece) for piece in pieces)
