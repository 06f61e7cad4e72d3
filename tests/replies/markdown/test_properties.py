"""What holds for every text: nothing raises, nothing is lost, Telegram's limits and rules are kept."""

import re
from collections import Counter
from dataclasses import replace

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from replies.markdown import (
    PLAIN_LIMITS,
    RICH_LIMITS,
    TEXT_LIMITS,
    Document,
    closed_prefix,
    parse,
    quoted,
    split,
    to_blocks,
    to_entities,
    to_plain,
)
from tests.replies.markdown.generated import PROFILE, answers, loose_markup
from tests.replies.markdown.rules import check_entities, checked_blocks, utf16

# Small enough that a generated answer takes several messages.
SMALL_TEXT = replace(TEXT_LIMITS, text=700, marks=40)
SMALL_PLAIN = replace(PLAIN_LIMITS, text=700)
SMALL_RICH = replace(RICH_LIMITS, text=1000, marks=60)

GRAPHEME = regex.compile(r"\X")


def shown(document: Document) -> str:
    return to_entities(document).text


def rich_text(document: Document) -> str:
    return " ".join(checked_blocks(to_blocks(document)).texts)


def words_in_order(markdown: str) -> list[str]:
    return re.findall(r"w\d{3}", markdown)


@PROFILE
@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    document = parse(text)

    check_entities(to_entities(document))
    checked_blocks(to_blocks(document))
    assert to_plain(document) == to_plain(document).strip()


@PROFILE
@given(loose_markup())
def test_any_mixture_of_signs_can_be_shown(text: str) -> None:
    document = parse(text)

    check_entities(to_entities(document))
    checked_blocks(to_blocks(document))


@PROFILE
@given(loose_markup())
def test_no_word_of_any_mixture_of_signs_is_lost(text: str) -> None:
    document = parse(text)
    languages = " ".join(entity.language for entity in to_entities(document).entities)

    found = Counter(re.findall(r"[a-z]{4,}", f"{to_plain(document)} {languages}"))

    assert Counter(word for word in re.findall(r"(?<!\S)[a-z]{4,8}(?!\S)", text)) <= found


@PROFILE
@given(answers())
def test_every_word_stands_in_order_in_every_form(markdown: str) -> None:
    document = parse(markdown)
    words = words_in_order(markdown)

    assert words_in_order(shown(document)) == words
    assert words_in_order(to_plain(document)) == words
    assert words_in_order(rich_text(document)) == words


@PROFILE
@given(answers())
def test_answers_keep_the_rules_of_telegram(markdown: str) -> None:
    document = parse(markdown)

    check_entities(to_entities(document))
    assert checked_blocks(to_blocks(document)).depth <= 14


@PROFILE
@given(answers())
def test_every_word_survives_splitting(markdown: str) -> None:
    document = parse(markdown)
    words = words_in_order(markdown)

    assert words_in_order("\n".join(map(shown, split(document, SMALL_TEXT)))) == words
    assert words_in_order("\n".join(map(to_plain, split(document, SMALL_PLAIN)))) == words
    assert words_in_order(" ".join(map(rich_text, split(document, SMALL_RICH)))) == words


@PROFILE
@given(st.one_of(answers(), st.lists(loose_markup(), min_size=5).map("".join)))
def test_every_piece_fits_as_text(markdown: str) -> None:
    pieces = [to_entities(piece) for piece in split(parse(markdown), SMALL_TEXT)]

    for piece in pieces:
        check_entities(piece)
        assert 0 < utf16(piece.text) <= SMALL_TEXT.text
        assert len(piece.entities) <= SMALL_TEXT.marks


@PROFILE
@given(st.one_of(answers(), st.lists(loose_markup(), min_size=5).map("".join)))
def test_every_piece_fits_as_plain_text(markdown: str) -> None:
    pieces = [to_plain(piece) for piece in split(parse(markdown), SMALL_PLAIN)]

    assert all(0 < utf16(piece) <= SMALL_PLAIN.text for piece in pieces)


