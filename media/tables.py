"""Tables: their first rows as text, and how large they are. All of it blocks: call it in a thread."""

import csv
import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.characters import has_cjk
from media.archives import check_zip
from media.delimited import separator_of
from media.documents import text_of
from media.errors import BrokenDocument, LockedDocument
from media.libraries import calamine

SHEETS = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
    }
)
"""Media types of workbooks that are opened here."""

_MOST_WORKBOOK_BYTES = 120_000_000  # unpacked; its cells take several times that in memory
_LONGEST_CELL = 60
_MOST_COLUMNS = 40
_MOST_ROWS_COUNTED = 2_000_000
_BEGINNING_CHARACTERS = 64 * 1024
_MOST_CHARACTERS_SEEN = 4_000_000
_MOST_CELLS_SEEN = 200_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table's beginning, row by row, the first being its head as a rule. `rows` is how many it has in all.

    `sheet` is the name of the sheet in a workbook, `sheets` how many there are. `has_cjk`: there is Chinese,
    Japanese or Korean in it, as far as it was looked through.
    """

    beginning: tuple[tuple[str, ...], ...]
    rows: int
    columns: int
    sheet: str = ""
    sheets: int = 1
    has_cjk: bool = False

    def lines(self) -> list[str]:
        """The beginning as CSV."""
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(self.beginning)
        return written.getvalue().splitlines()


def read_workbook(path: Path, *, most_rows: int) -> Table:
    """The first sheet that has anything in it. Raises `LockedDocument`, `BrokenDocument`, `Bomb`."""
    if zipfile.is_zipfile(path):
        check_zip(path, most_bytes=_MOST_WORKBOOK_BYTES)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:  # pyright: ignore[reportUnknownMemberType]  # a bare PathLike
            sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
            name, sheet = next((one for one in sheets if one[1].height), sheets[0])
            rows = sheet.to_python(nrows=most_rows) if sheet.height else []
            height, width = sheet.height, sheet.width
            is_cjk = has_cjk(*(name for name, _ in sheets)) or any(map(has_cjk, _strings(sheets)))
    except calamine.PasswordError:
        raise LockedDocument("a workbook with a password", text=LockedDocument.workbook) from None
    except (calamine.CalamineError, IndexError, ValueError, OSError) as error:
        raise BrokenDocument(f"{type(error).__name__} for a workbook") from None
    return Table(_cut(rows), height, width, name, len(sheets), is_cjk)


def read_delimited(path: Path, *, most_rows: int) -> Table:
    """A CSV or TSV file in any encoding, whatever separates its cells. Raises what `text_of` raises."""
    beginning = text_of(path, most_characters=_BEGINNING_CHARACTERS)
    separator = separator_of(beginning[:4096], is_cut=len(beginning) > 4096) or _separator(beginning)
    rows = list(itertools.islice(_rows(beginning, separator), most_rows))
    is_cjk = has_cjk(text_of(path, most_characters=_MOST_CHARACTERS_SEEN))
    return Table(_cut(rows), _line_count(path, beginning), max(map(len, rows), default=0), has_cjk=is_cjk)


def _strings(sheets: "Iterable[tuple[str, calamine.CalamineSheet]]") -> Iterator[str]:
    """What stands in the first cells of all sheets."""
    cells = (cell for _, sheet in sheets for row in sheet.iter_rows() for cell in row)
    return (cell for cell in itertools.islice(cells, _MOST_CELLS_SEEN) if isinstance(cell, str))


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    while True:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            return
        if row:
            yield row


def _separator(beginning: str) -> str:
    try:
        return csv.Sniffer().sniff(beginning[:4096], delimiters=",;\t|").delimiter
    except csv.Error:
        return "\t" if "\t" in beginning.partition("\n")[0] else ","


def _line_count(path: Path, beginning: str) -> int:
    """How many lines there are, the last one counted whether or not it ends in a line feed."""
    if path.stat().st_size < _BEGINNING_CHARACTERS:
        return sum(1 for line in beginning.splitlines() if line.strip())
    count = 0
    with path.open("rb") as file:
        while (piece := file.read(1 << 20)) and count < _MOST_ROWS_COUNTED:
            count += piece.count(b"\n")
    return count


def _cut(rows: Iterable[Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_cell(value) for value in list(row)[:_MOST_COLUMNS]) for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
