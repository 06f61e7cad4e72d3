"""Tables in files: CSV and XLSX read and written, by hand, as far as their first sheet."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

_NAMESPACE = re.compile(r"^\{[^}]*\}")
_CELL = re.compile(r"([A-Z]+)\d+")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_CONTENT}.worksheet+xml"/></Types>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEETS = (
    f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)


class NoTable(Exception):
    """A file that holds none."""


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and the rows below, each as long as the first."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def numbers(self, column: int) -> list[float] | None:
        """A column as numbers, if all of it is."""
        values = [_number(row[column]) for row in self.rows]
        known = [value for value in values if value is not None]
        return known if known and len(known) == len(values) else None

    @property
    def first_of_numbers(self) -> int:
        """The first column of numbers; raises `NoTable` if there is none."""
        found = next((at for at in range(len(self.header)) if self.numbers(at) is not None), None)
        if found is None:
            raise NoTable("no column of numbers")
        return found

    @property
    def labels(self) -> list[str]:
        """The first column of words, or else the numbers of the rows."""
        words = next((at for at in range(len(self.header)) if self.numbers(at) is None), None)
        return [row[words] if words is not None else str(number) for number, row in enumerate(self.rows, 1)]


def read(name: str, content: bytes) -> Table:
    """Raises `NoTable` for what is none."""
    try:
        cells = _of_xlsx(content) if name.lower().endswith(".xlsx") else _of_csv(content)
    except (ValueError, KeyError, csv.Error, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise NoTable(name) from error
    cells = [row for row in cells if any(row)]
    if len(cells) < 2:
        raise NoTable(name)
    width = len(cells[0])
    return Table(cells[0], [[*row[:width], *[""] * (width - len(row))] for row in cells[1:]])


def as_csv(table: Table) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([table.header, *table.rows])
    return file.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    rows = "".join(
        f"<row>{''.join(_cell(value) for value in row)}</row>" for row in (table.header, *table.rows)
    )
    sheet = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _SHEETS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def _of_csv(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _of_xlsx(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        shared: list[str] = []
        if "xl/sharedStrings.xml" in names:
            strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            shared = ["".join(part.itertext()) for part in strings]
        sheet = min(name for name in names if name.startswith("xl/worksheets/sheet"))
        root = ElementTree.fromstring(archive.read(sheet))
    return [_row(row, shared) for row in root.iter() if _NAMESPACE.sub("", row.tag) == "row"]


def _row(row: ElementTree.Element, shared: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        match = _CELL.fullmatch(cell.get("r", ""))
        cells += [""] * ((_column(match[1]) if match else len(cells)) - len(cells))
        value = "".join(cell.itertext())
        cells.append(shared[int(value)] if cell.get("t") == "s" else value)
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cell(value: str) -> str:
    if _number(value) is not None:
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
