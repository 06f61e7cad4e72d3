"""Which way a file goes, by what it is and what can be done here."""

from dataclasses import replace

import pytest

from conversation.filing.routing import Abilities, indexed_by_provider, may_go, place_for
from domain.hosting import Place
from media.kinds import Family, FileKind

ALL = Abilities(runs=True, searches=True, reads=True, indexes=indexed_by_provider)
_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("application/pdf", Family.DOCUMENT)
WORD = FileKind(f"{_OFFICE}wordprocessingml.document", Family.DOCUMENT)
SHEET = FileKind(f"{_OFFICE}spreadsheetml.sheet", Family.DOCUMENT)
TEXT = FileKind("text/plain", Family.TEXT)
CSV = FileKind("text/csv", Family.TEXT)
ZIP = FileKind("application/zip", Family.ARCHIVE)


@pytest.mark.parametrize(
    ("kind", "name", "tokens", "place"),
    [
        (PDF, "a.pdf", 900, Place.TURN),
        (PDF, "a.pdf", 90_000, Place.KNOWLEDGE),
        (WORD, "a.docx", 90_000, Place.KNOWLEDGE),
        (TEXT, "a.md", 100, Place.TURN),
        (TEXT, "a.md", 13_000, Place.KNOWLEDGE),
        (TEXT, "a.jsonl", 100, Place.CODE),
        (CSV, "a.csv", 10, Place.CODE),
        (SHEET, "a.xlsx", 10, Place.CODE),
        (ZIP, "a.zip", 0, Place.CODE),
    ],
)
def test_everything_has_its_place(kind: FileKind, name: str, tokens: int, place: Place) -> None:
    assert place_for(kind, name, tokens, ALL) is place


def test_tables_never_go_into_an_index() -> None:
    without_code = replace(ALL, runs=False)

    assert place_for(CSV, "a.csv", 90_000, without_code) is Place.TURN
    assert not may_go(Place.KNOWLEDGE, SHEET.media_type, "a.xlsx", ALL)


def test_where_no_model_reads_documents_they_are_searched() -> None:
    assert place_for(PDF, "a.pdf", 900, replace(ALL, reads=False)) is Place.KNOWLEDGE


def test_without_an_index_all_goes_into_the_turn() -> None:
    assert place_for(TEXT, "a.txt", 90_000, replace(ALL, searches=False)) is Place.TURN
