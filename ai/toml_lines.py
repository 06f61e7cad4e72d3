"""In which line of a TOML file a key stands: the parser does not tell, and people have to find it."""

import tomllib
from collections.abc import Mapping
from typing import cast

Path = tuple[str, ...]


def lines_of(text: str) -> Mapping[Path, int]:
    """The first line, counted from 1, of every table and key that is written on a line of its own."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if words.startswith("["):
            table = _path(words) or table
            place = table
        else:
            inside = _path(words) or _path(f"{words.partition('=')[0]}= 0") if "=" in words else ()
            place = table + inside
        for length in range(1, len(place) + 1):
            found.setdefault(place[:length], number)
    return found


def nearest_line(lines: Mapping[Path, int], place: Path) -> int:
    """The line of the key, or of what it would stand in; 0 if there is none of that either."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 0


def _path(line: str) -> Path:
    """The keys that a line of TOML names by itself, from the outside in."""
    try:
        value: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(value, dict | list) and value:
        if isinstance(value, list):
            value = cast("list[object]", value)[0]
            continue
        name, value = next(iter(cast("dict[str, object]", value).items()))
        path.append(name)
        if not line.startswith("[") and not _goes_on(line, path):
            break
    return tuple(path)


def _goes_on(line: str, path: list[str]) -> bool:
    """Whether further keys stand before the equals sign: `a.b = 1`, but not `a = { b = 1 }`."""
    return line.partition("=")[0].count(".") >= len(path)
