"""Markdown as models write it, made of numbered words, so that a lost or moved one shows."""

from collections.abc import Callable
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st

PROFILE = settings(derandomize=True, deadline=None, max_examples=150, database=None)
"""The same examples every time and everywhere."""

_SIGNS = ["*", "**", "_", "__", "~~", "`", "```", "$", "$$", "\\(", "\\)", "\\[", "\\]", "[", "](", ")", "!["]
_LINES = [
    "\n",
    "\n\n",
    "\n- ",
    "\n1. ",
    "\n> ",
    "\n# ",
    "\n```py\n",
    "\n```\n",
    "\n|",
    "|",
    "\n|-|-|\n",
    "\n---\n",
]
_OTHERS = [
    " ",
    "  ",
    "\\",
    "<b>",
    "&lt;",
    "http://a.bc",
    "[x] ",
    ": ",
    "😀",
    "é\u0301",
    "\u200b",
    "中文",
    "سلام",
    "\t",
]


def loose_markup() -> st.SearchStrategy[str]:
    """Signs and words in any order: what no writer means and a stream may hold at any moment."""
    words = st.from_regex(r"[a-z]{4,8}", fullmatch=True).map(lambda word: f" {word} ")
    parts = st.one_of(st.sampled_from([*_SIGNS, *_LINES, *_OTHERS]), words)
    return st.lists(parts, max_size=40).map("".join)


@st.composite
def answers(draw: st.DrawFn, *, tables: bool = True) -> str:
    """Well-formed Markdown; each word is `w` and its number in the order of the text, `w007`."""
    return _Writer(draw, tables=tables).blocks(depth=0)


class _Writer:
    """Writes one answer, drawing what comes next."""

    def __init__(self, draw: st.DrawFn, *, tables: bool) -> None:
        self._draw = draw
        self._numbers = count(1)
        self._tables = tables

    def _pick(self, *choices: Callable[[], str]) -> str:
        return self._draw(st.sampled_from(choices))()

    def _number(self, most: int) -> range:
        return range(self._draw(st.integers(1, most)))

    def blocks(self, depth: int) -> str:
        return "\n\n".join(self._block(depth) for _ in self._number(4))

    def _block(self, depth: int) -> str:
        kinds = [self._paragraph, self._paragraph, self._heading, self._fence, self._formula, lambda: "---"]
        if depth < 4:
            kinds += [lambda: self._list(depth, "- "), lambda: self._list(depth, "7. ")]
            kinds += [lambda: self._list(depth, "- [x] "), lambda: self._quote(depth)]
        if self._tables:
            kinds.append(self._table)
        return self._pick(*kinds)

    def _word(self) -> str:
        return f"w{next(self._numbers):03}"

    def _words(self) -> str:
        return " ".join(self._word() for _ in self._number(4))

    def _inline(self) -> str:
        return self._pick(
            self._words,
            lambda: f"**{self._words()}**",
            lambda: f"**{self._words()} *{self._words()}* `{self._word()}` {self._word()}**",
            lambda: f"*{self._words()}*",
            lambda: f"~~{self._words()}~~",
            lambda: f"`{self._words()}`",
            lambda: f"[{self._words()}](https://example.com/a_(b))",
            lambda: f"![{self._words()}](https://example.com/a.png)",
            lambda: f"[**{self._word()}** `{self._word()}`](docs/page)",
            lambda: f"${self._word()}^2$",
            lambda: f"\\({self._word()}\\)",
            lambda: f"{self._words()}\n{self._words()}",
            lambda: "costs $5 to $10",
            lambda: "😀 中文 **重点：**内容 é",
        )

    def _line(self) -> str:
        return " ".join(self._inline() for _ in self._number(5))

    def _paragraph(self) -> str:
        return self._line()

    def _heading(self) -> str:
        return f"## {self._words()} `{self._word()}`"

    def _fence(self) -> str:
        return f"```python\n{self._words()}\n\n    {self._words()}\n```"

    def _formula(self) -> str:
        return f"$$\n{self._word()} = \\frac{{1}}{{2}}\n$$"

    def _quote(self, depth: int) -> str:
        return _prefixed(self.blocks(depth + 1), "> ", "> ")

    def _list(self, depth: int, marker: str) -> str:
        gap = self._draw(st.sampled_from(("\n", "\n\n")))
        indent = " " * (3 if marker[0] == "7" else 2)
        return gap.join(_prefixed(self._item(depth, marker), marker, indent) for _ in self._number(3))

    def _item(self, depth: int, marker: str) -> str:
        return self._words() if "[" in marker or depth > 2 else f"{self._words()}\n\n{self.blocks(depth + 1)}"

    def _table(self) -> str:
        """Narrow enough for a phone, so that its words keep their order everywhere."""
        rows = [f"| {self._word()} | {self._word()} |" for _ in range(2)]
        return "\n".join(["| Left | Right |", "|---|--:|", *rows])


def _prefixed(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", f"\n{others}")
