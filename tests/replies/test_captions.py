"""Captions and albums keep Telegram's limits, whatever is asked for."""

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from domain.reply import MediaForm
from replies.albums import groups
from replies.markdown import Styled
from replies.media_content import caption
from tests.replies.markdown.generated import PROFILE, answers, loose_markup
from tests.replies.markdown.rules import utf16

FORMS: list[MediaForm] = ["photo", "document", "audio", "voice", "video", "animation"]


@PROFILE
@given(st.one_of(answers(), st.text(), st.lists(loose_markup(), min_size=20).map("".join)))
@example("word " * 1_000)
@example("**b** " * 150)
@example("😀" * 600)
@example("x" * 1_024)
def test_any_text_becomes_a_caption_that_fits(markdown: str) -> None:
    shown = caption(markdown)

    assert utf16(shown.text) <= 1024
    assert len(shown.entities) <= 100
    assert Styled(shown.text).text == shown.text.strip()


def test_of_a_long_text_the_beginning_stands_and_a_sign_that_there_was_more() -> None:
    shown = caption("A **bold** word. " + "And so on. " * 200)

    assert shown.text.startswith("A bold word. And so on.")
    assert shown.text.endswith("And so on.…")
    assert len(shown.text) > 900
    assert shown.entities == [{"type": "bold", "offset": 2, "length": 4}]


@PROFILE
@given(st.lists(st.sampled_from(FORMS), max_size=45))
def test_every_file_is_in_one_group_that_telegram_takes(forms: list[MediaForm]) -> None:
    found = groups(forms)

    assert list(itertools.chain(*found)) == list(range(len(forms)))
    for together in found:
        kinds = {forms[position] for position in together}
        assert 1 <= len(together) <= 10
        assert len(together) == 1 or kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})


@PROFILE
@given(st.integers(2, 60))
def test_nobody_is_left_out_of_the_albums(count: int) -> None:
    photos: list[MediaForm] = ["photo"] * count
    sizes = [len(together) for together in groups(photos)]

    assert min(sizes) >= 2
    assert max(sizes) - min(sizes) <= 1
