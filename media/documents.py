"""Documents: PDFs counted and turned into pictures, texts read. All of it blocks: call it in a thread."""

import codecs
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.charsets import encoding_of
from media.errors import BrokenDocument, EmptyFile, LockedDocument, NotText
from media.pictures import PictureFile, prepare

_WORKER = Path(__file__).with_name("pdf_worker.py")
_WORKER_SECONDS = 60.0
_BEGINNING_BYTES = 8 * 1024
_BYTES_A_CHARACTER = 4
_CUT_WORD = re.compile(
    "[\x02\xad\ufffe]\n?|(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])"
)  # PDFium's signs for a hyphen, or one

_workers = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Pdf:
    """`has_text`: on at least half of the pages that were looked at, up to twelve; a scan has none."""

    pages: int
    has_text: bool


def survey(path: Path) -> Pdf:
    """Takes some 0.2 s. Raises `LockedDocument`, `EmptyFile` or `BrokenDocument`, as all here do."""
    said = _ask(path, Path())
    return Pdf(said["pages"], has_text=said["pages_with_text"] * 2 >= said["looked_at"])


def pdf_texts(path: Path, *, most_characters: int) -> list[str]:
    """The words of each page, empty where it has none; pages behind that many characters are left out."""
    return [_joined(text) for text in _ask(path, Path(), most_characters=most_characters)["texts"]]


def render_pages(path: Path, folder: Path, *, most_pages: int, long_side: int) -> list[PictureFile]:
    """The first pages as pictures in `folder`, as `pictures.prepare` makes them, forms filled in."""
    with tempfile.TemporaryDirectory(dir=folder) as drawn_in:
        drawn = _ask(path, Path(drawn_in), most_pages=most_pages, long_side=long_side)["files"]
        return [_page(Path(page), folder, long_side) for page in drawn]


def _page(drawn: Path, folder: Path, long_side: int) -> PictureFile:
    return prepare(drawn, folder / drawn.stem, short_side=long_side, long_side=long_side)


def _joined(text: str) -> str:
    """A page's words with lines as we end them, and no word cut at a line's end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CUT_WORD.sub("", lines).replace("\x00", "")


def _ask(
    path: Path, folder: Path, *, most_pages: int = 0, long_side: int = 0, most_characters: int = 0
) -> dict[str, Any]:
    """What the worker says; its shape is described there. It gets nothing of our environment, secrets least."""
    if path.stat().st_size == 0:
        raise EmptyFile("0 bytes")
    needed = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    arguments = [str(path.absolute()), str(folder.absolute()), str(most_pages), str(long_side)]
    arguments.append(str(most_characters))
    try:
        with _workers:
            ended = subprocess.run(
                [sys.executable, "-I", str(_WORKER), *arguments],
                env=needed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_WORKER_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise BrokenDocument(f"not read within {_WORKER_SECONDS} s") from None
    return _said(ended)


def _said(ended: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    if ended.returncode != 0:
        raise BrokenDocument(f"the reader ended with {ended.returncode}")
    said = json.loads(ended.stdout)
    if said.get("error") == "locked":
        raise LockedDocument("password")
    if "error" in said or not said["pages"]:
        raise BrokenDocument(str(said.get("reason", "no pages")))
    return said


def text_of(path: Path, *, most_characters: int) -> str:
    """The beginning of a text, CSV, JSON or source file in any encoding that `charsets.encoding_of` tells.

    Lines end in a line feed, what cannot be decoded becomes U+FFFD. Raises `EmptyFile` or `NotText`.
    """
    with path.open("rb") as file:
        content = file.read(most_characters * _BYTES_A_CHARACTER + _BYTES_A_CHARACTER)
    if not content:
        raise EmptyFile("0 bytes")
    encoding = encoding_of(content[:_BEGINNING_BYTES])
    if encoding is None:
        raise NotText("no encoding fits")
    text = codecs.getincrementaldecoder(encoding)("replace").decode(content)
    return text.replace("\r\n", "\n").replace("\r", "\n")[:most_characters]


def as_utf8(path: Path, target: Path) -> bool:
    """Writes a text that is neither in UTF-8 nor in UTF-16 again in UTF-8; False if there is no need to."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(_BEGINNING_BYTES))
    if encoding is None or encoding.startswith(("utf-8", "utf-16")):
        return False
    with path.open(encoding=encoding, errors="replace", newline="") as source, target.open("wb") as written:
        while piece := source.read(_BEGINNING_BYTES * 16):
            written.write(piece.encode("utf-8", "replace"))
    return True
