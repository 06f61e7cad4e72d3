"""The terminal: what stays on it, and at its end one text that can be drawn again in place while it grows."""

import os
from collections.abc import Hashable, Sequence
from typing import TextIO

from sandbox.terminal_text import width

_PROMPT = "› "
_ROOM = 4  # rows left free below a growing text
_USUAL_SIZE = os.terminal_size((80, 24))


class Screen:
    """Lines go to `out`. Only on a terminal (`is_live`) something is drawn in place, and a prompt is shown."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.is_live = out.isatty()
        self._last: Hashable = None
        self._last_rows = 0
        self._last_passes = False
        self._has_prompt = False

    def say(self, lines: Sequence[str]) -> None:
        """Lines that stay."""
        self._make_room(None)
        self._write(self._wrapped(lines))

    def show(self, name: Hashable, lines: Sequence[str]) -> None:
        """A text that stays; shown again under the same name it takes its own place while it `is_last`."""
        self._make_room(name)
        wrapped = self._wrapped(lines)
        self._write(wrapped)
        self._remember(name, wrapped, passes=False)

    def is_last(self, name: Hashable) -> bool:
        """Whether this text can be drawn again: nothing came after it, and it is on the screen."""
        return name == self._last and self._can_be_reached()

    def grow(self, name: Hashable, lines: Sequence[str]) -> None:
        """A text that passes: whatever comes next takes its place."""
        self._make_room(name)
        shown = self._fitting(self._wrapped(lines))
        self._write(shown)
        self._remember(name, shown, passes=True)

    def typed(self) -> None:
        """The person pressed Enter: what stands above is not touched any more."""
        self._forget()
        self._has_prompt = False

    def prompt(self) -> None:
        if self.is_live and not self._has_prompt:
            self._out.write(_PROMPT)
            self._out.flush()
            self._has_prompt = True

    def _make_room(self, name: Hashable) -> None:
        """Takes away the prompt, and the last text if it passes or is to be drawn again."""
        if self.is_live:
            goes = self._can_be_reached() and (self._last_passes or (name is not None and name == self._last))
            up = f"\x1b[{self._last_rows}A" if goes and self._last_rows else ""
            self._out.write(f"\r{up}\x1b[J")
        self._forget()
        self._has_prompt = False

    def _can_be_reached(self) -> bool:
        """What has scrolled off the screen cannot be drawn again."""
        return self.is_live and self._last_rows < self._size().lines

    def _remember(self, name: Hashable, lines: Sequence[str], *, passes: bool) -> None:
        self._last, self._last_passes = name, passes
        self._last_rows = sum(self._rows(line) for line in lines)

    def _forget(self) -> None:
        self._last, self._last_rows, self._last_passes = None, 0, False

    def _write(self, lines: Sequence[str]) -> None:
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()

    def _wrapped(self, lines: Sequence[str]) -> list[str]:
        """On a terminal, too long lines broken between words; a pipe gets them as they are."""
        if not self.is_live:
            return list(lines)
        columns = self._size().columns
        return [
            part for line in lines for part in (_broken(line, columns) if width(line) > columns else [line])
        ]

    def _fitting(self, lines: Sequence[str]) -> list[str]:
        """The end of the text, as much of it as can be drawn again."""
        room = max(1, self._size().lines - _ROOM)
        kept: list[str] = []
        for line in reversed(lines):
            room -= self._rows(line)
            if room <= 0:
                return ["…", *reversed(kept)]
            kept.append(line)
        return kept[::-1]

    def _rows(self, line: str) -> int:
        return max(1, -(-width(line) // max(1, self._size().columns)))

    def _size(self) -> os.terminal_size:
        try:
            size = os.get_terminal_size(self._out.fileno())
        except OSError:
            return _USUAL_SIZE
        return size if size.columns and size.lines else _USUAL_SIZE


def _broken(line: str, columns: int) -> list[str]:
    """A word that is longer than a row is left to the terminal."""
    rows: list[str] = []
    row, used = "", 0
    for word in line.split(" "):
        size = width(word)
        if row and used + 1 + size > columns:
            rows.append(row)
            row, used = word, size
        else:
            row, used = (f"{row} {word}", used + 1 + size) if row or used else (word, size)
    return [*rows, row]
