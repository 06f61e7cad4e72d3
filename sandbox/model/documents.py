"""Reading files that come with a question: text as it is, PDF by its pages; of others only the size is told."""

from threading import Lock

import pypdfium2 as pdfium  # pyright: ignore[reportMissingTypeStubs]  # it has none

_LONGEST = 4_000
_MOST_PAGES = 20
_ONE_AT_A_TIME = Lock()  # PDFium is not made for threads


def beginning(content: bytes) -> str:
    """The first words of it; nothing where there are none to be read."""
    if content.startswith(b"%PDF"):
        return _of_pdf(content)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return text[:_LONGEST] if text.isprintable() or not _is_binary(text) else ""


def _is_binary(text: str) -> bool:
    return any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text)


def _of_pdf(content: bytes) -> str:
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError:
            return ""
        try:
            pages = [_of_page(document[number]) for number in range(min(len(document), _MOST_PAGES))]
            return f"{len(document)} pages: {' '.join(' '.join(pages).split())}"[:_LONGEST]
        finally:
            document.close()


def _of_page(page: pdfium.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return words.get_text_range()
    finally:
        words.close()
        page.close()
