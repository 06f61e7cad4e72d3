"""A file as blocks, whichever kind it is. It blocks: call it in a thread."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from domain.characters import fit
from media import documents
from media.errors import BrokenDocument, EmptyFile, NotText
from media.kinds import CODE_ENDING, Family, kind_of
from media.reading import html, office, texts
from media.reading.blocks import Block

MOST_CHARACTERS: Final = 4_000_000
"""Of one file; some 2,000 pages."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ARCHIVED: dict[str, Callable[[Path], Iterator[Block]]] = {
    f"{_OFFICE}.wordprocessingml.document": office.word,
    f"{_OFFICE}.presentationml.presentation": office.slides,
    "application/vnd.oasis.opendocument.text": office.open_document,
}
_TEXTS: dict[str, Callable[[str], Iterator[Block]]] = {
    "text/html": html.blocks,
    "text/csv": texts.table,
    "text/tab-separated-values": texts.table,
    "application/json": texts.code,
    "application/xml": texts.code,
    "application/yaml": texts.code,
    "image/svg+xml": texts.code,
}


def blocks_of(path: Path, name: str) -> Iterator[Block]:
    """What the file is made of, up to `MOST_CHARACTERS`. The name tells kinds of text apart.

    Raises `EmptyFile`, `LockedDocument`, `BrokenDocument`, or `NotText` where there is nothing to be read.
    """
    left, is_empty = MOST_CHARACTERS, True
    try:
        for block in _blocks(path, name):
            yield replace(block, text=fit(block.text), headings=tuple(map(fit, block.headings)))
            is_empty = False
            left -= len(block.text)
            if left <= 0:
                return
    except RecursionError:
        raise BrokenDocument("nested too deeply") from None
    if is_empty:
        raise NotText("no words")


def _blocks(path: Path, name: str) -> Iterator[Block]:
    kind = kind_of(path, name)
    if kind.family is Family.EMPTY:
        raise EmptyFile("0 bytes")
    if kind.media_type == "application/pdf":
        return _pages(path)
    if kind.media_type in _ARCHIVED:
        return _ARCHIVED[kind.media_type](path)
    if kind.family is not Family.TEXT and kind.media_type not in _TEXTS:
        raise NotText(kind.media_type)
    is_code = CODE_ENDING.fullmatch(PurePath(name).suffix) is not None
    read = _TEXTS.get(kind.media_type, texts.code if is_code else texts.markdown)
    return read(documents.text_of(path, most_characters=MOST_CHARACTERS))


def _pages(path: Path) -> Iterator[Block]:
    for number, text in enumerate(documents.pdf_texts(path, most_characters=MOST_CHARACTERS), 1):
        yield from texts.paragraphs(text, number)
