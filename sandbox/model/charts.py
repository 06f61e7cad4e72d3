"""Charts: bars or a line, painted with Pillow, with a title and labels in a font that may come from a file."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 960, 600
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 40, 90, 90
_BLUE, _GREY, _INK = (46, 109, 180), (205, 210, 216), (34, 40, 49)
_LONGEST_TITLE, _LONGEST_LABEL, _MOST_LABELS = 60, 12, 12
_LINES = 5

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Chart:
    """What is to be seen. `font` is the content of a font file; without it only Latin letters can be read."""

    title: str
    labels: Sequence[str]
    values: Sequence[float]
    is_line: bool = False
    font: bytes | None = None

    def painted(self) -> bytes:
        """As PNG."""
        picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
        draw = ImageDraw.Draw(picture)
        draw.text(
            (_WIDTH // 2, _TOP // 2), self.title[:_LONGEST_TITLE], fill=_INK, font=self._font(28), anchor="mm"
        )
        self._paint_scale(draw)
        points = [(self._across(at), self._up(value)) for at, value in enumerate(self.values)]
        if self.is_line:
            draw.line(points, fill=_BLUE, width=4)
            for x, y in points:
                draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=_BLUE)
        else:
            half = max(2, int(self._step * 0.35))
            for x, y in points:
                draw.rectangle((x - half, min(y, self._up(0)), x + half, max(y, self._up(0))), fill=_BLUE)
        self._paint_labels(draw)
        file = io.BytesIO()
        picture.save(file, "PNG")
        return file.getvalue()

    @property
    def _step(self) -> float:
        return (_WIDTH - _LEFT - _RIGHT) / len(self.values)

    def _across(self, at: int) -> int:
        return round(_LEFT + (at + 0.5) * self._step)

    def _up(self, value: float) -> int:
        low, high = min(0.0, *self.values), max(0.0, *self.values)
        return round(_HEIGHT - _BOTTOM - (value - low) / ((high - low) or 1) * (_HEIGHT - _TOP - _BOTTOM))

    def _paint_scale(self, draw: ImageDraw.ImageDraw) -> None:
        low, high = min(0.0, *self.values), max(0.0, *self.values)
        for number in range(_LINES + 1):
            value = low + (high - low) * number / _LINES
            y = self._up(value)
            draw.line((_LEFT, y, _WIDTH - _RIGHT, y), fill=_GREY)
            draw.text((_LEFT - 10, y), f"{value:g}", fill=_INK, font=self._font(16), anchor="rm")

    def _paint_labels(self, draw: ImageDraw.ImageDraw) -> None:
        every = -(-len(self.labels) // _MOST_LABELS)
        for at, label in enumerate(self.labels):
            if at % every == 0:
                place = (self._across(at), _HEIGHT - _BOTTOM + 22)
                draw.text(place, label[:_LONGEST_LABEL], fill=_INK, font=self._font(16), anchor="mm")

    def _font(self, size: int) -> _Font:
        if self.font is not None:
            return ImageFont.truetype(io.BytesIO(self.font), size)
        return ImageFont.load_default(size)
