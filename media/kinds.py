"""What a file is, told by its content: names and announced media types are claims, bytes are facts."""

import codecs
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO

from media.charsets import CONTROLS, encoding_of
from media.delimited import separator_of

_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 64 * 1024
_TEXT_BYTES = 8 * 1024
_SURELY_WRITTEN = 64


class Family(StrEnum):
    """What can be done with a file: looked at, watched, listened to, read."""

    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"
    DOCUMENT = "document"
    TEXT = "text"
    ARCHIVE = "archive"
    UNKNOWN = "unknown"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FileKind:
    """`media_type` is IANA's name. `is_animated`: a picture of more than one frame, or a TGS sticker.

    Of containers (MP4, WebM, Ogg) the family is the likelier one: only their streams tell for certain.
    """

    media_type: str
    family: Family
    is_animated: bool = False


_EMPTY = FileKind("application/x-empty", Family.EMPTY)
_UNKNOWN = FileKind("application/octet-stream", Family.UNKNOWN)
UNDECODED = "text/x-unknown-encoding"
"""The media type, none of IANA's, of what seems to be a text, in an encoding that cannot be told."""

_UNDECODED = FileKind(UNDECODED, Family.UNKNOWN)
_TGS = FileKind("application/x-tgsticker", Family.UNKNOWN, is_animated=True)
_GZIP = FileKind("application/gzip", Family.ARCHIVE)
_PDF = FileKind("application/pdf", Family.DOCUMENT)
_LOCKED = FileKind("application/encrypted", Family.DOCUMENT)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_PART = "EncryptedPackage".encode(
    "utf-16-le"
)  # of new Office files with a password: MS-OFFCRYPTO 2.3.4.4

