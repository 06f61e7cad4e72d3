"""Tables told from prose by what is in them: lines that all have the same number of cells."""

import csv
import re
from collections import Counter
from typing import Final

_SEPARATORS: Final = ("\t", ";", "|", ",")
_FEWEST_ROWS, _FEWEST_ROWS_OF_WORDS = 4, 6
_LONGEST_CELL: Final = 200
_NUMBER: Final = re.compile(r"[-+]?[$€£¥]?\d[\d.,' ]*%?")


def separator_of(beginning: str, *, is_cut: bool) -> str:
    """What separates the cells of a table that begins so; empty for prose, code and what may be either.

    `is_cut`: its last line goes on.
    """
    if beginning.startswith(("{", "[", "<")):
        return ""
    lines = [line for line in beginning.splitlines() if line.strip()]
    lines = lines[:-1] if is_cut else lines
    return next((one for one in _SEPARATORS if _is_table(lines, one)), "")


def _is_table(lines: list[str], separator: str) -> bool:
    if sum(separator in line for line in lines) < _FEWEST_ROWS:
        return False
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return False
    [(width, count)] = Counter(map(len, rows)).most_common(1)
    is_even = width > 1 and count >= _FEWEST_ROWS and count * 20 >= len(rows) * 19
    if not is_even or len(rows[0]) != width or any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        return False
    body = [row for row in rows[1:] if len(row) == width]
    return _has_numbers(body, width) or _is_of_words(rows, width)


def _has_numbers(body: list[list[str]], width: int) -> bool:
    """Whether a column holds nothing but numbers; prose has none."""
    columns = ([row[column].strip() for row in body] for column in range(width))
    return any(all(_NUMBER.fullmatch(cell) or not cell for cell in cells) and any(cells) for cells in columns)


def _is_of_words(rows: list[list[str]], width: int) -> bool:
    """In prose a comma is followed by a blank, and a line hardly ever has two of them as all others do."""
    cells = [cell for row in rows for cell in row]
    return (
        width > 2
        and len(rows) >= _FEWEST_ROWS_OF_WORDS
        and all(rows[0])
        and not any(cell[:1].isspace() for cell in cells)
    )
