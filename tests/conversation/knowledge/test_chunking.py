"""Chunking: nothing is lost, nothing is too long, and what belongs together stays together."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.knowledge.chunking import MOST_TOKENS, passages
from conversation.tokens import estimate_tokens
from media.reading import texts
from media.reading.blocks import Block

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None, max_examples=60)

_words = st.sampled_from(
    ["a", "word", "Sentence.", "Why?", "\n", "汉字没有空格。", "汉" * 900, "x" * 3_000, "🎉🎉", "über", "  "]
)
_prose = st.lists(_words, min_size=1, max_size=200).map(" ".join).filter(str.strip)


@st.composite
def _blocks(draw: st.DrawFn) -> list[Block]:
    texts = draw(st.lists(_prose, min_size=1, max_size=6))
    return [
        Block(
            text.strip("\n"),
            tuple(draw(st.lists(st.sampled_from(["A", "B"]), max_size=2))),
            page=draw(st.integers(0, 2)),
            is_whole=draw(st.booleans()),
            is_heading=draw(st.booleans()),
        )
        for text in texts
    ]


@_EVEN_IF_SLOW
@given(_blocks())
def test_no_passage_is_too_long(blocks: Sequence[Block]) -> None:
    assert all(estimate_tokens(passage.text) <= MOST_TOKENS for passage in passages(blocks))


@_EVEN_IF_SLOW
@given(_blocks())
def test_nothing_is_lost_and_the_order_is_kept(blocks: Sequence[Block]) -> None:
    kept = [passage.text for passage in passages(blocks)]

    assert _covers(kept, "".join("".join(block.text.split()) for block in blocks))


def _covers(kept: Sequence[str], whole: str) -> bool:
    """Whether the texts follow each other through the whole, each beginning at or before the last one's end."""
    reached = 0
    for text in ("".join(one.split()) for one in kept):
        begin = next(
            (at for at in range(reached, max(-1, reached - 300), -1) if whole.startswith(text, at)), None
        )
        if begin is None:
            return False
        reached = max(reached, begin + len(text))
    return reached == len(whole)


@_EVEN_IF_SLOW
@given(_blocks())
def test_a_passage_is_of_one_page(blocks: Sequence[Block]) -> None:
    pages = [passage.page for passage in passages(blocks)]

    assert set(pages) == {block.page for block in blocks}


def test_a_section_that_fits_is_one_passage() -> None:
    text = f"# A\n\n{'Roses. ' * 90}\n\n{'Tulips. ' * 60}\n\n# B\n\n{'Oaks. ' * 100}"

    kept = list(passages(texts.markdown(text)))

    assert [(passage.headings, passage.text.split()[1]) for passage in kept] == [(("A",), "A"), (("B",), "B")]


def test_short_sections_share_a_passage_under_what_is_above_all() -> None:
    text = "# Prices\n\n## Tea\n\n2 euros\n\n## Coffee\n\n3 euros"

    (passage,) = passages(texts.markdown(text))

    assert passage.headings == ("Prices",)
    assert passage.text == text


def test_a_long_table_is_cut_between_rows_with_its_head_above_each_part() -> None:
    rows = [f"| name {number} | {number} |" for number in range(400)]
    text = "\n".join(["| name | age |", "|---|---|", *rows])

    kept = [passage.text.split("\n") for passage in passages(texts.markdown(text))]

    assert len(kept) > 1
    assert all(lines[:2] == ["| name | age |", "|---|---|"] for lines in kept)
    assert [line for lines in kept for line in lines[2:]] == rows


def test_code_is_not_cut_where_it_fits() -> None:
    code = "\n".join(f"    line_{number} = {number}" for number in range(60))
    text = f"Some words.\n\n```python\n{code}\n```\n\nMore words."

    kept = [passage.text for passage in passages(texts.markdown(text))]

    assert any(f"```python\n{code}\n```" in one for one in kept)


def test_only_a_paragraph_that_is_cut_says_something_again() -> None:
    sentences = [f"This is sentence number {number} of a long paragraph." for number in range(200)]

    kept = [passage.text for passage in passages([Block(" ".join(sentences))])]

    assert len(kept) > 2
    assert all(kept[at].split(". ")[-1].rstrip(".") in kept[at + 1] for at in range(len(kept) - 1))
    assert all(one.startswith("This") and one.endswith(".") for one in map(str.strip, kept))


def test_text_without_spaces_is_cut_between_sentences() -> None:
    kept = [passage.text for passage in passages([Block("今天天气很好，我们去公园。" * 200)])]

    assert len(kept) > 1
    assert all(one.endswith("。") for one in kept)
