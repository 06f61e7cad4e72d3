"""The tree an answer is parsed into: all that the writers and the splitter know of Markdown."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """Named as Telegram names its entities and rich texts."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKETHROUGH = "strikethrough"


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    content: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line in a paragraph: chat answers mean their line ends, so soft and hard ones are alike."""


@dataclass(frozen=True, slots=True)
class Code:
    content: str


@dataclass(frozen=True, slots=True)
class Formula:
    """LaTeX within a line."""

    latex: str


@dataclass(frozen=True, slots=True)
class Styled:
    style: Style
    children: "Inlines"


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is one that Telegram accepts. Links hold no links."""

    url: str
    children: "Inlines"


Inline = Text | Break | Code | Formula | Styled | Link
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`spaced`, here and below: an empty line stood above in the source, so one stands above in the answer."""

    children: Inlines
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    children: Inlines
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """`content` neither begins nor ends with an empty line."""

    content: str
    language: str = ""
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class FormulaBlock:
    """LaTeX displayed on lines of its own."""

    latex: str
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Divider:
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """An `expandable` one shows its beginning until it is tapped."""

    blocks: "Blocks"
    spaced: bool = True
    expandable: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """`checked` is None without a box; `continued`: its beginning, with the bullet, is in the piece before."""

    blocks: "Blocks"
    checked: bool | None = None
    spaced: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """`start` is the number of the first item, None for bullets."""

    items: tuple[Item, ...]
    start: int | None = None
    spaced: bool = True


Row = tuple[Inlines, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as `header`, and `aligns` as many entries."""

    header: Row
    rows: tuple[Row, ...]
    aligns: tuple[Align | None, ...]
    spaced: bool = True

    @property
    def columns(self) -> int:
        return len(self.header)


Block = Paragraph | Heading | CodeBlock | FormulaBlock | Divider | Quote | List | Table
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    blocks: Blocks
