"""Where a long answer is cut."""

from dataclasses import replace

from replies.markdown import RICH_LIMITS, TEXT_LIMITS, parse, split, to_blocks, to_entities
from tests.replies.markdown.rules import checked_blocks

SMALL = replace(TEXT_LIMITS, text=400)
PARAGRAPH = ("A sentence of some words. " * 6).strip()


def pieces(markdown: str) -> list[str]:
    return [to_entities(piece).text for piece in split(parse(markdown), SMALL)]


def test_what_fits_is_one_piece() -> None:
    assert pieces("a\n\nb") == ["a\n\nb"]


def test_nothing_to_be_seen_is_no_piece() -> None:
    assert pieces("\u200b") == []


def test_paragraphs_stay_whole() -> None:
    assert pieces("\n\n".join([PARAGRAPH] * 3)) == [f"{PARAGRAPH}\n\n{PARAGRAPH}", PARAGRAPH]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    assert all(piece.endswith(".") for piece in pieces(" ".join([PARAGRAPH] * 9)))


def test_a_heading_goes_with_what_is_under_it() -> None:
    first, second = pieces(f"{PARAGRAPH}\n\n# Next\n\n```\n{'x = 1; ' * 40}\n```")

    assert first == PARAGRAPH
    assert second.startswith("Next")


def test_code_that_fits_is_not_cut() -> None:
    code = "\n".join(f"line {number}" for number in range(40))

    assert pieces(f"{PARAGRAPH}\n\n```py\n{code}\n```") == [PARAGRAPH, code]


def test_code_that_does_not_fit_is_cut_between_statements_and_keeps_its_language() -> None:
    code = "\n".join(f"def f{number}():\n    return {number}" for number in range(30))

    parts = [to_entities(piece) for piece in split(parse(f"```py\n{code}\n```"), SMALL)]

    assert "\n".join(part.text for part in parts) == code
    assert all(part.text.startswith("def") for part in parts)
    assert {(entity.type, entity.language) for part in parts for entity in part.entities} == {("pre", "py")}


def test_links_stay_whole() -> None:
    link = f"[{'some words ' * 20}](https://example.com)"

    assert [len(to_entities(piece).entities) for piece in split(parse(f"{link} {link}"), SMALL)] == [1, 1]


def test_a_list_goes_on_with_its_numbers() -> None:
    parts = pieces("\n".join(f"{number}. {'word ' * 10}" for number in range(1, 15)))

    assert [line.split(".")[0] for part in parts for line in part.split("\n")] == [str(n) for n in range(1, 15)]


def test_the_rest_of_an_item_has_no_bullet() -> None:
    _, second, *_ = pieces(f"- {' '.join([PARAGRAPH] * 5)}")

    assert not second.startswith("•")


def test_tables_are_cut_between_rows_and_repeat_their_header() -> None:
    limits = replace(RICH_LIMITS, marks=20)
    rows = "\n".join(f"| {number} | x |" for number in range(30))

    parts = [to_blocks(piece) for piece in split(parse(f"| No | B |\n|---|---|\n{rows}"), limits)]

    assert [checked_blocks(part).texts[:2] for part in parts] == [["No", "B"]] * 2
    assert all(checked_blocks(part).count <= 20 for part in parts)


def test_a_row_too_long_for_a_message_becomes_a_list() -> None:
    limits = replace(RICH_LIMITS, text=500)

    parts = [
        to_blocks(piece) for piece in split(parse(f"| A | B |\n|---|---|\n| x | {'word ' * 300}|"), limits)
    ]

    assert len(parts) > 2
    assert all(checked_blocks(part).characters <= 500 for part in parts)
