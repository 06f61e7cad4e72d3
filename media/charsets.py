"""Encodings of texts, told by their first bytes."""

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACCENTS = re.compile("(?<![A-Za-z])[\xc0-\xff]{3,}(?![A-Za-z])")  # a word of them
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def encoding_of(beginning: bytes) -> str | None:
    """The Python name of the encoding that some first bytes of a text are in, None if they are no text.

    A byte order mark decides; then UTF-8, UTF-16 without a mark, GB 18030 where that gives Chinese, and
    Windows' Latin. The last character may be cut.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if beginning.startswith(mark):
            return encoding if _reads(beginning, encoding) else None
    for encoding in ("utf-8", *_wide(beginning), "gb18030", "cp1252"):
        text = _reads(beginning, encoding)
        if text is not None and not CONTROLS.search(text) and _is_likely(text, encoding):
            return encoding
    return None


def _reads(beginning: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(beginning)
    except UnicodeDecodeError:
        return None


def _wide(beginning: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark is told by the zeros in every second byte of its spaces and digits."""
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if max(even, odd) * 8 < len(beginning) or min(even, odd) * 4 > max(even, odd):
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _is_likely(text: str, encoding: str) -> bool:
    """Any bytes are something in these two: Chinese is of common characters, Latin has few accents.

    The common characters (GB 2312) are those of two high bytes; an accent and a letter make a rare one. Most of
    a text are among the first half of them: so are few of what the letters of Cyrillic make. In Latin no word
    is of accents alone, as all are of another alphabet read as if it were Latin.
    """
    beyond = [character for character in text if character > "\x7f"]
    if encoding == "gb18030":
        codes = [character.encode("gb2312", "ignore") for character in beyond]
        common = sum(b"\xa1" <= code < b"\xd8" for code in codes)
        return sum(map(bool, codes)) * 10 >= len(beyond) * 9 and common * 3 >= len(beyond) * 2
    return encoding != "cp1252" or (len(beyond) * 2 <= len(text) and not _ACCENTS.search(text))
