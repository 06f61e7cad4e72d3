"""Links into a container are replaced by the names of files, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.filing.links import plain_name, without_links
from domain.run import Citation
from domain.turn import Answer, Ending


def _text(text: str) -> str:
    return without_links(Answer(text, Ending.COMPLETED)).text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[Download the sheet](sandbox:/mnt/data/out.xlsx)", "Download the sheet (`out.xlsx`)"),
        ("[out.xlsx](sandbox:/mnt/data/out.xlsx)", "out.xlsx"),
        ("![chart](sandbox:/mnt/data/chart.png)Here", "Here"),
        ("See sandbox:/mnt/data/out.csv.", "See `out.csv.`"),
        ("[a b](<sandbox:/mnt/data/a b.csv>)", "a b (`a b.csv`)"),
        ("from report.parley-0a1b2c3d.pdf", "from report.pdf"),
        ("[a page](https://example.com/sandbox)", "[a page](https://example.com/sandbox)"),
    ],
)
def test_what_a_person_cannot_follow_is_named(written: str, shown: str) -> None:
    assert _text(written) == shown


@given(st.text())
def test_no_link_into_a_container_remains(text: str) -> None:
    assert "](sandbox:" not in _text(
        f"{text}\n[file](sandbox:/mnt/data/a.txt)\n{text}".replace("sandbox:/]", "")
    )


def test_sources_have_the_names_that_people_gave() -> None:
    answer = Answer(
        "x", Ending.COMPLETED, citations=(Citation("report.parley-0a1b2c3d.pdf", file_id="file-1"),)
    )

    assert without_links(answer).citations[0].title == "report.pdf"
    assert plain_name("report.pdf") == "report.pdf"