@PROFILE
@given(st.one_of(answers(), st.lists(loose_markup(), min_size=5).map("".join)))
def test_every_piece_fits_as_a_rich_message(markdown: str) -> None:
    for piece in split(parse(markdown), SMALL_RICH):
        check = checked_blocks(to_blocks(piece))
        assert check.characters <= SMALL_RICH.text
        assert check.count <= SMALL_RICH.marks
        assert check.depth <= 14
        assert check.columns <= 20


@PROFILE
@given(st.lists(st.sampled_from(["a", "b", " ", "👩‍👧", "🇫🇷", "e\u0301"]), min_size=400, max_size=900))
def test_characters_that_are_seen_as_one_stay_together(characters: list[str]) -> None:
    pieces = [shown(piece) for piece in split(parse("".join(["a", *characters])), SMALL_TEXT)]

    seen = [character for piece in pieces for character in GRAPHEME.findall(piece)]
    assert [one for one in seen if one != " "] == ["a", *(one for one in characters if one != " ")]


@PROFILE
@given(loose_markup(), st.integers(0, 200))
def test_any_beginning_can_be_closed(text: str, length: int) -> None:
    check_entities(to_entities(parse(closed_prefix(text[:length]))))


@PROFILE
@given(answers())
@example("a\n\n- b\n\n  c **d")
def test_a_finished_answer_is_closed_already(markdown: str) -> None:
    finished = f"{markdown}\n\n"

    assert words_in_order(shown(parse(closed_prefix(finished)))) == words_in_order(markdown)


@PROFILE
@given(answers(), st.floats(0, 1))
def test_a_beginning_never_shows_half_a_construct(markdown: str, part: float) -> None:
    beginning = markdown[: int(len(markdown) * part)]

    text = shown(parse(closed_prefix(beginning)))

    assert not re.search(r"\*|`|~~|\]\(|\$\$|\\[(\[]|^ *\|| \|-|\[w", text, re.MULTILINE)


@PROFILE
@given(answers(tables=False), st.floats(0, 1))
def test_a_growing_answer_only_grows(markdown: str, part: float) -> None:
    length = int(len(markdown) * part)
    earlier = shown(parse(closed_prefix(markdown[:length])))

    later = shown(parse(closed_prefix(markdown[: length + 1])))

    assert later.startswith(earlier)


@PROFILE
@given(st.text(), answers())
def test_any_words_can_be_quoted_above_any_answer(words: str, markdown: str) -> None:
    document = quoted(words, parse(markdown))

    check_entities(to_entities(document))
    assert checked_blocks(to_blocks(document)).depth <= 14
    assert words_in_order(shown(document))[-len(words_in_order(markdown)) :] == words_in_order(markdown)


@PROFILE
@given(st.lists(st.sampled_from(["word", "\n", " ", "👩‍👧", "日本"])).map(" ".join), answers())
def test_every_piece_below_a_quote_fits(words: str, markdown: str) -> None:
    document = quoted(f"said {words * 3}", parse(markdown))
    texts = [to_entities(piece) for piece in split(document, SMALL_TEXT)]
    plain = [to_plain(piece) for piece in split(document, SMALL_PLAIN)]
    rich = [checked_blocks(to_blocks(piece)) for piece in split(document, SMALL_RICH)]

    assert all(0 < utf16(piece.text) <= SMALL_TEXT.text for piece in texts)
    assert all(0 < utf16(piece) <= SMALL_PLAIN.text for piece in plain)
    assert all(piece.characters <= SMALL_RICH.text for piece in rich)
    assert words_in_order("\n".join(piece.text for piece in texts)) == words_in_order(markdown)
    assert plain[0].startswith("> said")


@PROFILE
@given(st.lists(st.sampled_from(["a", "b", " ", "👩‍👧", "e\u0301", "\n"]), min_size=900, max_size=1200))
def test_a_long_quote_is_cut_between_characters(characters: list[str]) -> None:
    said = "".join(characters)

    quote = shown(quoted(said, Document(())))

    assert len(quote) <= 1001
    kept = GRAPHEME.findall("".join(quote.removesuffix("…").split()))
    assert kept == GRAPHEME.findall("".join(said.split()))[: len(kept)]
