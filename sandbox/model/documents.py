"""Reading files by what they are: text and code, HTML, PDF, and the documents of an office."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from threading import Lock
from xml.etree import ElementTree as Xml

import pypdfium2 as pdfium  # pyright: ignore[reportMissingTypeStubs]  # it has none

_LONGEST = 4_000
_MOST_PAGES = 20
_MOST_XML_BYTES = 50 * 1024 * 1024  # unpacked: a small file can hold much
_ONE_AT_A_TIME = Lock()  # PDFium is not made for threads

_PLAIN = (
    "c", "cpp", "cs", "css", "go", "java", "js", "json", "md", "php", "py", "rb", "sh", "tex", "ts", "txt",
)  # fmt: skip
_SILENT = ("script", "style", "head", "template", "noscript")
_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table")


class Unreadable(Exception):
    """The file is not what its name says, or holds no words."""


class UnknownKind(Exception):
    """Files of this kind are not read."""


def beginning(content: bytes) -> str:
    """The first words of it; nothing where there are none to be read."""
    if content.startswith(b"%PDF"):
        try:
            pages = _pages(content, _MOST_PAGES)
        except Unreadable:
            return ""
        return f"{_page_count(content)} pages: {' '.join(' '.join(pages).split())}"[:_LONGEST]
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return text[:_LONGEST] if text.isprintable() or not _is_binary(text) else ""


def whole(name: str, content: bytes) -> str:
    """All words of a file with this name. Raises `UnknownKind` or `Unreadable`."""
    kind = PurePosixPath(name).suffix.lower().removeprefix(".")
    read = _READERS.get(kind)
    if read is None:
        raise UnknownKind(kind)
    text = read(content).strip()
    if not text:
        raise Unreadable("it holds no words")
    return text


def _is_binary(text: str) -> bool:
    return any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text)


def _of_text(content: bytes) -> str:
    """UTF-8, or UTF-16 where its mark begins it."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not {encoding}") from error
    if _is_binary(text):
        raise Unreadable("it is not text")
    return text


class _Words(HTMLParser):
    """What a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _SILENT))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _of_html(content: bytes) -> str:
    words = _Words()
    words.feed(_of_text(content))
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _of_pdf(content: bytes) -> str:
    return "\n\n".join(_pages(content))


def _page_count(content: bytes) -> int:
    with _ONE_AT_A_TIME, _opened(content) as document:
        return len(document)


def _pages(content: bytes, most: int | None = None) -> list[str]:
    with _ONE_AT_A_TIME, _opened(content) as document:
        count = len(document) if most is None else min(len(document), most)
        return [_of_page(document[number]) for number in range(count)]


def _opened(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Unreadable("it is no PDF") from error


def _of_page(page: pdfium.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return words.get_text_range()
    finally:
        words.close()
        page.close()


def _of_word(content: bytes) -> str:
    """Paragraphs are lines."""
    return "\n".join(_paragraphs(_part(content, "word/document.xml")))


def _of_slides(content: bytes) -> str:
    """Slides in their order, with a line between them."""
    with _unzipped(content) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
    return "\n\n".join("\n".join(_paragraphs(_part(content, name))) for name in names)


def _paragraphs(tree: Xml.Element) -> Iterator[str]:
    for paragraph in (element for element in tree.iter() if _local(element) == "p"):
        if text := "".join(_written(part) for part in paragraph.iter()).strip():
            yield text


def _written(element: Xml.Element) -> str:
    match _local(element):
        case "t":
            return element.text or ""
        case "tab" | "br":
            return " "
        case _:
            return ""


def _local(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2]


def _part(content: bytes, name: str) -> Xml.Element:
    with _unzipped(content) as archive:
        try:
            if archive.getinfo(name).file_size > _MOST_XML_BYTES:
                raise Unreadable("it is larger inside than is read")
            raw = archive.read(name)
        except (KeyError, zipfile.BadZipFile, ValueError) as error:
            raise Unreadable(f"it has no {name}") from error
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:  # no document needs those, and they can grow without end
        raise Unreadable("it declares entities")
    try:
        return Xml.fromstring(raw)
    except Xml.ParseError as error:
        raise Unreadable(f"{name} is no XML") from error


def _unzipped(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise Unreadable("it is no document of this kind") from error


_READERS: Mapping[str, Callable[[bytes], str]] = {
    **dict.fromkeys(_PLAIN, _of_text),
    "html": _of_html,
    "pdf": _of_pdf,
    "docx": _of_word,
    "pptx": _of_slides,
}
