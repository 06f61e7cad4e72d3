"""What counts as the same words, and which voice stands in for another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai.speaking.voices import nearest
from ai.speaking.words import ALIKE, likeness
from tests.ai.asking import OURS

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None)

_VOICES = sorted(
    {voice for model in OURS.of("speech") if model.speaking is not None for voice in model.speaking.voices}
)


@_EVEN_IF_SLOW
@given(st.text())
def test_the_same_words_are_alike(text: str) -> None:
    assert likeness(text, text) == 1


@_EVEN_IF_SLOW
@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1


@pytest.mark.parametrize(
    ("given_text", "spoken"),
    [
        ("Hello, world!", "hello world"),
        ("“Ja”, sagte sie – leise.", '"Ja," sagte sie, leise'),
        ("你好，世界。", "你好世界"),
        ("The colour of it is grey, they say.", "The color of it is gray, they say."),
    ],
)
def test_how_it_is_written_does_not_matter(given_text: str, spoken: str) -> None:
    assert likeness(given_text, spoken) >= ALIKE


@pytest.mark.parametrize(
    ("given_text", "spoken"),
    [
        ("What is the capital of France?", "The capital of France is Paris."),
        ("Please read this.", ""),
        ("One two three four five.", "One two three four five. Is there anything else I can do?"),
        ("你好，世界。", "你好！有什么可以帮你的吗？"),
    ],
)
def test_other_words_are_noticed(given_text: str, spoken: str) -> None:
    assert likeness(given_text, spoken) < ALIKE


@_EVEN_IF_SLOW
@given(st.sampled_from(_VOICES), st.lists(st.sampled_from(_VOICES), min_size=1, unique=True))
def test_the_nearest_voice_is_one_of_those_that_are_there(voice: str, voices: list[str]) -> None:
    found = nearest(voice, voices)

    assert found in voices
    assert found == voice or voice not in voices
