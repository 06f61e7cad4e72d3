"""A preview always fits one message and ends where the answer ends."""

from hypothesis import given, settings
from hypothesis import strategies as st

from replies.content import LONGEST_TEXT
from replies.parts import utf16_length
from replies.visible import Visible
from replies.words import in_messages

_CODE = "```python\n" + "".join(f"line_{number} = {number}\n" for number in range(600))
_PIECES = st.lists(
    st.sampled_from(
        ["word ", "**bold** ", "\n\n", "\n", "```py\nx = 1\n", "```\n", "- item\n", "😀", "| a | b |\n"]
    ),
    max_size=300,
)


def test_short_text_is_shown_whole() -> None:
    assert Visible().content("One **two** three").text == "One two three"


def test_long_text_is_shown_from_a_paragraph_on() -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 50 for number in range(60))

    shown = Visible().content(text).text

    assert shown.startswith("Paragraph ")
    assert "Paragraph 59." in shown


def test_long_code_stays_code() -> None:
    content = Visible().content(_CODE)

    assert "line_599" in content.text
    assert [entity["type"] for entity in content.entities if isinstance(entity, dict)] == ["pre"]


def test_the_beginning_stays_while_the_end_grows() -> None:
    visible, text = Visible(), "\n\n".join(f"Paragraph {number}. " + "word " * 50 for number in range(60))

    begins = {visible.content(text[:end]).text[:14] for end in range(8000, 9500, 100)}

    assert len(begins) <= 2


def test_another_text_begins_anew() -> None:
    visible = Visible()
    visible.content("word " * 2000)

    assert visible.content("Short").text == "Short"


@settings(max_examples=50, deadline=None)
@given(pieces=_PIECES, unbroken=st.integers(0, 9000))
def test_every_preview_fits_a_message(pieces: list[str], unbroken: int) -> None:
    visible, text = Visible(), "".join(pieces) + "x" * unbroken

    lengths = [utf16_length(visible.content(text[:end]).text) for end in range(0, len(text) + 1, 997)]

    assert all(length <= LONGEST_TEXT for length in lengths)


@given(words=st.text(st.sampled_from("ab \n😀é"), max_size=12_000))
def test_our_own_words_are_split_without_losing_any(words: str) -> None:
    messages = [content.text for content in in_messages(words)]

    assert all(utf16_length(message) <= LONGEST_TEXT for message in messages)
    assert "".join("".join(messages).split()) == ("".join(words.split()) or "…")


def test_text_after_code_is_not_code() -> None:
    text = "\n\n".join(
        f"```python\nx = {number}\n```\n\nParagraph {number}. " + "word " * 30 for number in range(60)
    )

    content = Visible().content(text)

    assert content.text.endswith("word")
    assert "```" not in content.text
    assert "pre" in [entity["type"] for entity in content.entities if isinstance(entity, dict)]


def test_a_line_longer_than_a_message_is_shown_from_a_word_on() -> None:
    shown = Visible().content("first " + "word " * 3000 + "last").text

    assert shown.startswith("word")
    assert shown.endswith("last")


def test_our_own_words_are_cut_between_lines_and_characters_of_any_width() -> None:
    lines = in_messages("A line of our own\n" * 300)
    emoji = in_messages("😀" * 3000)

    assert all(content.text.endswith("own") for content in lines)
    assert [len(content.text) for content in emoji] == [2048, 952]
