"""Which files go together: Telegram shows up to ten of a kind as one album."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

from domain.reply import MediaForm

MOST_TOGETHER: Final = 10
_ALONE: Final = {"voice", "animation"}


def groups(forms: Sequence[MediaForm]) -> list[range]:
    """The positions of files that are sent with one call, in order; divided evenly where they are many."""
    found: list[range] = []
    for _, run in groupby(range(len(forms)), key=lambda position: _kind(forms[position], position)):
        positions = list(run)
        found += _parts(positions[0], len(positions))
    return found


def _kind(form: MediaForm, position: int) -> object:
    if form in _ALONE:
        return position
    return "visible" if form in ("photo", "video") else form


def _parts(first: int, count: int) -> list[range]:
    number = -(-count // MOST_TOGETHER)
    ends = [first + count * part // number for part in range(number + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
