"""The beginning of tables, whatever separates their cells and whichever program wrote them."""

import zipfile
from pathlib import Path

import pytest

from media.errors import Bomb, BrokenDocument
from media.tables import read_delimited, read_workbook
from sandbox.model.tables import Table, as_xlsx


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_cells_are_told_apart(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    rows = [("月份", "销售额"), ("一月", "12"), ("二月", "19"), ("三月", "20")]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding)

    table = read_delimited(path, most_rows=2)

    assert (table.beginning, table.rows, table.columns) == ((rows[0], rows[1]), 4, 2)


def test_a_long_cell_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a,b\n{'x' * 500},1\n")

    assert max(len(cell) for row in read_delimited(path, most_rows=5).beginning for cell in row) == 60


def test_a_workbook_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(as_xlsx(Table(("city", "people"), (("Oslo", "709"), ("Rome", "2870")))))

    table = read_workbook(path, most_rows=2)

    assert table.beginning[0] == ("city", "people")
    assert (table.rows, table.columns) == (3, 2)


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(130_000_000))

    with pytest.raises(Bomb):
        read_workbook(path, most_rows=2)


def test_what_is_no_workbook_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 no")

    with pytest.raises(BrokenDocument):
        read_workbook(path, most_rows=2)


def test_chinese_far_down_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("city,people\n" + "Oslo,709\n" * 20_000 + "北京,21893\n", "utf-8")

    assert read_delimited(path, most_rows=6).has_cjk


def test_chinese_far_down_a_workbook_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = (*((f"Oslo {number}", "709") for number in range(30)), ("北京", "21893"))
    path.write_bytes(as_xlsx(Table(("city", "people"), rows)))

    assert read_workbook(path, most_rows=6).has_cjk


def test_a_table_without_chinese_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Stadt,Größe\nZürich,434\n", "utf-8")

    assert not read_delimited(path, most_rows=6).has_cjk
