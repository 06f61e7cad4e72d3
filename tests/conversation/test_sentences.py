"""Sentences and pieces: nothing is lost, whatever the language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.sentences import pieces, sentences

SAID = st.text(st.sampled_from("ab Ü你好。！.!?؟ \n,、3\u0301👩\u200d🚀\"'»)"), max_size=300)


@given(SAID)
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(SAID, st.integers(2, 50), st.integers(1, 50))
def test_pieces_joined_are_the_text_and_none_is_longer_than_allowed(text: str, most: int, least: int) -> None:
    made = list(pieces(text, most, least=least))

    assert "".join(made) == text
    assert all(len(piece) <= most for piece in made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("It costs 3.50 euros. Good.", ["It costs 3.50 euros. ", "Good."]),
        ("Dr. Who met J. R. Smith, e.g. there. Yes.", ["Dr. Who met J. R. Smith, e.g. there. ", "Yes."]),
        ("Am 3. Mai war es so. Gut.", ["Am 3. Mai war es so. ", "Gut."]),
        ("你好。我是帕利！好吗？", ["你好。", "我是帕利！", "好吗？"]),
        ("مرحبا. كيف حالك؟ بخير.", ["مرحبا. ", "كيف حالك؟ ", "بخير."]),
        ("यह एक है। यह दो है।", ["यह एक है। ", "यह दो है।"]),
        ('He said "Go!" Then he went.', ['He said "Go!" ', "Then he went."]),
        ("A heading\nA line", ["A heading\n", "A line"]),
    ],
)
def test_sentences_end_where_readers_of_the_language_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_short_sentences_are_spoken_together() -> None:
    assert list(pieces("Yes. No. Maybe so, I think. Well then.", 100, least=10)) == [
        "Yes. No. Maybe so, I think. ",
        "Well then.",
    ]


def test_a_long_sentence_is_cut_where_a_breath_is_taken() -> None:
    assert list(pieces("one two three, four five six", 20)) == ["one two three, ", "four five six"]
