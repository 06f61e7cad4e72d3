"""People's own words come out of Markdown as they went in."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replies.markdown import render, to_entities, to_plain, verbatim

SIGNS = st.text(alphabet=" ab1.*_`~|<>#[](){}$&\\+-=!?:;,^@\"'/\n重：", max_size=60)
PIECES = st.sampled_from(
    ["https://a.b/x_y", "[a](b)", "\\(x\\)", "&amp;", "$x$", "a cat (black)", "1.", " ", "\n"]
)
LETTERS = st.characters(exclude_categories=["C", "Z"])


@given(st.one_of(SIGNS, st.lists(PIECES, max_size=8).map("".join), st.text(LETTERS, max_size=40)))
@example("[blue] dog")
@example("1+1=2 (great!)")
def test_words_are_shown_as_they_are(words: str) -> None:
    assert " ".join(to_plain(render(verbatim(words))).split()) == " ".join(words.split())


@pytest.mark.parametrize("words", ["a cat (black)", "[blue] dog", "*a* `b` $x$ \\(y\\)", "https://a.b/x_y"])
def test_words_have_no_form(words: str) -> None:
    styled = to_entities(render(verbatim(words)))

    assert (styled.text, styled.entities) == (words, ())
