"""Recordings of browsers become what Telegram's clients send: Opus in Ogg, and square films."""

import io
from contextlib import suppress
from typing import Any, cast

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.page.sound import BARS, VIDEO_NOTE_SIDE, NotRecorded, video_note, voice, waveform
from tests.sandbox.telegram import samples

_RECORDINGS = {
    "webm": samples.sound(1.5, "webm"),
    "ogg": samples.sound(1.5),
    "mp4": samples.m4a(1.5),
    "wav": samples.wav(1.5),
    "mp3": samples.mp3(1.5),
}


@pytest.mark.parametrize("form", _RECORDINGS)
def test_whatever_a_browser_records_becomes_a_voice_message(form: str) -> None:
    made = voice(_RECORDINGS[form])

    with _opened(made.content) as opened:
        sound = opened.streams.audio[0]
        assert (opened.format.name, sound.codec_context.name, sound.layout.name) == ("ogg", "opus", "mono")
        assert float(opened.duration / av.time_base) == pytest.approx(made.seconds, abs=0.05)
    assert made.seconds == pytest.approx(1.5, abs=0.1)


def test_the_waveform_is_as_loud_as_the_recording() -> None:
    levels = waveform(voice(samples.wav(2)).content)

    assert len(levels) == BARS
    assert max(levels) == 31
    assert min(levels[5:-5]) > 20  # one tone, as loud from beginning to end


def test_a_film_becomes_a_square_of_its_middle() -> None:
    made = video_note(samples.film(1, width=320, height=240, form="webm", codec="libvpx"))

    with _opened(made.content) as opened:
        pictures = opened.streams.video[0]
        assert (pictures.width, pictures.height) == (VIDEO_NOTE_SIDE, VIDEO_NOTE_SIDE)
        assert pictures.codec_context.name == "h264"
    assert made.seconds == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("convert", [voice, video_note, waveform])
@pytest.mark.parametrize("content", [b"", b"no recording", b"OggS" + bytes(60), _RECORDINGS["webm"][:50]])
def test_what_is_no_recording_is_refused(convert: Any, content: bytes) -> None:
    with pytest.raises(NotRecorded):
        convert(content)


def test_a_picture_is_no_recording() -> None:
    with pytest.raises(NotRecorded):
        voice(samples.picture())


@settings(deadline=None, max_examples=40)  # each one is a recording that is converted
@given(st.binary(max_size=200), st.integers(0, len(_RECORDINGS["webm"])))
def test_damage_is_refused_or_bridged(noise: bytes, at: int) -> None:
    recording = _RECORDINGS["webm"]

    with suppress(NotRecorded):
        voice(recording[:at] + noise + recording[at + len(noise) :])


def _opened(content: bytes) -> Any:
    """PyAV's own types know too little of what is in a container."""
    return cast("Any", av.open(io.BytesIO(content)))
