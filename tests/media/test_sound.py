"""Sound read: measured, decoded and judged, whatever it comes in."""

from pathlib import Path

import pytest

from media import sound
from tests.media import made

KINDS = [
    ("note.ogg", "libopus", 48_000),
    ("song.mp3", "libmp3lame", 44_100),
    ("memo.m4a", "aac", 44_100),
    ("raw.aac", "aac", 44_100),
    ("take.flac", "flac", 96_000),
    ("take.wav", "pcm_s16le", 192_000),
    ("call.amr", "libopencore_amrnb", 8_000),
    ("call.webm", "libopus", 48_000),
    ("call.mkv", "ac3", 44_100),
    ("call.mp4", "aac", 22_050),
]


@pytest.mark.parametrize(("name", "codec", "rate"), KINDS)
def test_every_kind_is_measured_and_decoded(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = made.recording(tmp_path / name, made.tone(2, rate=rate), codec=codec, rate=rate, codec_rate=rate)

    measured = sound.measure(path)
    pcm = b"".join(sound.decode(path))

    assert measured.has_sound
    assert measured.channels == 1
    assert measured.bytes_ == path.stat().st_size
    assert measured.duration_seconds == pytest.approx(2, abs=0.15)
    assert sound.seconds_of(pcm) == pytest.approx(2, abs=0.15)
    assert not sound.is_silent(path)
    assert sound.loudness_dbfs(path) == pytest.approx(-13.5, abs=2)
