"""Pages in HTML, taken apart into blocks: what a reader would see."""

from collections.abc import Iterator
from html.parser import HTMLParser

from media.reading.blocks import Block, Outline

_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "select"})
_BREAKS = frozenset(
    {
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "aside",
            "ul",
            "ol",
            "dl",
            "blockquote",
        ),
        *("figure", "figcaption", "form", "fieldset", "address", "details", "summary", "hr", "body"),
    }
)
_ITEMS = frozenset({"li", "dt", "dd"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LONGEST_BLOCK = 20_000  # a page without any structure is given in pieces


def blocks(text: str) -> Iterator[Block]:
    page = _Page()
    page.feed(text)
    page.close()
    page.end_block()
    return iter(page.found)


class _Page(HTMLParser):
    """Collects blocks; a tag that is not closed, or closed twice, hides nothing for good."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._outline = Outline()
        self._words: list[str] = []
        self._unseen: list[str] = []
        self._kept_whole = False
        self._rows: list[list[str]] = []
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "body":
            self._unseen.clear()
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self.end_block()
        elif self._tables:
            self._start_cell(tag)
        elif tag in _BREAKS or tag in _HEADINGS or tag == "pre":
            self.end_block()
            self._kept_whole = tag == "pre"
        elif tag in _ITEMS:
            self._words.append("\n- " if tag == "li" else "\n")
        elif tag == "br":
            self._words.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:  # `<svg/>` hides nothing behind it
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag == "table" and self._tables:
            self._tables -= 1
            if self._tables == 0:
                self._end_table()
        elif self._tables:
            return
        elif tag in _HEADINGS:
            self._end_heading(_HEADINGS[tag])
        elif tag in _BREAKS or tag == "pre":
            self.end_block()

    def handle_data(self, data: str) -> None:
        if self._unseen or not data:
            return
        if self._tables:
            self._put_in_cell(data)
        else:
            self._words.append(data if self._kept_whole else _spaced(data))

    def end_block(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if self._kept_whole and text.strip():
            self.found.append(Block(text.strip("\n"), self._outline.headings, is_whole=True))
        elif text.strip():
            lines = (" ".join(line.split()) for line in text.split("\n"))
            whole = "\n".join(line for line in lines if line)
            for start in range(0, len(whole), _LONGEST_BLOCK):
                self.found += self._outline.block(whole[start : start + _LONGEST_BLOCK])
        self._kept_whole = False

    def _end_heading(self, level: int) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        self.found += self._outline.heading(level, text)

    def _start_cell(self, tag: str) -> None:
        if self._tables == 1 and tag == "tr":
            self._rows.append([])
        elif self._tables == 1 and tag in {"td", "th"}:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append("")
        elif tag in _BREAKS or tag in _ITEMS or tag in {"br", "tr", "td", "th"}:
            self._put_in_cell(" ")

    def _put_in_cell(self, data: str) -> None:
        if not self._rows:
            self._rows.append([])
        if not self._rows[-1]:
            self._rows[-1].append("")
        self._rows[-1][-1] += data

    def _end_table(self) -> None:
        self.found += self._outline.table(self._rows)
        self._rows = []


def _spaced(data: str) -> str:
    """Lines of the source are no lines of the page."""
    return " ".join(data.split("\n"))
