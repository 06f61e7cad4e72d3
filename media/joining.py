"""Spoken pieces joined into one: no clicks, no gaps, one loudness, while more are still being spoken."""

from collections.abc import Sequence

from media.levels import Segment, dbfs, peak, rms, segment, slots
from media.sound import RATE

_SLOT_MS = 10
_KEPT_MS = 150  # of the silence at either end of a piece: two of them make the pause between sentences
_FADE_MS = 5
_AUDIBLE_DBFS = -45.0
_MOST_GAIN_DB = 6.0
_LEAST_GAIN_DB = 1.0  # less is not heard
_HEADROOM_DB = 1.0
_SLOT_SAMPLES = RATE * _SLOT_MS // 1000


class Joiner:
    """Joins pieces as they come: `add` each in its order, and write or send what that returns.

    Every piece is brought to the loudness of the first one, by at most 6 dB and never into clipping.
    """

    def __init__(self) -> None:
        self._loudness_dbfs: float | None = None

    def add(self, pcm: bytes) -> bytes:
        """The piece (mono 16-bit PCM at 24 kHz), fit to follow those before; empty if it holds no sound."""
        bounds = _audible(pcm)
        if bounds is None:
            return b""
        piece = segment(pcm, RATE)[slice(*bounds)]
        if len(piece) < 2 * _FADE_MS:
            return b""
        return self._levelled(piece, _spoken_dbfs(pcm)).fade_in(_FADE_MS).fade_out(_FADE_MS).raw_data

    def _levelled(self, piece: Segment, loudness: float) -> Segment:
        if self._loudness_dbfs is None:
            self._loudness_dbfs = loudness
            return piece
        gain = max(-_MOST_GAIN_DB, min(_MOST_GAIN_DB, self._loudness_dbfs - loudness))
        gain = min(gain, max(0.0, -_HEADROOM_DB - dbfs(peak(piece.raw_data))))
        return piece if abs(gain) < _LEAST_GAIN_DB else piece.apply_gain(gain)


def join(pieces: Sequence[bytes]) -> bytes:
    """All pieces, in that order, as one."""
    joiner = Joiner()
    return b"".join(joiner.add(piece) for piece in pieces)


def _audible(pcm: bytes) -> tuple[int, int] | None:
    """From where to where (milliseconds) there is sound, with a little silence kept; None if nowhere."""
    loud = [at for at, slot in enumerate(slots(pcm, _SLOT_SAMPLES)) if dbfs(rms(slot)) >= _AUDIBLE_DBFS]
    if not loud:
        return None
    return max(0, loud[0] * _SLOT_MS - _KEPT_MS), (loud[-1] + 1) * _SLOT_MS + _KEPT_MS


def _spoken_dbfs(pcm: bytes) -> float:
    """The loudness of what is said, the pauses left out."""
    levels = [rms(slot) for slot in slots(pcm, _SLOT_SAMPLES)]
    spoken = [level**2 for level in levels if dbfs(level) >= _AUDIBLE_DBFS]
    return dbfs((sum(spoken) / len(spoken)) ** 0.5)
