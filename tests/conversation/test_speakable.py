"""Text made speakable: what is heard of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.speakable import needs_eyes, speakable
from domain.texts import Sentence
from locales import Locales
from replies.presenter import in_english

MARKDOWN = st.text(st.sampled_from("ab1 *_`#-|[]()>~$\\\n.!😀→\u200d"), max_size=200)


def english(sentence: Sentence) -> str:
    return in_english(sentence, "en")


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("**Hello** *you*, ~~old~~ `x`", "Hello you, old x."),
        ("# Title\n\nText.", "Title.\nText."),
        ("- one\n- two", "one.\ntwo."),
        ("3. one\n4. two!", "3: one.\n4: two!"),
        ("- [x] wash\n- [ ] iron", "Done: wash.\nTo do: iron."),
        ("```python\na = 1\nb = 2\n```", "2 lines of code in python."),
        ("```\nx\n```", "1 line of code."),
        ("| A | B | C |\n|---|---|---|\n| 1 | 2 | 3 |", "A table with 3 columns: A, B, C."),
        ("See [the manual](https://example.org/a).", "See the manual."),
        ("See https://www.example.org/a/b?c=d", "See a link to example.org."),
        ("It is $a + b = c$ or $\\frac{1}{2}$.", "It is a + b = c or a formula."),
        ("$$\nx^2\n$$", "A formula stands here."),
        ("> quoted", "quoted."),
        ("Well done 🎉👩‍🚀! 1️⃣ first", "Well done ! 1 first."),
        ("12\u202f345 and 1’000", "12345 and 1000."),
        ("≈ 5 → 6", "about 5, 6."),
        ("你好", "你好。"),
        ("👍", "thumbs up sign"),
        ("---", ""),
        ("", ""),
    ],
)
def test_an_answer_is_heard_without_its_marks(markdown: str, heard: str) -> None:
    assert speakable(markdown, english) == heard


@pytest.mark.parametrize("language", ["ar", "zh-Hans"])
def test_summaries_are_in_the_readers_language(language: str) -> None:
    locales = Locales.load()

    heard = speakable("```\nx = 1\n```", lambda sentence: locales.say(sentence, language))

    assert heard
    assert "code" not in heard


@given(MARKDOWN)
def test_whatever_the_text_lines_are_never_empty(markdown: str) -> None:
    heard = speakable(markdown, english)

    assert all(line.strip() for line in heard.split("\n") if heard)


@pytest.mark.parametrize("growing", ["See [the man", "A **bold", "It is $a + ", "Look at ```py"])
def test_half_a_construct_is_not_heard_while_the_answer_grows(growing: str) -> None:
    assert not set("[*$`") & set(speakable(growing, english, growing=True))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Just **words**.", False),
        ("- [a](https://example.org)", True),
        ("```\nx\n```", True),
        ("a\n\n$$x$$", True),
    ],
)
def test_what_cannot_be_heard_is_known(markdown: str, expected: bool) -> None:
    assert needs_eyes(markdown) is expected
