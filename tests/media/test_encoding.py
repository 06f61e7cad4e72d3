"""Sound written: what Telegram plays, what transcription takes, and nothing left after a failure."""

from pathlib import Path
from typing import cast

import pytest

from domain.errors import Unreadable
from domain.speech import SoundFormat
from media import encoding, sound
from media.encoding import SoundWriter
from tests.media import made
from tests.media.made import Part, Scene

CODECS: dict[SoundFormat, str] = {
    "opus": "opus",
    "mp3": "mp3float",
    "aac": "aac",
    "flac": "flac",
    "wav": "pcm_s16le",
}


@pytest.mark.parametrize("format_", CODECS)
def test_every_format_is_written_and_read_again(tmp_path: Path, format_: SoundFormat) -> None:
    path = tmp_path / f"answer{encoding.SUFFIXES[format_]}"

    seconds = encoding.encode(made.tone(3), path, format_)

    measured = sound.measure(path)
    assert seconds == 3
    assert measured.codec == CODECS[format_]
    assert measured.duration_seconds == pytest.approx(3, abs=0.05)
    assert made.loudness_dbfs(path) == pytest.approx(-13.5, abs=1)


def test_pcm_is_written_as_it_is(tmp_path: Path) -> None:
    pcm = made.tone(1)

    seconds = encoding.encode(pcm, tmp_path / "answer.pcm", "pcm")

    assert seconds == 1
    assert (tmp_path / "answer.pcm").read_bytes() == pcm


def test_a_voice_message_is_opus_in_one_channel(tmp_path: Path) -> None:
    song = made.recording(tmp_path / "song.mp3", made.tone(2, rate=44_100), codec="libmp3lame", rate=44_100)
    path = tmp_path / "voice.ogg"

    seconds = encoding.encode(song, path, "opus")

    measured = sound.measure(path)
    assert seconds == pytest.approx(2, abs=0.1)
    assert (measured.codec, measured.channels, measured.rate) == ("opus", 1, 48_000)
    assert path.read_bytes()[:4] == b"OggS"
    assert measured.bytes_ < 7_000 * 2


def test_a_file_grows_while_pieces_of_any_length_come(tmp_path: Path) -> None:
    pcm = made.tone(2)
    path = tmp_path / "voice.ogg"

    with SoundWriter(path, "opus") as writer:
        for start in range(0, len(pcm), 1_001):
            writer.write(pcm[start : start + 1_001])

    assert writer.seconds == 2
    assert sound.seconds_of(b"".join(sound.decode(path))) == pytest.approx(2, abs=0.02)


def test_nothing_is_left_of_a_file_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "voice.ogg"

    with pytest.raises(TypeError), SoundWriter(path, "opus") as writer:
        writer.write(cast(bytes, "no sound"))

    assert list(tmp_path.iterdir()) == []


def test_no_pcm_makes_an_empty_recording(tmp_path: Path) -> None:
    assert encoding.encode(b"", tmp_path / "voice.ogg", "opus") == 0


def test_a_broken_source_leaves_no_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ogg"
    broken.write_bytes(b"OggS" + bytes(500))

    with pytest.raises(Unreadable):
        encoding.encode(broken, tmp_path / "voice.ogg", "opus")
    with pytest.raises(Unreadable):
        encoding.extract(broken, tmp_path / "part.ogg")

    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize(("name", "codec"), [("a.ogg", "libopus"), ("a.mp3", "libmp3lame"), ("a.m4a", "aac")])
def test_a_stretch_holds_what_was_between_its_times(tmp_path: Path, name: str, codec: str) -> None:
    pcm = made.parts(Part(10, 0), Part(5), Part(10, 0))
    path = made.recording(tmp_path / name, pcm, codec=codec)

    around = encoding.extract(path, tmp_path / "around.ogg", start_seconds=8, end_seconds=17)
    before = encoding.extract(path, tmp_path / "before.ogg", start_seconds=1, end_seconds=9.5)
    after = encoding.extract(path, tmp_path / "after.ogg", start_seconds=15.5)

    heard = b"".join(sound.decode(tmp_path / "around.ogg"))
    assert around == pytest.approx(9, abs=0.1)
    assert sound.is_quiet(heard[: int(1.9 * 48_000)])
    assert not sound.is_quiet(heard[int(2.1 * 48_000) : int(2.3 * 48_000)])
    assert before == pytest.approx(8.5, abs=0.1)
    assert sound.is_silent(tmp_path / "before.ogg")
    assert after == pytest.approx(9.5, abs=0.2)
    assert sound.is_silent(tmp_path / "after.ogg")


def test_an_extract_is_small_even_of_noise(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "noise.wav", made.noise(20, 0.9), codec="pcm_s16le")

    seconds = encoding.extract(path, tmp_path / "part.ogg")

    assert (tmp_path / "part.ogg").stat().st_size < seconds * encoding.HEARING_BYTES_A_SECOND


def test_the_sound_of_a_video_is_taken_out(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene("red", 3)], pcm=made.tone(3))

    seconds = encoding.extract(path, tmp_path / "sound.ogg")

    assert seconds == pytest.approx(3, abs=0.1)
    assert sound.measure(tmp_path / "sound.ogg").codec == "opus"


def test_a_stretch_beyond_the_end_is_refused(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "note.ogg", made.tone(1))

    with pytest.raises(Unreadable):
        encoding.extract(path, tmp_path / "part.ogg", start_seconds=20)
