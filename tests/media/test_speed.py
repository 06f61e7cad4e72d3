"""Speech made faster and slower."""

import pytest

from media import sound, speed
from tests.media import made


@pytest.mark.parametrize("times", [0.25, 0.5, 0.9, 1.25, 2, 4])
def test_speech_takes_as_much_less_time(times: float) -> None:
    faster = speed.at_speed(made.tone(4), times)

    assert sound.seconds_of(faster) == pytest.approx(4 / times, rel=0.03)


def test_the_pitch_stays() -> None:
    tone = made.tone(2, hertz=440)

    assert made.hertz(speed.at_speed(tone, 1.5)) == pytest.approx(440, rel=0.03)
    assert made.hertz(speed.at_speed(tone, 0.6)) == pytest.approx(440, rel=0.03)


@pytest.mark.parametrize("pcm", [b"", b"\0", b"\0\0\1", made.tone(0.001)])
def test_next_to_nothing_stays_next_to_nothing(pcm: bytes) -> None:
    assert len(speed.at_speed(pcm, 2)) <= len(pcm)


def test_the_usual_speed_changes_nothing() -> None:
    tone = made.tone(1)

    assert speed.at_speed(tone, 1.0) is tone
