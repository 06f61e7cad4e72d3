"""Reads one PDF in a process of its own: PDFium knows no threads, and a stranger's PDF may crash or fill it.

It runs as a file, knows nothing of ours, and answers in one line of JSON: `{"pages": 3, "pages_with_text": 1,
"looked_at": 3, "files": ["/…/page0000.png"], "texts": ["A page's words"]}` or `{"error": "locked" | "broken"}`.
"""

import contextlib
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  # it has no types

_POINTS_AN_INCH = 72
_MOST_DOTS_AN_INCH = 300
_MOST_LOOKED_AT = 12
_LEAST_LETTERS = 8
_MEMORY_BYTES = 1_000_000_000
_CPU_SECONDS = 30

_open = cast("Callable[[str], Any]", pypdfium2.PdfDocument)


def _limit_ourselves() -> None:
    """A PDF may hold a picture of gigabytes, or a drawing that never ends. Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # only where it exists

    limits = (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, limit in limits:
        with contextlib.suppress(OSError, ValueError):  # macOS does not limit memory
            resource.setrlimit(kind, (limit, limit))


def _evenly(count: int, most: int) -> list[int]:
    return sorted({number * count // min(most, count) for number in range(min(most, count))})


def _has_text(document: Any, number: int) -> bool:
    text = document[number].get_textpage().get_text_range(0, 200)
    return sum(character.isalnum() for character in text) >= _LEAST_LETTERS


def _texts(document: Any, most_characters: int) -> list[str]:
    """The words of the pages from the first on, until it is enough."""
    texts: list[str] = []
    left = most_characters
    for number in range(len(document)):
        if left <= 0:
            break
        page = document[number]
        text = page.get_textpage().get_text_bounded()
        page.close()
        texts.append(text[:left])
        left -= len(text) + 1  # so that pages without words come to an end, too
    return texts


def _render(document: Any, number: int, folder: Path, long_side: int) -> str:
    page = document[number]
    width, height = page.get_size()
    scale = min(long_side / max(width, height), _MOST_DOTS_AN_INCH / _POINTS_AN_INCH)
    if not math.isfinite(scale) or scale <= 0:
        raise ValueError(f"page {number} has no size")
    path = folder / f"page{number:04}.png"
    page.render(scale=scale).to_pil().save(path, "PNG", compress_level=1)
    page.close()
    return str(path)


def _read(
    source: str, folder: Path, most_pages: int, long_side: int, most_characters: int
) -> dict[str, object]:
    document = _open(source)
    document.init_forms()
    count = len(document)
    looked_at = _evenly(count, _MOST_LOOKED_AT) if most_pages == most_characters == 0 else []
    return {
        "pages": count,
        "looked_at": len(looked_at),
        "pages_with_text": sum(_has_text(document, number) for number in looked_at),
        "files": [_render(document, number, folder, long_side) for number in range(min(most_pages, count))],
        "texts": _texts(document, most_characters),
    }


def _answer(arguments: list[str]) -> dict[str, object]:
    source, folder, *most = arguments
    try:
        return _read(source, Path(folder), *map(int, most))
    except pypdfium2.PdfiumError as error:
        code = cast("int | None", error.err_code)  # pyright: ignore[reportUnknownMemberType]
        is_locked = code == pypdfium2.raw.FPDF_ERR_PASSWORD
        return {"error": "locked" if is_locked else "broken", "reason": str(error)}
    except (ValueError, MemoryError, OSError) as error:
        return {"error": "broken", "reason": type(error).__name__}


if __name__ == "__main__":
    _limit_ourselves()
    sys.stdout.write(json.dumps(_answer(sys.argv[1:])))
    sys.stdout.flush()
