"""Names of files as they are kept: safe, short, and with the ending by which others know what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.found import file_name
from conversation.wording import LONGEST_NAME


@pytest.mark.parametrize(
    ("given_name", "ending", "kept"),
    [
        ("sales.csv", "", "sales.csv"),
        ("../../etc/passwd", "", "passwd"),
        ("报告.PDF", ".pdf", "报告.pdf"),
        ("scan.txt", ".pdf", "scan.txt.pdf"),
        (f"{'x' * 300}.parquet", "", f"{'x' * 56}.parquet"),
        (f"{'销' * 100}.xlsx", ".xlsx", f"{'销' * 59}.xlsx"),
        ("notes.of a long sentence", "", "notes.of a long sentence"),
        ("\u202e", "", "Someone"),
    ],
)
def test_a_name_keeps_its_ending(given_name: str, ending: str, kept: str) -> None:
    assert file_name(given_name, ending) == kept


@given(st.text(), st.sampled_from(["", ".pdf", ".xlsx"]))
def test_any_name_becomes_a_short_one_on_one_line(name: str, ending: str) -> None:
    kept = file_name(name, ending)

    assert 0 < len(kept) <= LONGEST_NAME
    assert kept.endswith(ending)
    assert "/" not in kept
    assert len(kept.splitlines()) == 1
