"""Blocks: what a document is made of, in its order."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, table or piece of code.

    `headings` are those above it, outermost first, itself included if it is one. `page` counts from 1, or is 0.
    `is_whole`: lines that belong together, as of a table; if it has to be cut, then between lines, and `head`
    (which is its beginning) is said again above each part.
    """

    text: str
    headings: tuple[str, ...] = ()
    page: int = 0
    is_whole: bool = False
    head: str = ""
    is_heading: bool = False


@dataclass(slots=True)
class Outline:
    """The headings above the place one has come to."""

    _levels: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(words for _, words in self._levels)

    def enter(self, level: int, words: str) -> None:
        """A heading of that level ends all sections that are not above it."""
        while self._levels and self._levels[-1][0] >= level:
            self._levels.pop()
        self._levels.append((level, words))

    def heading(self, level: int, text: str, page: int = 0) -> Iterator[Block]:
        """Enters it, and tells it as a block."""
        words = " ".join(text.split())
        if words:
            self.enter(level, words)
            yield Block(text.strip("\n"), self.headings, page, is_heading=True)

    def block(self, text: str, page: int = 0) -> Iterator[Block]:
        if text.strip():
            yield Block(text.strip("\n"), self.headings, page)

    def table(self, rows: list[list[str]], page: int = 0) -> Iterator[Block]:
        """Rows of cells, the first one the head."""
        lines = [" | ".join(" ".join(cell.split()) for cell in row) for row in rows if any(map(str.strip, row))]
        if lines:
            yield Block("\n".join(lines), self.headings, page, is_whole=True, head=lines[0])
