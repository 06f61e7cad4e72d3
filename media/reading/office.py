"""Word, PowerPoint and OpenDocument files, taken apart into blocks. Bounded: a zip may hold gigabytes."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from media.errors import BrokenDocument
from media.reading.blocks import Block, Outline

_MOST_BYTES = 48 << 20  # of one part, unpacked
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEVEL = re.compile(r"heading (\d)", re.IGNORECASE)

Element = ElementTree.Element


def word(path: Path) -> Iterator[Block]:
    with _opened(path) as archive:
        levels = _heading_styles(archive)
        outline = Outline()
        for element in _outermost(archive, "word/document.xml", {f"{_W}p", f"{_W}tbl"}):
            if element.tag == f"{_W}tbl":
                yield from outline.table(_rows(element, f"{_W}tr", f"{_W}tc"))
                continue
            style = element.find(f"{_W}pPr/{_W}pStyle")
            level = levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0
            listed = "- " if element.find(f"{_W}pPr/{_W}numPr") is not None and not level else ""
            text = _words(element)
            yield from outline.heading(level, text) if level else outline.block(text and listed + text)


def slides(path: Path) -> Iterator[Block]:
    """Each slide is a page; its title, or its number, is the heading."""
    with _opened(path) as archive:
        for number, part in enumerate(_slide_parts(archive), 1):
            outline = Outline()
            root = _parsed(archive, part)
            for shape in root.iter(f"{_P}sp"):
                text = "\n".join(filter(None, map(_words, shape.iter(f"{_A}p"))))
                yield from outline.heading(1, text, number) if _is_title(shape) else outline.block(text, number)
            for table in root.iter(f"{_A}tbl"):
                yield from outline.table(_rows(table, f"{_A}tr", f"{_A}tc"), number)
            for notes in _related(archive, part, "notesSlide"):
                text = "\n".join(filter(None, map(_words, _parsed(archive, notes).iter(f"{_A}p"))))
                yield from outline.block(text, number)


def open_document(path: Path) -> Iterator[Block]:
    with _opened(path) as archive:
        outline = Outline()
        outermost = {f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table"}
        for element in _outermost(archive, "content.xml", outermost):
            if element.tag == f"{_TABLE}table":
                yield from outline.table(_rows(element, f"{_TABLE}table-row", f"{_TABLE}table-cell"))
            elif element.tag == f"{_TEXT}h":
                level = element.get(f"{_TEXT}outline-level", "1")
                yield from outline.heading(int(level) if level.isdigit() else 1, "".join(element.itertext()))
            else:
                yield from outline.block("".join(element.itertext()))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise BrokenDocument(type(error).__name__) from None


class _Bounded:
    """A part of the archive that is read no further than is reasonable."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size if size >= 0 else self._left + 1)
        self._left -= len(piece)
        if self._left < 0:
            raise BrokenDocument(f"a part of more than {_MOST_BYTES} bytes")
        return piece


def _outermost(archive: zipfile.ZipFile, part: str, tags: set[str]) -> Iterator[Element]:
    """The elements with these tags that are in no other of them; each is emptied when the next is asked for."""
    depth = 0
    try:
        with archive.open(part) as file:
            for event, element in ElementTree.iterparse(_Bounded(file), events=("start", "end")):
                if element.tag not in tags:
                    continue
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    yield element
                    element.clear()
    except (KeyError, *_BROKEN) as error:
        raise BrokenDocument(f"{part}: {type(error).__name__}") from None


def _parsed(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        with archive.open(part) as file:
            return ElementTree.parse(_Bounded(file)).getroot()
    except (KeyError, *_BROKEN) as error:
        raise BrokenDocument(f"{part}: {type(error).__name__}") from None


_BROKEN = (
    ElementTree.ParseError,
    zipfile.BadZipFile,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    EOFError,
)


def _words(element: Element) -> str:
    """What a paragraph says; the copy that older programs are given of a drawing is left out."""
    match element.tag.rpartition("}")[2]:
        case "t":
            return element.text or ""
        case "tab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case _ if element.tag == _FALLBACK:
            return ""
        case _:
            return "".join(map(_words, element))


def _rows(table: Element, row_tag: str, cell_tag: str) -> list[list[str]]:
    return [
        ["\n".join(_cell_lines(cell)) for cell in row if cell.tag == cell_tag] for row in table.iter(row_tag)
    ]


def _cell_lines(cell: Element) -> Iterator[str]:
    if cell.tag.startswith(_TABLE):
        yield "".join(cell.itertext())
        return
    for element in cell.iter():
        if element.tag in {f"{_W}p", f"{_A}p"}:
            yield _words(element)


def _heading_styles(archive: zipfile.ZipFile) -> dict[str, int]:
    """The level of each style of headings, by its id: their names are English in every language."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    levels: dict[str, int] = {}
    for style in _parsed(archive, "word/styles.xml").iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        words = name.get(f"{_W}val", "") if name is not None else ""
        found = _LEVEL.fullmatch(words)
        if found or words.lower() == "title":
            levels[style.get(f"{_W}styleId", "")] = int(found[1]) + 1 if found else 1
    return levels


def _slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """The slides in the order in which they are shown."""
    part = "ppt/presentation.xml"
    targets = _relations(archive, part)
    ids = (slide.get(f"{_R}id", "") for slide in _parsed(archive, part).iter(f"{_P}sldId"))
    return [targets[id][1] for id in ids if id in targets]


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    names = archive.namelist()
    return [to for type, to in _relations(archive, part).values() if type.endswith(f"/{kind}") and to in names]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id, the kind and the other part."""
    folder, name = posixpath.split(part)
    described = f"{folder}/_rels/{name}.rels"
    if described not in archive.namelist():
        return {}
    return {
        relation.get("Id", ""): (
            relation.get("Type", ""),
            posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in _parsed(archive, described)
    }


def _is_title(shape: Element) -> bool:
    placeholder = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return placeholder is not None and placeholder.get("type") in {"title", "ctrTitle"}
