"""Long recordings cut at pauses."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Unreadable
from media import encoding, pauses, sound
from tests.media import made
from tests.media.made import Part

ENOUGH_BYTES = 25_000_000


def spoken(seconds: float, sentence_seconds: float = 4.0, pause_seconds: float = 0.6) -> bytes:
    """Tones with pauses between them, as sentences have."""
    turns = int(seconds / (sentence_seconds + pause_seconds))
    return made.parts(Part(sentence_seconds), Part(pause_seconds, 0)) * turns


def test_a_short_recording_stays_whole(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "note.ogg", made.tone(5))

    [whole] = pauses.cuts(path, most_seconds=600, most_bytes=ENOUGH_BYTES)

    assert whole.start_seconds == 0
    assert whole.end_seconds == pytest.approx(5, abs=0.1)
    assert not whole.is_silent


def test_every_cut_lies_in_a_pause(tmp_path: Path) -> None:
    pcm = spoken(120)
    path = made.recording(tmp_path / "talk.ogg", pcm)

    stretches = pauses.cuts(path, most_seconds=30, most_bytes=ENOUGH_BYTES)

    cuts = [stretch.end_seconds for stretch in stretches[:-1]]
    around = [pcm[int((cut - 0.05) * 24_000) * 2 : int((cut + 0.05) * 24_000) * 2] for cut in cuts]
    assert 4 <= len(stretches) <= 5
    assert all(sound.is_quiet(moment) for moment in around)


def test_pieces_follow_each_other_and_are_as_long_as_allowed(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "talk.ogg", spoken(100))

    stretches = pauses.cuts(path, most_seconds=20, most_bytes=ENOUGH_BYTES)

    starts = [stretch.start_seconds for stretch in stretches]
    ends = [stretch.end_seconds for stretch in stretches]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    assert starts == [0, *ends[:-1]]
    assert ends[-1] == pytest.approx(sound.measure(path).duration_seconds, abs=0.1)
    assert max(lengths) <= 20
    assert min(lengths) > 5


def test_pieces_are_as_small_as_allowed_and_lose_nothing(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "talk.ogg", spoken(60))

    stretches = pauses.cuts(path, most_seconds=600, most_bytes=80_000)

    pieces = [tmp_path / f"{number}.ogg" for number in range(len(stretches))]
    seconds = sum(
        encoding.extract(path, piece, start_seconds=stretch.start_seconds, end_seconds=stretch.end_seconds)
        for piece, stretch in zip(pieces, stretches, strict=True)
    )
    assert max(piece.stat().st_size for piece in pieces) <= 80_000
    assert seconds == pytest.approx(sound.measure(path).duration_seconds, abs=0.1)


def test_a_recording_without_pauses_is_cut_all_the_same(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "noise.wav", made.noise(30), codec="pcm_s16le")

    stretches = pauses.cuts(path, most_seconds=10, most_bytes=ENOUGH_BYTES)

    assert max(stretch.end_seconds - stretch.start_seconds for stretch in stretches) <= 10
    assert stretches[-1].end_seconds == pytest.approx(30, abs=0.1)


def test_silent_stretches_are_marked(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "talk.ogg", made.parts(Part(20), Part(40, 0)))

    stretches = pauses.cuts(path, most_seconds=20, most_bytes=ENOUGH_BYTES)

    assert not stretches[0].is_silent
    assert stretches[-1].is_silent


def test_two_hours_are_read_in_constant_memory(tmp_path: Path) -> None:
    path = made.long_recording(tmp_path / "lecture.aac", minutes=120)

    told = subprocess.check_output([sys.executable, "-m", "bench.peak", str(path), "900"], text=True)

    pieces, _, grown_bytes = told.split()
    assert 8 <= int(pieces) <= 10
    assert int(grown_bytes) < 100_000_000


def test_noise_named_as_a_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.ogg"
    path.write_bytes(random.Random(1).randbytes(50_000))

    with pytest.raises(Unreadable):
        pauses.cuts(path, most_seconds=20, most_bytes=ENOUGH_BYTES)
