"""Videos and animations: measured, and told by a few of their frames."""

import random
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.errors import Unreadable
from media import encoding, sound, video
from media.errors import VideoTooLarge
from media.moments import scaled
from media.video import Frame
from tests.media import made
from tests.media.made import Scene

RED, GREEN, BLUE, YELLOW = "#e01010", "#10e010", "#1010e0", "#e0e010"


def colours(frames: list[Frame]) -> list[tuple[int, int, int]]:
    """The colour in the lower right corner of each frame, coarsely."""
    found: list[tuple[int, int, int]] = []
    for frame in frames:
        with Image.open(frame.path) as image:
            red, green, blue = made.pixel(image.convert("RGB"), (image.width - 8, image.height - 8))
            found.append((round(red / 255), round(green / 255), round(blue / 255)))
    return found


@pytest.mark.parametrize(
    ("name", "codec"),
    [("clip.mp4", "libx264"), ("clip.webm", "libvpx-vp9"), ("clip.mkv", "libx264"), ("live.mov", "libx264")],
)
def test_every_scene_has_a_frame(tmp_path: Path, name: str, codec: str) -> None:
    path = made.video(
        tmp_path / name, [Scene(RED, 1), Scene(GREEN, 3), Scene(BLUE, 0.5), Scene(YELLOW, 2)], codec=codec
    )

    frames = video.frames(path, tmp_path, most=4, long_side=160)

    assert colours(frames) == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]
    assert [frame.at_seconds for frame in frames] == pytest.approx([0, 1, 4, 4.5], abs=0.25)
    assert {(frame.width, frame.height) for frame in frames} == {(160, 90)}


def test_one_long_scene_is_shown_at_even_times(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene(RED, 12)])

    frames = video.frames(path, tmp_path, most=4, long_side=320)

    times = [frame.at_seconds for frame in frames]
    assert times[0] == 0
    assert times[-1] > 10
    assert len(times) == 4
    assert all(2 < later - earlier < 6 for earlier, later in pairwise(times))


def test_a_picture_that_stands_still_is_shown_once(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene(RED, 5)], picture=made.plain)

    assert len(video.frames(path, tmp_path, most=6, long_side=320)) == 1


def test_more_scenes_than_frames_are_taken_from_all_over(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene(RED, 1), Scene(BLUE, 1)] * 8)

    times = [frame.at_seconds for frame in video.frames(path, tmp_path, most=4, long_side=160)]

    assert len(times) == 4
    assert max(later - earlier for earlier, later in pairwise(times)) < 9


def test_a_video_is_measured(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene(RED, 2)], pcm=made.tone(2))

    measured = video.measure(path)

    assert (measured.width, measured.height, measured.rotation) == (320, 180, 0)
    assert measured.duration_seconds == pytest.approx(2, abs=0.1)
    assert measured.has_sound


def test_a_turned_video_is_shown_upright(tmp_path: Path) -> None:
    path = made.video(tmp_path / "phone.mp4", [Scene(RED, 1)], rotated=90, picture=made.sky)

    measured = video.measure(path)
    [frame] = video.frames(path, tmp_path, most=3, long_side=320)

    with Image.open(frame.path) as image:
        left, right = made.pixel(image, (4, 160)), made.pixel(image, (image.width - 4, 160))
    assert (measured.width, measured.height) == (180, 320)
    assert (frame.width, frame.height) == (180, 320)
    assert left[2] > 200  # the sky was above, and a quarter turn against the clock brings it to the left
    assert right[2] < 60


def test_transparent_parts_of_a_sticker_are_white(tmp_path: Path) -> None:
    path = made.video(
        tmp_path / "sticker.webm",
        [Scene(RED, 1)],
        size=(128, 128),
        codec="libvpx-vp9",
        pixels="yuva420p",
        picture=made.see_through,
    )

    frames = video.frames(path, tmp_path, most=2, long_side=128)

    with Image.open(frames[0].path) as image:
        assert min(made.pixel(image, (4, 4))) > 240
        assert made.pixel(image, (64, 64))[0] > 180


@pytest.mark.parametrize("name", ["dance.gif", "dance.webp"])
def test_an_animation_is_measured_and_shown(tmp_path: Path, name: str) -> None:
    path = made.animation(tmp_path / name, [Scene(RED, 1), Scene(GREEN, 1), Scene(BLUE, 1)])

    measured = video.measure(path)
    frames = video.frames(path, tmp_path, most=3, long_side=64)

    assert (measured.width, measured.height, measured.has_sound) == (96, 64, False)
    assert measured.duration_seconds == pytest.approx(3, abs=0.2)
    assert colours(frames) == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_a_still_sticker_is_one_frame(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), RED).save(tmp_path / "sticker.webp")

    assert len(video.frames(tmp_path / "sticker.webp", tmp_path, most=5, long_side=512)) == 1