_BEGINNINGS: tuple[tuple[bytes, str, Family], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", Family.PICTURE),
    (b"II*\0", "image/tiff", Family.PICTURE),
    (b"MM\0*", "image/tiff", Family.PICTURE),
    (b"II+\0", "image/tiff", Family.PICTURE),
    (b"MM\0+", "image/tiff", Family.PICTURE),
    (b"\0\0\0\x0cjP  ", "image/jp2", Family.PICTURE),
    (b"\0\0\0\x0cJXL ", "image/jxl", Family.PICTURE),
    (b"\xff\x0a", "image/jxl", Family.PICTURE),
    (b"\0\0\1\0", "image/vnd.microsoft.icon", Family.PICTURE),
    (b"8BPS", "image/vnd.adobe.photoshop", Family.PICTURE),
    (b"ID3", "audio/mpeg", Family.SOUND),
    (b"fLaC", "audio/flac", Family.SOUND),
    (b"#!AMR", "audio/amr", Family.SOUND),
    (b"caff", "audio/x-caf", Family.SOUND),
    (b"MThd", "audio/midi", Family.UNKNOWN),
    (b"FLV\1", "video/x-flv", Family.VIDEO),
    (b"\0\0\1\xba", "video/mpeg", Family.VIDEO),
    (b"\0\0\1\xb3", "video/mpeg", Family.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf", Family.VIDEO),
    (b"{\\rtf", "application/rtf", Family.DOCUMENT),
    (b"%!PS", "application/postscript", Family.DOCUMENT),
    (b"BZh", "application/x-bzip2", Family.ARCHIVE),
    (b"\xfd7zXZ\0", "application/x-xz", Family.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", "application/zstd", Family.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", Family.ARCHIVE),
    (b"Rar!\x1a\x07", "application/vnd.rar", Family.ARCHIVE),
)

_OFFICE_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"word/document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/presentation", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_DECLARED_ZIP = re.compile(rb"PK\x03\x04.{26}mimetype(application/[a-z0-9.+-]+)", re.DOTALL)
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
_TEXT_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".md": "text/markdown",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
CODE_ENDING = re.compile(
    r"\.(py|pyi|js|mjs|ts|tsx|jsx|java|kt|c|h|cc|cpp|hpp|cs|go|rs|rb|php|swift|scala|lua|pl|r|jl|sh|bash|zsh"
    r"|ps1|sql|css|scss|toml|ini|cfg|conf|tf|proto|dart|ex|exs|erl|hs|clj|vue|svelte|gradle|cmake|tex|log)",
    re.IGNORECASE,
)
"""How names of source code end, which may look like a table."""

_TEXT_SIGNS = (
    ("<svg", "image/svg+xml"),
    ("<!doctype svg", "image/svg+xml"),
    ("<!doctype html", "text/html"),
    ("<html", "text/html"),
    ("<head", "text/html"),
    ("<body", "text/html"),
)


def kind_of(path: Path, name: str = "") -> FileKind:
    """Looks at the first and last 64 KiB. The name only tells kinds of text and of old Office files apart."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
        if head.startswith(_OLE) and _LOCKED_PART in head + tail + _directory(file, head):
            return _LOCKED
    return _kind(head, tail, PurePath(name).suffix.lower())


def _directory(file: IO[bytes], head: bytes) -> bytes:
    """Where the names of an OLE container's parts begin: its header has the sector, and a sector's size."""
    sector, shift = int.from_bytes(head[48:52], "little"), int.from_bytes(head[30:32], "little")
    if shift not in (9, 12):
        return b""
    file.seek((sector + 1) << shift)
    return file.read(_HEAD_BYTES)


def kind_of_beginning(beginning: bytes) -> FileKind:
    """For what has not arrived whole: all kinds but Office's are told by their first 64 KiB."""
    return _kind(beginning, b"", "")


def _kind(head: bytes, tail: bytes, suffix: str) -> FileKind:
    if not head:
        return _EMPTY
    for look in _LOOKS:
        if found := look(head):
            return found
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _zipped(head, tail)
    if head.startswith(_OLE):
        return FileKind(_OLD_OFFICE.get(suffix, "application/x-ole-storage"), Family.DOCUMENT)
    return _text(head, suffix) or (_PDF if b"%PDF-" in head[:1024] else _undecoded(head, suffix))


def _beginning(head: bytes) -> FileKind | None:
    for beginning, media_type, family in _BEGINNINGS:
        if head.startswith(beginning):
            return FileKind(media_type, family)
    return _PDF if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") else None


def _png(head: bytes) -> FileKind | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return FileKind("image/png", Family.PICTURE, is_animated=b"acTL" in head.partition(b"IDAT")[0])


def _gif(head: bytes) -> FileKind | None:
    """A second graphic control block means a second frame; the extension for loops mostly means it, too."""
    if not head.startswith((b"GIF87a", b"GIF89a")):
        return None
    return FileKind(
        "image/gif", Family.PICTURE, is_animated=head.count(b"\x21\xf9\x04") > 1 or b"NETSCAPE2.0" in head
    )


def _bmp(head: bytes) -> FileKind | None:
    """Two letters are a thin sign: the reserved fields and a known size of the second header make it one."""
    is_bmp = head.startswith(b"BM") and head[6:10] == bytes(4) and head[15:18] == bytes(3) and len(head) >= 26
    return (
        FileKind("image/bmp", Family.PICTURE)
        if is_bmp and head[14] in (12, 16, 40, 52, 56, 64, 108, 124)
        else None
    )


def _riff(head: bytes) -> FileKind | None:
    if head[:4] != b"RIFF":
        return None
    match head[8:12]:
        case b"WEBP":
            is_animated = head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 2)
            return FileKind("image/webp", Family.PICTURE, is_animated=is_animated)
        case b"WAVE":
            return FileKind("audio/wav", Family.SOUND)
        case b"AVI ":
            return FileKind("video/x-msvideo", Family.VIDEO)
        case _:
            return None


def _iso_media(head: bytes) -> FileKind | None:
    """MP4 and its relatives say in `ftyp` which of them they are: a main brand, a version, other brands."""
    if head[4:8] != b"ftyp":
        return None
    main = head[8:12]
    end = min(int.from_bytes(head[:4], "big"), 512)
    brands = {main, *(head[at : at + 4] for at in range(16, end, 4))}
    if main in (b"avif", b"avis") or (main in (b"mif1", b"msf1", b"miaf") and brands & {b"avif", b"avis"}):
        return FileKind("image/avif", Family.PICTURE, is_animated=main == b"avis")
    if main in (b"mif1", b"msf1") or main[:3] in (b"hei", b"hev"):
        return FileKind("image/heic", Family.PICTURE, is_animated=main in (b"msf1", b"hevc", b"hevx"))
    if main in (b"M4A ", b"M4B ", b"M4P "):
        return FileKind("audio/mp4", Family.SOUND)
    if main == b"qt  ":
        return FileKind("video/quicktime", Family.VIDEO)
    return FileKind("video/3gpp" if main[:2] == b"3g" else "video/mp4", Family.VIDEO)


def _matroska(head: bytes) -> FileKind | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return FileKind("video/webm" if b"webm" in head[:64] else "video/x-matroska", Family.VIDEO)


