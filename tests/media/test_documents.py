"""PDFs are counted, recognised as scans and drawn; texts are read in the encoding they are in."""

import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from media.documents import Pdf, render_pages, survey, text_of
from media.errors import BrokenDocument, EmptyFile, LockedDocument, NotText
from tests.media.making import noise, photo
from tests.media.pdfs import pdf_of

_SECRET_PASSWORD = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]"


def _written(words: str) -> bytes:
    return f"BT /F 24 Tf 72 700 Td ({words}) Tj ET".encode()


def _saved(folder: Path, content: bytes) -> Path:
    path = folder / "sent"
    path.write_bytes(content)
    return path


def _scan(folder: Path, pages: int) -> Path:
    path = folder / "sent"
    first, *others = [photo(800, 1_100) for _ in range(pages)]
    first.save(path, "PDF", save_all=True, append_images=others)
    return path


def test_pages_are_counted_and_words_found(tmp_path: Path) -> None:
    sent = _saved(tmp_path, pdf_of(_written("An invoice over 12 EUR"), _written("and its second page")))

    assert survey(sent) == Pdf(2, has_text=True)
    assert (survey(sent).pages, survey(sent).has_text) == (2, True)


def test_a_scan_has_no_words(tmp_path: Path) -> None:
    assert survey(_scan(tmp_path, 3)) == Pdf(3, has_text=False)


def test_pages_are_drawn(tmp_path: Path) -> None:
    sent = _saved(tmp_path, pdf_of(_written("A page"), b"1 0 0 rg 0 0 595 842 re f", _written("not drawn")))

    first, second = render_pages(sent, tmp_path, most_pages=2, long_side=800)

    assert (first.width, first.height) == (566, 800)
    with Image.open(first.path) as image:
        assert image.convert("L").getextrema()[0] == 0
    with Image.open(second.path) as image:
        assert image.convert("RGB").getpixel((100, 100)) == (255, 0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page0000", "page0001", "sent"]


def test_a_scan_is_drawn_no_finer_than_a_printer(tmp_path: Path) -> None:
    sent = _saved(tmp_path, pdf_of(_written("A stamp"), size="0 0 72 36"))

    (page,) = render_pages(sent, tmp_path, most_pages=1, long_side=5_000)

    assert (page.width, page.height) == (300, 150)


def test_a_locked_pdf_is_said_to_be_locked(tmp_path: Path) -> None:
    trailer = _SECRET_PASSWORD % (b"11" * 32, b"22" * 32)

    with pytest.raises(LockedDocument):
        survey(_saved(tmp_path, pdf_of(_written("secret"), trailer=trailer)))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + noise(5_000), pdf_of(), b"<html>", b"\x89PNG\r\n\x1a\n"]
)
def test_a_broken_pdf_is_said_to_be_broken(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenDocument):
        survey(_saved(tmp_path, content))


def test_an_empty_pdf_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        survey(_saved(tmp_path, b""))


@pytest.mark.parametrize(
    "size", ["0 0 1000000000 1000000000", "0 0 1000000000 1", "0 0 0 0", "0 0 -5 -5", "0 0 nan 5"]
)
def test_odd_sizes_of_pages_stay_within_the_limit(size: str, tmp_path: Path) -> None:
    sent = _saved(tmp_path, pdf_of(_written("Hello"), size=size))

    (page,) = render_pages(sent, tmp_path, most_pages=5, long_side=600)

    assert max(page.width, page.height) <= 600


def test_a_picture_of_gigabytes_in_a_pdf_does_not_reach_our_memory(tmp_path: Path) -> None:
    bomb = b"BI /W 60000 /H 60000 /BPC 8 /CS /RGB /F /RL ID " + b"\x81\0" * 1_000 + b"\x80 EI"
    sent = _saved(tmp_path, pdf_of(b"q 595 0 0 842 0 0 cm " + bomb + b" Q"))

    (page,) = render_pages(sent, tmp_path, most_pages=1, long_side=200)

    assert page.height == 200


def test_a_pdf_that_draws_itself_ends_its_reader_and_not_us(tmp_path: Path) -> None:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I 5 0 R >> >> /Length 11"
    itself = b"5 0 obj << %s >> stream\n/I Do /I Do\nendstream endobj" % form
    page = b"/Resources << /XObject << /I 5 0 R >> >>"
    sent = _saved(
        tmp_path, pdf_of(b"/I Do", more=itself).replace(b"/Resources << /Font << /F 3 0 R >> >>", page)
    )

    with pytest.raises(BrokenDocument):
        render_pages(sent, tmp_path, most_pages=1, long_side=200)
    assert [path.name for path in tmp_path.iterdir()] == ["sent"]


def test_the_reader_of_pdfs_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pypdfium2.py").write_text("raise SystemExit('run from the folder of a stranger')")

    assert survey(_saved(tmp_path, pdf_of(_written("Hello, world")))).pages == 1


def test_several_are_read_at_once(tmp_path: Path) -> None:
    sent = _saved(tmp_path, pdf_of(_written("Hello, world")))
    counted: list[int] = []
    threads = [threading.Thread(target=lambda: counted.append(survey(sent).pages)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Name;Straße\nZoë;Weg 1\n", "utf-8"),
        ("Name;Straße\nZoë;Weg 1\n", "utf-8-sig"),
        ("Name;Straße\nZoë;Weg 1\n", "utf-16"),
        ("Name;Straße\nZoë;Weg 1\n", "cp1252"),
        ("价格：十二元\n", "gb18030"),
        ('{"a": [1, 2]}', "ascii"),
    ],
)
def test_texts_are_read_in_their_encoding(text: str, encoding: str, tmp_path: Path) -> None:
    assert text_of(_saved(tmp_path, text.encode(encoding)), most_characters=1_000) == text


def test_a_long_text_is_cut_between_characters(tmp_path: Path) -> None:
    sent = _saved(tmp_path, ("你好" * 100_000).encode())

    assert text_of(sent, most_characters=99) == ("你好" * 50)[:99]


def test_line_ends_become_one_kind(tmp_path: Path) -> None:
    assert text_of(_saved(tmp_path, b"a\r\nb\rc\n"), most_characters=99) == "a\nb\nc\n"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotText):
        text_of(_saved(tmp_path, noise(3_000)), most_characters=99)
    with pytest.raises(EmptyFile):
        text_of(_saved(tmp_path, b""), most_characters=99)
