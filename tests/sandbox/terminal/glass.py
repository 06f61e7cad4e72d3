"""A terminal to look at: a pseudo-terminal whose other end draws characters on a small screen."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TextIO

COLUMNS, LINES = 80, 40
_TOKEN = re.compile(r"\x1b\[(\d*(?:;\d+)*)([A-Za-z])|([\r\n])|([^\x1b])")


@dataclass
class Glass:
    """What is on the screen. `seen` keeps every state of it, so that what passed can be found, too."""

    master: int
    stdin: TextIO
    stdout: TextIO
    rows: list[str] = field(default_factory=lambda: [""])
    seen: list[str] = field(default_factory=list[str])
    _row: int = 0
    _column: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def type(self, line: str) -> None:
        os.write(self.master, f"{line}\n".encode())

    async def until(self, predicate: Callable[[str], bool], timeout: float = 40) -> str:
        """The screen as soon as it is as wanted."""
        async with asyncio.timeout(timeout):
            while not predicate(self.text):
                self._changed.clear()
                await self._changed.wait()
        return self.text

    def draw(self, output: str) -> None:
        for token in _TOKEN.finditer(output):
            self._draw(token)
        self.seen.append(self.text)
        self._changed.set()

    def _draw(self, token: re.Match[str]) -> None:
        match token[2], token[3]:
            case "A", _:
                self._row = max(0, self._row - int(token[1] or 1))
            case "J", _:
                self.rows[self._row :] = [self.rows[self._row][: self._column]]
            case None, "\r":
                self._column = 0
            case None, "\n":
                self._down()
            case None, None:
                self._put(token[4])
            case _:
                return

    def _put(self, character: str) -> None:
        if self._column == COLUMNS:
            self._down()
            self._column = 0
        row = self.rows[self._row].ljust(self._column)
        self.rows[self._row] = row[: self._column] + character + row[self._column + 1 :]
        self._column += 1

    def _down(self) -> None:
        self._row += 1
        if self._row == len(self.rows):
            self.rows.append("")


@asynccontextmanager
async def glass() -> AsyncGenerator[Glass]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    with (
        os.fdopen(slave, "r", encoding="utf-8") as stdin,
        os.fdopen(os.dup(slave), "w", encoding="utf-8") as stdout,
    ):
        seen = Glass(master, stdin, stdout)
        loop = asyncio.get_running_loop()
        loop.add_reader(master, lambda: seen.draw(os.read(master, 65_536).decode("utf-8", "replace")))
        try:
            yield seen
        finally:
            loop.remove_reader(master)
            os.close(master)
