"""Chunking: blocks put together, or cut, to passages of a size that can be compared and shown to a model."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conversation.tokens import estimate_tokens
from domain.knowledge import Passage
from media.reading.blocks import Block

MOST_TOKENS = 600
_GOOD_TOKENS = 400  # a passage that long ends with its section
_LEAST_TOKENS = 120  # a shorter one goes on into the next section of the same page
_MOST_BYTES = 2_384  # as `estimate_tokens` counts
_OVERLAP_BYTES = 240  # of a paragraph that has to be cut, said again in the next passage
_BYTES_A_CHARACTER = 4  # at most
_SENTENCE = re.compile(r".+?(?:[.!?…](?=[\s\"”’»)]|$)[\"”’»)]*|[。！？；]+[”’」』）]*|\n|$)\s*", re.DOTALL)
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(slots=True)
class _Open:
    """A passage being put together."""

    blocks: list[Block] = field(default_factory=list[Block])
    tokens: int = 0

    def fits(self, block: Block, tokens: int) -> bool:
        """Whether the block may go into the same passage."""
        if not self.blocks:
            return True
        if self.blocks[-1].page != block.page or self.tokens + tokens > MOST_TOKENS:
            return False
        if all(one.is_heading for one in self.blocks):
            return True  # a heading alone would be found for what it does not say
        if block.is_heading or block.headings != self.blocks[-1].headings:
            return self.tokens < _LEAST_TOKENS
        return self.tokens < _GOOD_TOKENS

    def add(self, block: Block, tokens: int) -> None:
        self.blocks.append(block)
        self.tokens += tokens

    def passage(self) -> Passage:
        text = "\n\n".join(block.text for block in self.blocks)
        return Passage(text, _common([block.headings for block in self.blocks]), self.blocks[0].page)


def passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Passages of at most `MOST_TOKENS` (estimated), in order: sections where they fit, nothing left out."""
    open_one = _Open()
    for block in blocks:
        for piece in _cut(block):
            tokens = estimate_tokens(piece.text)
            if not open_one.fits(piece, tokens):
                yield open_one.passage()
                open_one = _Open()
            open_one.add(piece, tokens)
    if open_one.blocks:
        yield open_one.passage()


def _common(headings: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The headings above all of them."""
    shared: list[str] = []
    for words in zip(*headings, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return tuple(shared)


def _cut(block: Block) -> Iterator[Block]:
    if estimate_tokens(block.text) <= MOST_TOKENS:
        yield block
    elif block.is_whole:
        yield from (_like(block, text) for text in _cut_between_lines(block))
    else:
        yield from (_like(block, text) for text in _cut_between_sentences(block.text))


def _like(block: Block, text: str) -> Block:
    return Block(text, block.headings, block.page)


def _cut_between_lines(block: Block) -> Iterator[str]:
    """The head stands above each part, unless it is so long that little else would fit."""
    head = f"{block.head}\n" if block.head and _bytes(block.head) < _MOST_BYTES // 4 else ""
    lines = block.text[len(head) :].splitlines(keepends=True)
    yield from (head + text for text in _gathered(lines, _MOST_BYTES - _bytes(head), overlap=0))


def _cut_between_sentences(text: str) -> Iterator[str]:
    yield from _gathered(_SENTENCE.findall(text), _MOST_BYTES, overlap=_OVERLAP_BYTES)


def _gathered(units: Iterable[str], most: int, *, overlap: int) -> Iterator[str]:
    """The units in texts of at most so many bytes; each begins with the end of the one before, if so wished."""
    gathered: list[str] = []
    size = 0
    for piece in (piece for unit in units for piece in _bearable(unit, most - overlap)):
        if gathered and size + _bytes(piece) > most:
            yield "".join(gathered).strip("\n")
            gathered = _end(gathered, min(overlap, most - _bytes(piece)))
            size = sum(map(_bytes, gathered))
        gathered.append(piece)
        size += _bytes(piece)
    if "".join(gathered).strip():
        yield "".join(gathered).strip("\n")


def _end(units: list[str], most: int) -> list[str]:
    """The last units that are at most so long together."""
    count = 0
    while count < len(units) and _bytes(units[-1 - count]) <= most:
        most -= _bytes(units[-1 - count])
        count += 1
    return units[len(units) - count :]


def _bearable(unit: str, most: int) -> Iterator[str]:
    """A unit that is too long alone is cut between words, and a word that is too long anywhere."""
    if _bytes(unit) <= most:
        yield unit
        return
    piece = ""
    for part in (part for word in _WORD.findall(unit) for part in _slices(word, most)):
        if piece and _bytes(piece) + _bytes(part) > most:
            yield piece
            piece = ""
        piece += part
    yield piece


def _slices(word: str, most: int) -> Iterator[str]:
    length = len(word) if _bytes(word) <= most else most // _BYTES_A_CHARACTER
    return (word[start : start + length] for start in range(0, len(word), length))


def _bytes(text: str) -> int:
    return len(text.encode())
