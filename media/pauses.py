"""Long recordings cut at pauses, so that no word is cut in two and every piece fits a call."""

from array import array
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from media import sound
from media.encoding import HEARING_BYTES_A_SECOND
from media.levels import rms, slots

_RATE = 16_000
_SLOT_SECONDS = 0.05
_PAUSE_SLOTS = 8  # the 0.4 s around a cut are to be quiet
_SPREAD = 0.3  # a cut may lie so far from the even share, as a part of that share
_NEARLY = 1.25  # pauses so much louder than the quietest one are as good as it,
_HARDLY_HEARD = 10  # and those no louder than this, of 32,768
_SILENT_LEVEL = 104  # of 32,768: -50 dBFS, as `sound.is_silent` has it


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a recording. `is_silent`: nothing in it is as loud as a whisper."""

    start_seconds: float
    end_seconds: float
    is_silent: bool = False


def cuts(path: Path, *, most_seconds: float, most_bytes: int) -> list[Stretch]:
    """The recording in even pieces that `encoding.extract` makes no larger than that, cut where it is quiet.

    Reads all of it once, in constant memory. Raises `Unreadable`.
    """
    levels = _levels(path)
    most = int(min(most_seconds, most_bytes / HEARING_BYTES_A_SECOND) / _SLOT_SECONDS)
    edges = [0, *_edges(levels, max(most, _PAUSE_SLOTS)), len(levels)]
    return [
        Stretch(start * _SLOT_SECONDS, end * _SLOT_SECONDS, is_silent=max(levels[start:end]) < _SILENT_LEVEL)
        for start, end in pairwise(edges)
    ]


def _levels(path: Path) -> "array[int]":
    """The loudness of every twentieth of a second."""
    levels = array("H")
    for window in sound.decode(path, rate=_RATE):
        levels.extend(rms(slot) for slot in slots(window, int(_RATE * _SLOT_SECONDS)))
    return levels


def _edges(levels: "array[int]", most: int) -> list[int]:
    """Where to cut, in slots: near the even share of what is left, never beyond what a piece may hold."""
    edges: list[int] = []
    start = 0
    while len(levels) - start > most:
        left = len(levels) - start
        share = left / -(-left // most)
        first = start + max(1, int(share * (1 - _SPREAD)))
        last = start + min(most, int(share * (1 + _SPREAD)))
        start = _quietest(levels, range(first, max(first, last) + 1), nearest_to=start + share)
        edges.append(start)
    return edges


def _quietest(levels: "array[int]", among: range, *, nearest_to: float) -> int:
    """The middle of the quietest pause in that range; of those about as quiet, the one nearest to that slot."""
    sums = {at: _around(levels, at) for at in among}
    bearable = min(sums.values()) * _NEARLY + _PAUSE_SLOTS * _HARDLY_HEARD
    return min((at for at in sums if sums[at] <= bearable), key=lambda at: abs(at - nearest_to))


def _around(levels: "array[int]", at: int) -> int:
    return sum(levels[max(0, at - _PAUSE_SLOTS // 2) : at + _PAUSE_SLOTS // 2])
