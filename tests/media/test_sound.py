"""Sound read: measured, decoded and judged, whatever it comes in."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from domain.errors import Unreadable
from domain.speech import SoundFormat
from media import encoding, sound
from media.errors import EmptyFile
from tests.media import made
from tests.media.made import Part, Scene

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
    assert made.loudness_dbfs(path) == pytest.approx(-13.5, abs=2)


def test_windows_are_of_one_size_but_for_the_last(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "take.wav", made.tone(2.5), codec="pcm_s16le")

    windows = list(sound.decode(path, window_seconds=1))

    assert [len(window) for window in windows] == [48_000, 48_000, 24_000]


def test_eight_channels_become_one(tmp_path: Path) -> None:
    mono = made.tone(1, rate=48_000)
    eight = b"".join(mono[at : at + 2] * 8 for at in range(0, len(mono), 2))
    path = made.recording(tmp_path / "room.wav", eight, codec="pcm_s16le", rate=48_000, layout="7.1")

    assert sound.measure(path).channels == 8
    assert sound.seconds_of(b"".join(sound.decode(path))) == pytest.approx(1, abs=0.01)


def test_a_video_tells_of_its_sound(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene("red", 2)], pcm=made.tone(2))

    measured = sound.measure(path)

    assert measured.has_sound
    assert measured.codec == "aac"
    assert made.loudness_dbfs(path) == pytest.approx(-13.5, abs=2)


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene("red", 1)])

    assert not sound.measure(path).has_sound
    with pytest.raises(Unreadable):
        list(sound.decode(path))


@pytest.mark.parametrize("format_", ["wav", "opus", "mp3", "aac", "flac", "pcm"])
def test_speech_of_every_format_becomes_pcm(tmp_path: Path, format_: SoundFormat) -> None:
    encoding.encode(made.tone(2), tmp_path / "speech", format_)

    pcm = sound.pcm_of((tmp_path / "speech").read_bytes(), format_)

    assert sound.seconds_of(pcm) == pytest.approx(2, abs=0.1)
    assert made.hertz(pcm) == pytest.approx(440, rel=0.02)


def test_a_streamed_wav_that_knows_no_length_becomes_pcm(tmp_path: Path) -> None:
    encoding.encode(made.tone(2), tmp_path / "speech", "wav")
    streamed = bytearray((tmp_path / "speech").read_bytes())
    streamed[4:8] = b"\xff" * 4
    length_at = streamed.index(b"data") + 4
    streamed[length_at : length_at + 4] = b"\xff" * 4

    assert sound.seconds_of(sound.pcm_of(bytes(streamed), "wav")) == pytest.approx(2, abs=0.01)


def test_broken_speech_is_refused() -> None:
    with pytest.raises(Unreadable):
        sound.pcm_of(b"ID3 but no more", "mp3")


def test_a_pause_between_time_stamps_is_heard_as_silence(tmp_path: Path) -> None:
    path = tmp_path / "gap.webm"
    made.recording(path, [made.tone(1), made.tone(1)], gaps_seconds=[0, 3])

    pcm = b"".join(sound.decode(path))

    assert sound.seconds_of(pcm) == pytest.approx(5, abs=0.2)
    assert sound.is_quiet(pcm[int(1.5 * 48_000) : int(3.5 * 48_000)])


@pytest.mark.parametrize(
    ("pcm", "silent"),
    [
        (made.silence(1), True),
        (made.noise(1, 0.001), True),
        (made.noise(1, 0.02), False),
        (made.silence(3) + made.tone(0.2, 0.05) + made.silence(1), False),
    ],
    ids=["nothing", "hiss", "noise", "a word"],
)
def test_silence_is_known_from_sound(tmp_path: Path, pcm: bytes, *, silent: bool) -> None:
    path = made.recording(tmp_path / "note.ogg", pcm)

    assert sound.is_silent(path) is silent
    assert sound.is_quiet(pcm) is silent


def test_nothing_at_all_is_infinitely_quiet(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "take.wav", made.silence(1), codec="pcm_s16le")

    assert made.loudness_dbfs(path) == float("-inf")


def test_a_waveform_rises_and_falls_with_the_sound() -> None:
    bars = sound.waveform(made.parts(Part(1, 0.5), Part(1, 0), Part(1, 0.25), Part(1, 0.5)))

    assert len(bars) == 100
    assert max(bars) == 31
    assert max(bars[26:49]) == 0
    assert 14 <= max(bars[51:74]) <= 16


@pytest.mark.parametrize("samples", [0, 1, 7, 99, 101])
def test_a_waveform_of_next_to_nothing_has_its_bars(samples: int) -> None:
    assert len(sound.waveform(bytes(samples * 2))) == 100


HOSTILE = {
    "empty.ogg": b"",
    "one.mp3": b"\0",
    "text.ogg": b"To be, or not to be, that is the question. " * 500,
    "random.mp3": random.Random(4).randbytes(100_000),
    "zeros.wav": bytes(100_000),
    "riff.wav": b"RIFF\xff\xff\xff\xffWAVEfmt ",
    "page.ogg": b"OggS" + bytes(2_000),
    "list.ogg": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.ts\n#EXT-X-ENDLIST\n",
    "list.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.ts\n#EXT-X-ENDLIST\n",
    "list.ffconcat": b"ffconcat version 1.0\nfile secret.ts\n",
    "list.sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "page.html": b"<!doctype html><title>Not found</title>" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_recording_is_refused(tmp_path: Path, name: str) -> None:
    made.recording(tmp_path / "secret.ts", made.tone(1), codec="aac")
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])

    with pytest.raises(Unreadable):
        sound.measure(path)
    with pytest.raises(Unreadable):
        list(sound.decode(path))
    with pytest.raises(Unreadable):
        sound.is_silent(path)


@pytest.mark.parametrize(
    ("name", "codec"), [("note.ogg", "libopus"), ("song.mp3", "libmp3lame"), ("take.flac", "flac")]
)
def test_what_is_left_of_a_truncated_recording_is_read(tmp_path: Path, name: str, codec: str) -> None:
    path = made.recording(tmp_path / name, made.noise(4), codec=codec)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    assert sound.measure(path).has_sound
    assert 0.9 < sound.seconds_of(b"".join(sound.decode(path))) < 3


def test_a_truncated_video_without_its_index_is_refused(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "memo.m4a", made.noise(4), codec="aac")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(Unreadable):
        sound.measure(path)


@pytest.mark.parametrize("seed", range(6))
def test_damage_in_the_middle_never_breaks_more_than_the_recording(tmp_path: Path, seed: int) -> None:
    path = made.recording(tmp_path / "note.ogg", made.noise(3))
    content = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(40):
        content[dice.randrange(200, len(content))] = dice.randrange(256)
    path.write_bytes(content)

    with suppress(Unreadable):
        assert sound.seconds_of(b"".join(sound.decode(path))) < 10


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "note.ogg"
    path.touch()

    with pytest.raises(EmptyFile):
        sound.measure(path)


def test_a_stream_without_a_length_is_counted(tmp_path: Path) -> None:
    pcm = made.tone(20) + made.silence(60)  # so that what a second takes at the start misleads
    path = made.recording(tmp_path / "radio.aac", pcm, codec="aac", codec_rate=24_000)

    assert sound.measure(path).duration_seconds == pytest.approx(80, abs=0.2)


def test_a_length_that_cannot_be_is_counted_instead(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "memo.mp4", made.tone(2), codec="aac", codec_rate=24_000)
    made.declare_duration(path, 90_000_000)

    assert sound.measure(path).duration_seconds == pytest.approx(2, abs=0.2)
    assert sound.seconds_of(b"".join(sound.decode(path))) == pytest.approx(2, abs=0.2)
