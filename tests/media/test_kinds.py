"""Files are told by what is in them."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media.charsets import encoding_of
from media.kinds import UNDECODED, Family, kind_of
from tests.media.heic import heic
from tests.media.making import four_corners, noise


def _zip(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _picture(format_: str, *, frames: int = 1) -> bytes:
    buffer = io.BytesIO()
    first, *others = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in range(0, 40 * frames, 40)]
    first.save(buffer, format_, **({"save_all": True, "append_images": others} if others else {}))
    return buffer.getvalue()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {"[Content_Types].xml": b"<Types/>"}
_MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomavc1"

KNOWN: tuple[tuple[bytes, str, Family], ...] = (
    (b"", "application/x-empty", Family.EMPTY),
    (_picture("JPEG"), "image/jpeg", Family.PICTURE),
    (_picture("PNG"), "image/png", Family.PICTURE),
    (_picture("GIF"), "image/gif", Family.PICTURE),
    (_picture("WEBP"), "image/webp", Family.PICTURE),
    (_picture("BMP"), "image/bmp", Family.PICTURE),
    (_picture("TIFF"), "image/tiff", Family.PICTURE),
    (_picture("AVIF"), "image/avif", Family.PICTURE),
    (_MP4, "video/mp4", Family.VIDEO),
    (b"\0\0\0\x18ftypM4A \0\0\2\0isomM4A ", "audio/mp4", Family.SOUND),
    (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "video/quicktime", Family.VIDEO),
    (b"\0\0\0\x14ftyp3gp4\0\0\2\0" + b"3gp4", "video/3gpp", Family.VIDEO),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\1B\x82\x84webm", "video/webm", Family.VIDEO),
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\1B\x82\x88matroska", "video/x-matroska", Family.VIDEO),
    (b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead", "audio/ogg", Family.SOUND),
    (b"OggS\0\2" + bytes(20) + b"\1\x2a\x80theora", "video/ogg", Family.VIDEO),
    (b"ID3\4\0\0\0\0\0\0", "audio/mpeg", Family.SOUND),
    (b"\xff\xfb\x90\x64" + bytes(400), "audio/mpeg", Family.SOUND),
    (b"\xff\xf1\x50\x80" + bytes(400), "audio/aac", Family.SOUND),
    (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav", Family.SOUND),
    (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo", Family.VIDEO),
    (b"fLaC\0\0\0\x22", "audio/flac", Family.SOUND),
    (b"#!AMR\n\x3c", "audio/amr", Family.SOUND),
    (b"%PDF-1.7\n", "application/pdf", Family.DOCUMENT),
    (b"\r\n\xff junk %PDF-1.4\n\0\1", "application/pdf", Family.DOCUMENT),
    (b"PK\5\6" + bytes(18), "application/zip", Family.ARCHIVE),
    (_zip(**_TYPES, word__document=b"<w/>"), f"{_OFFICE}.wordprocessingml.document", Family.DOCUMENT),
    (_zip(**_TYPES, xl__workbook=b"<w/>"), f"{_OFFICE}.spreadsheetml.sheet", Family.DOCUMENT),
    (_zip(word__document=b"no office"), "application/zip", Family.ARCHIVE),
    (gzip.compress(b'{"tgs":1,"v":"5.5.2","ip":0}'), "application/x-tgsticker", Family.UNKNOWN),
    (gzip.compress(b"a log"), "application/gzip", Family.ARCHIVE),
    (b"\x1f\x8b\x08broken", "application/gzip", Family.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "application/x-ole-storage", Family.DOCUMENT),
    (b"{\\rtf1\\ansi Hello}", "application/rtf", Family.DOCUMENT),
    (b"Hello\r\n\tworld", "text/plain", Family.TEXT),
    ("Größe, déjà vu, 你好, مرحبا".encode(), "text/plain", Family.TEXT),
    ("Hello".encode("utf-16"), "text/plain", Family.TEXT),
    (b"<!-- a --><!-- b -->\n<!DOCTYPE html><p>Hi", "text/html", Family.TEXT),
    (b'<?xml version="1.0"?><!-- mine --><svg xmlns="x"/>', "image/svg+xml", Family.TEXT),
    (b'<?xml version="1.0"?><feed/>', "application/xml", Family.TEXT),
    (noise(5_000), "application/octet-stream", Family.UNKNOWN),
    (b"BM is a company, and this is a text about it.", "text/plain", Family.TEXT),
)  # fmt: skip


@pytest.mark.parametrize(("content", "media_type", "family"), KNOWN, ids=[row[1] for row in KNOWN])
def test_content_tells_the_kind(content: bytes, media_type: str, family: Family, tmp_path: Path) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(content)

    kind = kind_of(path, "holiday.png")

    assert (kind.media_type, kind.family) == (media_type, family)


def test_heic_is_told_from_avif_and_mp4(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(heic(four_corners(64, 64)))

    assert kind_of(path).media_type == "image/heic"


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("frames", [1, 3])
def test_animation_is_noticed(format_: str, frames: int, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(_picture(format_, frames=frames))

    assert kind_of(path).is_animated is (frames > 1)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.csv", "text/csv"), ("a.json", "application/json"), ("a.MD", "text/markdown"), ("a.exe", "text/plain")],
)
def test_names_tell_texts_apart_only_where_it_is_text(name: str, media_type: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a;b\n1;2\n")

    assert kind_of(path, name).media_type == media_type


def test_a_huge_run_of_comments_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"<!---->" * 100_000 + b"<!--")

    assert kind_of(path).family is Family.TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "utf-8"),
        ("Zürich, 12 €", "cp1252"),
        ("Größe", "cp1252"),
        ("déjà été là", "cp1252"),
        ("你好", "gb18030"),
        ("今天天气很好，我们去公园。", "gb18030"),
        ("one, two, three: 123", "utf-16-le"),
        ("one, two, three: 123", "utf-16-be"),
        ("with a mark", "utf-16"),
        ("with a mark", "utf-32"),
        ("with a mark", "utf-8-sig"),
    ],
)
def test_encodings_are_told(text: str, encoding: str) -> None:
    assert encoding_of(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, мир!", "cp1251"),
        ("Привет", "cp1251"),
        ("こんにちは世界", "shift-jis"),
        ("مرحبا بالعالم", "cp1256"),
    ],
)
def test_other_encodings_are_not_taken_for_these(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))

    assert kind_of(path, "letter.txt").media_type == UNDECODED


def test_a_character_cut_at_the_end_is_no_harm() -> None:
    assert encoding_of("مرحبا".encode()[:-1]) == "utf-8"


@given(st.binary(max_size=400), st.sampled_from([row[0][:24] for row in KNOWN]))
def test_any_bytes_have_a_kind(tmp_path_factory: pytest.TempPathFactory, rest: bytes, beginning: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(beginning + rest)

    assert kind_of(path).media_type


@pytest.mark.parametrize(
    ("name", "media_type"), [("a.pdf", "text/csv"), ("a", "text/csv"), ("a.py", "text/plain")]
)
def test_a_table_is_one_whatever_it_is_called(name: str, media_type: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"month,sales\n" + b"Jan,12\n" * 9_000)

    assert kind_of(path, name).media_type == media_type