def _ogg(head: bytes) -> FileKind | None:
    if not head.startswith(b"OggS"):
        return None
    has_pictures = b"\x80theora" in head[:4096]
    return FileKind("video/ogg", Family.VIDEO) if has_pictures else FileKind("audio/ogg", Family.SOUND)


def _iff(head: bytes) -> FileKind | None:
    is_sound = head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC")
    return FileKind("audio/aiff", Family.SOUND) if is_sound else None


def _mpeg_sound(head: bytes) -> FileKind | None:
    """Frames without a tag before them: a sync word and no reserved value in the fields behind it.

    Layer I is left out: nobody has it, and UTF-16's byte order mark looks like it.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return FileKind("audio/aac", Family.SOUND)
    version, layer, rate, frequency = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    is_frame = version != 1 and layer in (1, 2) and rate not in (0, 15) and frequency != 3
    return FileKind("audio/mpeg", Family.SOUND) if is_frame else None


def _transport_stream(head: bytes) -> FileKind | None:
    is_stream = len(head) > 188 * 2 and head[0] == head[188] == head[376] == 0x47
    return FileKind("video/mp2t", Family.VIDEO) if is_stream else None


def _tar(head: bytes) -> FileKind | None:
    return FileKind("application/x-tar", Family.ARCHIVE) if head[257:262] == b"ustar" else None


def _gzipped(head: bytes) -> FileKind | None:
    """Telegram's vector stickers are Lottie in gzip. At most 4 KiB are unpacked."""
    if not head.startswith(b"\x1f\x8b"):
        return None
    try:
        inside = zlib.decompressobj(wbits=31).decompress(head, 4096)
    except zlib.error:
        return _GZIP
    is_lottie = inside.lstrip().startswith(b"{") and (
        b'"tgs"' in inside or (b'"ip"' in inside and b'"op"' in inside)
    )
    return _TGS if is_lottie else _GZIP


_LOOKS: tuple[Callable[[bytes], FileKind | None], ...] = (
    _beginning,
    _png,
    _gif,
    _bmp,
    _riff,
    _iso_media,
    _matroska,
    _ogg,
    _iff,
    _gzipped,
    _tar,
    _transport_stream,
    _mpeg_sound,
)


def _zipped(head: bytes, tail: bytes) -> FileKind:
    """Office by the names of its parts, from the directory at the end; nothing is unpacked."""
    if declared := _DECLARED_ZIP.match(head):
        return FileKind(declared[1].decode("ascii"), Family.DOCUMENT)
    names = head + tail
    if b"[Content_Types].xml" in names:
        for part, media_type in _OFFICE_PARTS:
            if part in names:
                return FileKind(media_type, Family.DOCUMENT)
    return FileKind("application/zip", Family.ARCHIVE)


def _text(head: bytes, suffix: str) -> FileKind | None:
    encoding = encoding_of(head[:_TEXT_BYTES])
    if encoding is None:
        return None
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head[:_TEXT_BYTES]).lstrip("\ufeff \t\r\n")
    beginning = _without_prologue(text).lower()
    for sign, media_type in _TEXT_SIGNS:
        if beginning.startswith(sign):
            return FileKind(media_type, Family.TEXT)
    if suffix in _TEXT_TYPES:
        return FileKind(_TEXT_TYPES[suffix], Family.TEXT)
    if text.startswith("<?xml"):
        return FileKind("application/xml", Family.TEXT)
    is_code = CODE_ENDING.fullmatch(suffix) is not None
    separator = "" if is_code else separator_of(text, is_cut=len(head) > _TEXT_BYTES)
    table = "text/tab-separated-values" if separator == "\t" else "text/csv"
    return FileKind(table if separator else "text/plain", Family.TEXT)


def _undecoded(head: bytes, suffix: str) -> FileKind:
    """Without control characters it is a text; a few bytes may lack them by chance, there the name decides."""
    is_written = not CONTROLS.search(head[:_TEXT_BYTES].decode("latin-1"))
    is_called_text = suffix == ".txt" or suffix in _TEXT_TYPES or CODE_ENDING.fullmatch(suffix) is not None
    return _UNDECODED if is_written and (is_called_text or len(head) >= _SURELY_WRITTEN) else _UNKNOWN


def _without_prologue(text: str) -> str:
    """What follows XML's declaration and comments."""
    while True:
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(opening):
                text = text.partition(closing)[2].lstrip()
                break
        else:
            return text