def test_a_long_video_is_leapt_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.video(
        tmp_path / "film.mp4",
        [Scene(RED, 20), Scene(GREEN, 20), Scene(BLUE, 20)],
        options={"g": "20"},
    )
    monkeypatch.setattr("media.moments._THOROUGH_PIXELS", 320 * 180 * 100)

    frames = video.frames(path, tmp_path, most=6, long_side=160)

    assert len(frames) == 6
    assert {(1, 0, 0), (0, 1, 0), (0, 0, 1)} == set(colours(frames))
    assert frames[-1].at_seconds > 50


def test_a_long_video_with_one_key_frame_is_shown_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.video(
        tmp_path / "film.mp4",
        [Scene(RED, 5), Scene(GREEN, 20)],
        options={"g": "9999", "sc_threshold": "0", "keyint_min": "9999"},
    )
    monkeypatch.setattr("media.moments._THOROUGH_PIXELS", 320 * 180 * 100)

    frames = video.frames(path, tmp_path, most=4, long_side=160)

    assert len(frames) == 4
    assert set(colours(frames)) == {(1, 0, 0), (0, 1, 0)}


def test_a_song_with_a_cover_is_no_video(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "song.ogg", made.tone(1))

    with pytest.raises(Unreadable):
        video.measure(path)
    with pytest.raises(Unreadable):
        video.frames(path, tmp_path, most=3, long_side=100)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"GIF89a" + b"\xff" * 40,
        b"GIF89a`\0@\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x01",
        b"GIF89a`\0@\0\0\0\0,\0\0",
        b"RIFF\x10\0\0\0WEBP" + bytes(40),
        b"\0\0\0\x20ftypisom" + bytes(2_000),
        random.Random(2).randbytes(50_000),
        b"\x1aE\xdf\xa3" + random.Random(3).randbytes(20_000),
    ],
    ids=[
        "empty",
        "gif head",
        "gif noise",
        "gif cut",
        "gif frame cut",
        "webp head",
        "mp4 head",
        "noise",
        "mkv noise",
    ],
)
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        video.measure(path)
    with pytest.raises(Unreadable):
        video.frames(path, tmp_path, most=3, long_side=100)
    assert list(tmp_path.iterdir()) == [path]


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mkv", [])

    with pytest.raises(Unreadable):
        video.frames(path, tmp_path, most=3, long_side=100)


@pytest.mark.parametrize("name", ["clip.mkv", "clip.webm"])
def test_a_broken_end_is_tolerated(tmp_path: Path, name: str) -> None:
    codec = "libvpx" if name.endswith("webm") else "libx264"
    path = made.video(tmp_path / name, [Scene(RED, 3), Scene(BLUE, 3)], codec=codec)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4])

    frames = video.frames(path, tmp_path, most=4, long_side=160)

    assert frames[0].at_seconds == 0
    assert colours(frames)[0] == (1, 0, 0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["clip.mp4", "clip.webm", "dance.gif", "dance.webp"])
def test_damage_breaks_nothing_else(tmp_path: Path, name: str, seed: int) -> None:
    path = made.moving(tmp_path / name, [Scene(RED, 1), Scene(BLUE, 1)])
    content = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(30):
        content[dice.randrange(20, len(content))] = dice.randrange(256)
    path.write_bytes(content)

    with suppress(Unreadable):
        video.measure(path)
    with suppress(Unreadable):
        assert video.frames(path, tmp_path, most=4, long_side=160)


def test_a_picture_beyond_4k_is_refused(tmp_path: Path) -> None:
    path = made.video(
        tmp_path / "wall.mkv", [Scene(RED, 0.1)], size=(4_096, 2_560), options={"preset": "ultrafast"}
    )

    with pytest.raises(VideoTooLarge):
        video.measure(path)
    with pytest.raises(VideoTooLarge):
        video.frames(path, tmp_path, most=1, long_side=100)


def test_the_sound_of_a_video_note_is_taken_out(tmp_path: Path) -> None:
    path = made.video(tmp_path / "note.mp4", [Scene(RED, 2)], size=(240, 240), pcm=made.tone(2))

    assert encoding.extract(path, tmp_path / "sound.ogg") == pytest.approx(2, abs=0.1)
    assert not sound.is_silent(tmp_path / "sound.ogg")


def test_a_video_without_sound_gives_none(tmp_path: Path) -> None:
    path = made.video(tmp_path / "clip.mp4", [Scene(RED, 1)])

    with pytest.raises(Unreadable):
        encoding.extract(path, tmp_path / "sound.ogg")
    assert list(tmp_path.iterdir()) == [path]


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 5_000))
def test_scaling_keeps_within_its_limit(width: float, height: float, most: int) -> None:
    scaled_width, scaled_height = scaled(width, height, most)

    assert 1 <= scaled_width <= max(1, round(min(most, width)))
    assert 1 <= scaled_height <= max(1, round(min(most, height)))
