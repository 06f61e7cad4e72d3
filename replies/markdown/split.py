"""Pieces of a document that each fit into one message."""

from dataclasses import dataclass, replace
from typing import Final

from replies.markdown.characters import prefix_of_units, units, visible
from replies.markdown.cut import Measure, Room, cut_code, cut_inlines, divided
from replies.markdown.inlines import label
from replies.markdown.layout import DIVIDER, QUOTE_MARK, address_after, bullet, hanging
from replies.markdown.plain import to_plain
from replies.markdown.tables import as_lists, as_text
from replies.markdown.tree import (
    Block,
    Blocks,
    CodeBlock,
    Divider,
    Document,
    FormulaBlock,
    Heading,
    Inlines,
    Item,
    List,
    Paragraph,
    Quote,
    Row,
    Table,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a message holds. `marks` are entities or blocks; `columns` are those of a table, 0: no tables."""

    text: int
    marks: int
    measure: Measure
    columns: int = 0

    @property
    def rich(self) -> bool:
        return self.columns > 0


def _no_address(_url: str, _children: Inlines) -> str:
    return ""


def _prefix_of_code_points(text: str, limit: int) -> int:
    return min(len(text), limit)


_IN_UNITS: Final = Measure(units, prefix_of_units, _no_address, counts_styles=True)
_AS_PLAIN: Final = Measure(
    units, prefix_of_units, address_after, counts_styles=False, quote_mark=len(QUOTE_MARK)
)
_IN_CODE_POINTS: Final = Measure(len, _prefix_of_code_points, _no_address, counts_styles=False)

TEXT_LIMITS: Final = Limits(4096, 100, _IN_UNITS)
"""Of `to_entities`. core.telegram.org/bots/api#sendmessage; more than 100 entities are ignored."""
CAPTION_LIMITS: Final = Limits(1023, 100, _IN_UNITS)
"""Of `to_entities` below a file: 1024, with room for the sign that there was more."""
PLAIN_LIMITS: Final = Limits(4096, 1_000_000, _AS_PLAIN)
"""Of `to_plain`."""
RICH_LIMITS: Final = Limits(32_000, 450, _IN_CODE_POINTS, columns=20)
"""Of `to_blocks`: below Telegram's 32,768 and 500, since how it counts list items is disputed."""

_ROWS_IN_ONE_BLOCK: Final = 80


def split(document: Document, limits: Limits) -> list[Document]:
    """Documents in order, each within `limits`; none where nothing can be seen.

    Never inside a link, a perceived character or a table's row, nor inside code that fits into one message.
    """
    splitter = _Splitter(limits)
    rest = splitter.prepared(document.blocks)
    pieces: list[Document] = []
    while rest:
        taken, rest = splitter.blocks(rest, splitter.full_room(), indent=0)
        if not taken:  # Cannot be: an empty message has room for something. Rather too long than never ending.
            taken, rest = rest[:1], rest[1:]
        pieces.append(Document(taken))
    return [piece for piece in pieces if visible(to_plain(piece))]


class _Splitter:
    """Takes from the front what fits into the room that is left, and reads no further than that.

    The methods use up the room they are given, and return what they took and what remains.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._measure = limits.measure

    def full_room(self) -> Room:
        return Room(self._limits.text, self._limits.marks)

    def prepared(self, blocks: Blocks) -> Blocks:
        """Blocks without tables that cannot be shown, or not be cut, as tables."""
        return tuple(ready for block in blocks for ready in self._prepared(block))

    def _prepared(self, block: Block) -> Blocks:
        match block:
            case Quote(blocks):
                return (replace(block, blocks=self.prepared(blocks)),)
            case List(items):
                ready = tuple(replace(item, blocks=self.prepared(item.blocks)) for item in items)
                return (replace(block, items=ready),)
            case Table():
                return self._prepared_table(block)
            case _:
                return (block,)

    def _prepared_table(self, table: Table) -> Blocks:
        if not self._limits.rich:
            starts = range(0, max(len(table.rows), 1), _ROWS_IN_ONE_BLOCK)
            parts = (replace(table, rows=table.rows[at : at + _ROWS_IN_ONE_BLOCK]) for at in starts)
            return tuple(block for part in parts for block in as_text(part))
        if table.columns > self._limits.columns:
            return as_text(table)
        longest = max(map(self._row_size, table.rows), default=0)
        fits = self._row_size(table.header) + longest < self._limits.text * 9 // 10
        return (table,) if fits else as_lists(table)

    def _row_size(self, row: Row) -> int:
        return sum(self._measure.size(label(cell)) for cell in row)

    def blocks(self, blocks: Blocks, room: Room, *, indent: int) -> tuple[Blocks, Blocks]:
        taken: list[Block] = []
        for position, block in enumerate(blocks):
            before = room.copy()
            head, tail = None, block
            if self._limits.rich or room.take(2 + indent if taken else 1):
                head, tail = self._block(block, room, indent)
            if tail is not None and head is not None and self._waits(block, before, indent):
                head, tail = None, block
            if head is not None:
                taken.append(head)
            if tail is not None:
                return _without_last_heading(taken, (tail, *blocks[position + 1 :]))
        return tuple(taken), ()

    def _waits(self, block: Block, room: Room, indent: int) -> bool:
        """Whether a block that does not fit here goes whole into the next message instead of being cut."""
        if isinstance(block, Quote | List) or self._is_untouched(room):
            return False
        fresh = self.full_room()
        _, tail = self._block(block, fresh, indent)
        if tail is not None:
            return False
        return isinstance(block, CodeBlock | FormulaBlock | Heading) or fresh.text > self._limits.text // 2

    def _is_untouched(self, room: Room) -> bool:
        return room.text > self._limits.text * 9 // 10 and room.marks > self._limits.marks * 9 // 10

    def _block(self, block: Block, room: Room, indent: int) -> tuple[Block | None, Block | None]:
        untouched = self._is_untouched(room)
        if not room.take(0, self._marks(block)):
            return None, block
        match block:
            case Paragraph(children) | Heading(_, children):
                cut = cut_inlines(children, room, self._measure, indent)
                return self._cut_inlines(block, cut, untouched=untouched)
            case CodeBlock(content) | FormulaBlock(content):
                return self._cut_code(block, content, room, untouched=untouched)
            case Divider():
                fits = self._limits.rich or room.take(len(DIVIDER))
                return (block, None) if fits else (None, block)
            case Quote():
                return self._cut_quote(block, room, indent)
            case List():
                return self._cut_list(block, room, indent)
            case Table():
                return self._cut_table(block, room)

    def _marks(self, block: Block) -> int:
        """Entities or blocks that the block itself takes, without what stands in it."""
        if self._limits.rich:
            return 1
        return 1 if isinstance(block, Heading | CodeBlock | FormulaBlock | Quote) else 0

    def _worth(self, cut: int, *, untouched: bool) -> bool:
        """A few words at the end of a full message are better off in the next one."""
        return cut > 0 and (untouched or cut >= self._limits.text // 20)

    def _cut_inlines(
        self, block: Paragraph | Heading, cut: int | None, *, untouched: bool
    ) -> tuple[Block | None, Block | None]:
        if cut is None:
            return block, None
        if not self._worth(cut, untouched=untouched):
            return None, block
        head, tail = divided(block.children, cut)
        return replace(block, children=head), replace(block, children=tail, spaced=True) if tail else None

    def _cut_code(
        self, block: CodeBlock | FormulaBlock, content: str, room: Room, *, untouched: bool
    ) -> tuple[Block | None, Block | None]:
        if room.take(self._measure.size(content)):
            return block, None
        cut = cut_code(content, self._measure.fitting(content, room.text))
        if not self._worth(cut, untouched=untouched):
            return None, block
        head, tail = content[:cut].rstrip(), content[cut:].lstrip("\n")
        if isinstance(block, CodeBlock):
            return replace(block, content=head), replace(block, content=tail, spaced=True)
        return replace(block, latex=head), replace(block, latex=tail, spaced=True)

    def _cut_quote(self, block: Quote, room: Room, indent: int) -> tuple[Block | None, Block | None]:
        mark = self._measure.quote_mark if block.expandable else 0
        if not room.take(mark):
            return None, block
        head, tail = self.blocks(block.blocks, room, indent=indent + mark)
        quote = replace(block, blocks=head) if head or not tail else None
        return quote, replace(block, blocks=tail, spaced=True) if tail else None

    def _cut_list(self, block: List, room: Room, indent: int) -> tuple[Block | None, Block | None]:
        taken: list[Item] = []
        for position in range(len(block.items)):
            head, tail = self._item(block, position, room, indent)
            if head is not None:
                taken.append(head)
            if tail is not None:
                items = (tail, *block.items[position + 1 :])
                start = None if block.start is None else block.start + position
                return replace(block, items=tuple(taken)) if taken else None, List(items, start)
        return block, None

    def _item(self, block: List, position: int, room: Room, indent: int) -> tuple[Item | None, Item | None]:
        item = block.items[position]
        size = 0 if self._limits.rich else 2 + indent + units(bullet(block, position))
        if not room.take(size, 1 if self._limits.rich else 0):
            return None, item
        head, tail = self.blocks(item.blocks, room, indent=indent + len(hanging(block)))
        if not tail:
            return item, None
        if not head:
            return None, item
        return replace(item, blocks=head), replace(item, blocks=tail, continued=True)

    def _cut_table(self, block: Table, room: Room) -> tuple[Block | None, Block | None]:
        """Between rows; each part has the header."""
        if not room.take(self._row_size(block.header), 1):
            return None, block
        for position, row in enumerate(block.rows):
            if not room.take(self._row_size(row), 1):
                head = replace(block, rows=block.rows[:position]) if position else None
                return head, replace(block, rows=block.rows[position:], spaced=block.spaced or position > 0)
        return block, None


def _without_last_heading(taken: list[Block], rest: Blocks) -> tuple[Blocks, Blocks]:
    """A heading goes with what it is the heading of."""
    keep = len(taken)
    while keep and isinstance(taken[keep - 1], Heading):
        keep -= 1
    return (tuple(taken[:keep]), (*taken[keep:], *rest)) if keep else (tuple(taken), rest)
