"""What preparing pictures costs and saves: time, memory with many albums at once, bytes and tokens sent."""

import asyncio
import io
import math
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil
from PIL import Image, ImageDraw, ImageFont

from bench.measures import Row
from domain.catalogue import Vision
from media.pictures import PictureFile, prepare

_VISION = Vision()
_PHONE = (4_032, 3_024)
_KIB = 1024.0
_SAMPLE_SECONDS = 0.005


async def pictures(times: int) -> list[Row]:
    """A photo of twelve megapixels made ready, and ten typical pictures against sending their originals."""
    return await asyncio.to_thread(_pictures, times)


def _pictures(times: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return [*_speed(Path(folder), times), *_savings(Path(folder))]


async def albums(count: int) -> list[Row]:
    """How much memory the process takes more at its peak while so many albums of ten photos are made ready."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sent = await asyncio.to_thread(_saved, folder / "photo", _photo(*_PHONE), "JPEG")
        await asyncio.to_thread(_ready, sent, folder / "warm")
        with Peak() as peak:
            began = time.monotonic()
            tasks = (asyncio.to_thread(_ready, sent, folder / str(number)) for number in range(count * 10))
            await asyncio.gather(*tasks)
            took = time.monotonic() - began
    return [
        Row(
            f"memory for {count} albums of ten 12-megapixel JPEGs at once", f"{peak.mebibytes:.0f} MB", "500 MB"
        ),
        Row("a picture of them, all cores", f"{took / count / 10 * 1000:.0f} ms"),
    ]


def _speed(folder: Path, times: int) -> list[Row]:
    photo = _photo(*_PHONE)
    rows: list[Row] = []
    for words, options, aim in (("", {}, "150 ms"), (", progressive", {"progressive": True}, "")):
        sent = _saved(folder / "photo", photo, "JPEG", **options)
        took = sorted(_timed(lambda sent=sent: _ready(sent, folder / "ready")) for _ in range(times))
        subject = f"12-megapixel JPEG{words} made ready on one core"
        rows += [
            Row(f"{subject}, p50", f"{statistics.median(took) * 1000:.0f} ms", aim),
            Row(f"{subject}, p95", f"{took[int(len(took) * 0.95)] * 1000:.0f} ms"),
        ]
    return rows


def _savings(folder: Path) -> list[Row]:
    rows: list[Row] = []
    originals = ready = _Cost(0, 0)
    for name, draw, format_ in _TYPICAL:
        sent = _saved(folder / "sent", image := draw(), format_)
        prepared = _ready(sent, folder / "ready")
        before = _Cost(sent.stat().st_size, _tokens(*image.size))
        after = _Cost(prepared.bytes_, _tokens(prepared.width, prepared.height))
        rows.append(Row(f"{name}: {before} as", str(after)))
        originals, ready = originals.plus(before), ready.plus(after)
    return [*rows, Row(f"all ten: {originals} as", str(ready))]


class _Cost(NamedTuple):
    bytes_: int
    tokens: int

    def plus(self, other: "_Cost") -> "_Cost":
        return _Cost(self.bytes_ + other.bytes_, self.tokens + other.tokens)

    def __str__(self) -> str:
        return f"{self.bytes_ / _KIB:,.0f} KB, {self.tokens:,} t"


def _tokens(width: int, height: int) -> int:
    patches = math.ceil(width / _VISION.patch) * math.ceil(height / _VISION.patch)
    return math.ceil(patches * _VISION.multiplier) + _VISION.base_tokens


def _ready(sent: Path, target: Path) -> PictureFile:
    return prepare(sent, target, short_side=_VISION.short_side, long_side=_VISION.long_side)


def _timed(work: Callable[[], object]) -> float:
    """The time of the one core it runs on, so that a busy machine changes little."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


class Peak:
    """Watches a process's memory, this one's if none is given, from a thread of its own."""

    def __init__(self, process: psutil.Process | None = None) -> None:
        self._process = process or psutil.Process()

    def __enter__(self) -> "Peak":
        self._before = self._most = self._process.memory_info().rss
        self._is_over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._is_over.wait(_SAMPLE_SECONDS):
            self._most = max(self._most, self._process.memory_info().rss)

    @property
    def mebibytes(self) -> float:
        return (self._most - self._before) / _KIB / _KIB


def phone_photo() -> bytes:
    """A JPEG of twelve megapixels, as phones take it."""
    buffer = io.BytesIO()
    _photo(*_PHONE).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _saved(path: Path, image: Image.Image, format_: str, **options: bool) -> Path:
    buffer = io.BytesIO()
    image.save(buffer, format_, quality=88, **options)
    path.write_bytes(buffer.getvalue())
    return path


def _photo(width: int, height: int) -> Image.Image:
    """Soft shapes, finer ones on them, and a sensor's grain: as large as a phone's JPEG of the same size."""
    layers = [
        _soft(width, height, 64, 90),
        _soft(width, height, 8, 60),
        Image.effect_noise((width, height), 14),
    ]
    pairs = ((0, 1), (1, 2), (0, 2))
    return Image.merge("RGB", [Image.blend(layers[one], layers[other], 0.4) for one, other in pairs])


def _soft(width: int, height: int, by: int, spread: int) -> Image.Image:
    small = Image.effect_noise((max(1, width // by), max(1, height // by)), spread)
    return small.resize(  # pyright: ignore[reportUnknownMemberType]  # names NumPy's types, which are not here
        (width, height), Image.Resampling.BICUBIC
    )


def _page(width: int, height: int, *, dark: bool = False) -> Image.Image:
    """Lines of writing, as a screen or a scanner shows them."""
    ink, paper = ("white", "#17212b") if dark else ("black", "white")
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(12, height // 70))
    line = "The quick brown fox jumps over the lazy dog, 1,234.56 EUR. "
    for row, y in enumerate(range(height // 40, height - height // 40, height // 45)):
        draw.text((width // 20, y), (line[row % 20 :] + line)[: 20 + row * 7 % 40], fill=ink, font=font)
    return image


def _screen_with_photo() -> Image.Image:
    image = _page(1_170, 2_532, dark=True)
    image.paste(_photo(1_000, 750), (85, 400))
    return image


def _logo() -> Image.Image:
    image = Image.new("RGBA", (1_024, 1_024))
    draw = ImageDraw.Draw(image)
    draw.ellipse((100, 100, 924, 924), fill="#2481cc")
    draw.polygon(((300, 520), (760, 320), (620, 740)), fill="white")
    return image


def _chart() -> Image.Image:
    image = Image.new("RGB", (1_600, 1_000), "white")
    draw = ImageDraw.Draw(image)
    for bar in range(12):
        height = (bar * 7_919) % 800
        draw.rectangle(
            (100 + bar * 120, 900 - height, 180 + bar * 120, 900), fill=("#4c72b0", "#dd8452")[bar % 2]
        )
    return image


_TYPICAL: tuple[tuple[str, Callable[[], Image.Image], str], ...] = (
    ("photo of a phone, 12 MP", lambda: _photo(4_032, 3_024), "JPEG"),
    ("portrait of a phone, 12 MP", lambda: _photo(3_024, 4_032), "JPEG"),
    ("photo of a phone, 48 MP", lambda: _photo(8_064, 6_048), "JPEG"),
    ("photo as Telegram sends it", lambda: _photo(1_280, 960), "JPEG"),
    ("panorama", lambda: _photo(6_000, 1_500), "JPEG"),
    ("screenshot of a phone", lambda: _page(1_080, 2_400, dark=True), "PNG"),
    ("screenshot with a photo", _screen_with_photo, "PNG"),
    ("scanned page, 300 dpi", lambda: _page(2_480, 3_508), "PNG"),
    ("chart", _chart, "PNG"),
    ("logo without background", _logo, "PNG"),
)
