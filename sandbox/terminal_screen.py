"""The terminal: what stays on it, and below it one growing text that is drawn again in place."""

import shutil
from collections.abc import Sequence
from typing import TextIO

from sandbox.terminal_text import width

_PROMPT = "› "
_ROOM = 4  # rows left free below a long growing text


class Screen:
    """Lines go to `out`. Only on a terminal (`is_live`) something is drawn in place, and a prompt is shown."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.is_live = out.isatty()
        self._growing_rows = 0
        self._has_prompt = False

    def say(self, lines: Sequence[str]) -> None:
        """Lines that stay; a growing text makes way for them."""
        self._erase()
        self._write(lines)

    def grow(self, lines: Sequence[str]) -> None:
        """Shows a growing text in place of its older state."""
        self._erase()
        shown = self._fitting(lines)
        self._write(shown)
        self._growing_rows = sum(self._rows(line) for line in shown)

    def typed(self) -> None:
        """The person pressed Enter: what stands above is not touched any more."""
        self._growing_rows = 0
        self._has_prompt = False

    def prompt(self) -> None:
        if self.is_live and not self._has_prompt:
            self._out.write(_PROMPT)
            self._out.flush()
            self._has_prompt = True

    def _erase(self) -> None:
        if not self.is_live:
            return
        up = f"\x1b[{self._growing_rows}A" if self._growing_rows else ""
        self._out.write(f"\r{up}\x1b[J")
        self._growing_rows = 0
        self._has_prompt = False

    def _write(self, lines: Sequence[str]) -> None:
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()

    def _fitting(self, lines: Sequence[str]) -> list[str]:
        """The end of the text, as much as fits: what has scrolled away cannot be drawn again."""
        room = max(1, shutil.get_terminal_size().lines - _ROOM)
        kept: list[str] = []
        for line in reversed(lines):
            room -= self._rows(line)
            if room <= 0:
                return ["…", *reversed(kept)]
            kept.append(line)
        return kept[::-1]

    def _rows(self, line: str) -> int:
        columns = max(1, shutil.get_terminal_size().columns)
        return max(1, -(-width(line) // columns))
