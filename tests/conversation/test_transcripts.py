"""Subtitles are what players read."""

from hypothesis import given
from hypothesis import strategies as st

from conversation.transcripts import subtitles
from conversation.translating import in_parts
from domain.speech import Passage


def test_subtitles_count_in_hours_and_thousandths() -> None:
    srt = subtitles([Passage(3_661.5, 3_662.25, "Hello\n\n--> there")], "srt")

    assert srt == "1\n01:01:01,500 --> 01:01:02,250\nHello\n→ there\n"


def test_web_subtitles_have_a_head_and_points() -> None:
    vtt = subtitles([Passage(0, 1, "One"), Passage(1, 2, "Two")], "vtt")

    assert vtt == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nOne\n\n2\n00:00:01.000 --> 00:00:02.000\nTwo\n"


@given(st.text(alphabet="ab. \n。", max_size=200), st.integers(1, 50))
def test_parts_lose_nothing_and_none_is_too_long(text: str, most: int) -> None:
    parts = list(in_parts(text, most))

    assert "".join(parts) == text
    assert max(map(len, parts)) <= most
