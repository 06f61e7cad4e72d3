"""Charts of spending: columns by day, bars below them, on a card of its own colour that reads in any app."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from media.lettering import Font, Lettering

_WIDTH, _MARGIN, _GAP = 1_080, 48, 36
_TITLE, _LABEL, _SMALL = 44, 28, 22
_COLUMNS_HEIGHT, _ROW_HEIGHT, _BAR_HEIGHT = 360, 52, 22
_LABEL_WIDTH, _VALUE_WIDTH = 340, 150
_LINES = 4  # across the columns

Colour = str


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a card."""

    card: Colour
    text: Colour
    faint: Colour
    line: Colour
    plain_bar: Colour


LIGHT = Look(card="#ffffff", text="#1c2733", faint="#66727d", line="#e1e5e9", plain_bar="#8896a3")
DARK = Look(card="#17212b", text="#f2f5f7", faint="#93a1ae", line="#2b3947", plain_bar="#6f8294")


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount with its name; without a colour it is a plain one."""

    label: str
    amount: int
    colour: Colour = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A day: `parts` lie upon each other from below."""

    label: str
    parts: tuple[tuple[Colour, int], ...]

    @property
    def amount(self) -> int:
        return sum(amount for _, amount in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `groups` of bars share one scale; `say` writes an amount in Latin letters."""

    title: str
    columns: Sequence[Column]
    groups: Sequence[Sequence[Bar]]
    say: Callable[[int], str]
    lettering: Lettering


def drawn(chart: Chart, look: Look) -> bytes:
    """The chart as a PNG. Takes a while: call it in a thread."""
    rows = sum(len(group) for group in chart.groups)
    bars_height = rows * _ROW_HEIGHT + len(chart.groups) * _GAP
    height = _MARGIN + _TITLE + _GAP + _COLUMNS_HEIGHT + _SMALL + bars_height + _MARGIN
    image = Image.new("RGB", (_WIDTH, height), look.card)
    pen = _Pen(ImageDraw.Draw(image), look, chart)
    pen.title()
    pen.columns(_MARGIN + _TITLE + _GAP)
    pen.bars(_MARGIN + _TITLE + _GAP + _COLUMNS_HEIGHT + _SMALL + _GAP)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Pen:
    draw: ImageDraw.ImageDraw
    look: Look
    chart: Chart

    def title(self) -> None:
        self.draw.text(
            (_MARGIN, _MARGIN), self.chart.title, self.look.text, self._font(self.chart.title, _TITLE)
        )

    def columns(self, top: int) -> None:
        """The columns over their days, with lines across that say how much they are."""
        scale = _scale(max((column.amount for column in self.chart.columns), default=0))
        bottom = top + _COLUMNS_HEIGHT
        left, right = _MARGIN + _VALUE_WIDTH, _WIDTH - _MARGIN
        for number in range(_LINES + 1):
            y = bottom - _COLUMNS_HEIGHT * number // _LINES
            self.draw.line([(left, y), (right, y)], self.look.line, 2)
            said = self.chart.say(scale * number // _LINES)
            self.draw.text((left - 16, y), said, self.look.faint, self._font(said, _SMALL), anchor="rm")
        step = (right - left) / max(len(self.chart.columns), 1)
        for number, column in enumerate(self.chart.columns):
            x = left + step * number
            self._column(column, (x + step * 0.18, x + step * 0.82), bottom, scale)
            if _is_labelled(number, len(self.chart.columns)):
                at = (x + step / 2, bottom + 8)
                self.draw.text(at, column.label, self.look.faint, self._font(column.label, _SMALL), anchor="ma")

    def _column(self, column: Column, sides: tuple[float, float], bottom: int, scale: int) -> None:
        below = 0
        for colour, amount in column.parts:
            low = bottom - _COLUMNS_HEIGHT * below / scale
            below += amount
            high = bottom - _COLUMNS_HEIGHT * below / scale
            if amount:
                self.draw.rectangle([sides[0], min(high, low - 1), sides[1], low - 1], colour)

    def bars(self, top: int) -> None:
        """Group by group, each amount behind its bar."""
        most = max((bar.amount for group in self.chart.groups for bar in group), default=0)
        y = top
        for group in self.chart.groups:
            for bar in group:
                self._bar(bar, y, most)
                y += _ROW_HEIGHT
            y += _GAP

    def _bar(self, bar: Bar, y: int, most: int) -> None:
        middle = y + _ROW_HEIGHT // 2
        left, right = _MARGIN + _LABEL_WIDTH, _WIDTH - _MARGIN - _VALUE_WIDTH
        ends = left + max(4, (right - left) * bar.amount // max(most, 1))
        box = [left, middle - _BAR_HEIGHT // 2, ends, middle + _BAR_HEIGHT // 2]
        font, said = self._font(bar.label, _LABEL), self.chart.say(bar.amount)
        self.draw.text((_MARGIN, middle), _cut(bar.label, font), self.look.text, font, anchor="lm")
        self.draw.rounded_rectangle(box, 5, bar.colour or self.look.plain_bar)
        self.draw.text((ends + 16, middle), said, self.look.text, self._font(said, _LABEL), anchor="lm")

    def _font(self, text: str, size: int) -> Font:
        return self.chart.lettering.font(text, size)


def _scale(most: int) -> int:
    """The next round amount at which the uppermost line lies: 1, 2, 4 or 10 of whatever power of ten."""
    power = 1
    while power * 10 <= most:
        power *= 10
    return next((power * times for times in (1, 2, 4, 10) if power * times >= most), power) if most else _LINES


def _is_labelled(number: int, count: int) -> bool:
    """Each day's number where there is room, of a month the first and every fifth."""
    return count <= 12 or number == 0 or (number + 1) % 5 == 0


def _cut(label: str, font: Font) -> str:
    """As much of it as there is room for."""
    room = _LABEL_WIDTH - 24
    if font.getlength(label) <= room:
        return label
    while label and font.getlength(label + "…") > room:
        label = label[:-1]
    return label + "…"
