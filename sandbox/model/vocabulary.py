"""How the stand-in speaks: each word is three short tones, and it remembers which word has which.

A word's tones come one from each of three bands of 16 frequencies, 50 Hz apart and all of them from 1,000 Hz
up. So two neighbours never sound the same, and whoever hears a tone knows which of the three it is. The words
spoken last are remembered, 4,096 of them, with the space before them: what is heard is what was said.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from sandbox.model.sounds import tone

STEP_HERTZ = 50
LOWEST_HERTZ = 1_000
WORD_SECONDS = 0.35

_PER_BAND = 16
_BAND_HERTZ = 850
_BANDS = 3
_MOST_WORDS = _PER_BAND**_BANDS
_SHORTEST_SECONDS = 0.12  # a tone of 40 ms is what a codec leaves recognisable
_WORD = re.compile(
    r"\s*(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+)"
)

Band = tuple[int, int]
"""A tone of a word: which of the three it is, and which of the 16."""


class Vocabulary:
    """The words that were spoken. Used from several threads at once."""

    def __init__(self) -> None:
        self._codes: OrderedDict[str, int] = OrderedDict()
        self._words: dict[int, str] = {}
        self._lock = Lock()

    def spoken(self, text: str, *, speed: float = 1.0) -> bytes:
        """The text as sound, about 0.35 s a word."""
        seconds = max(WORD_SECONDS / speed, _SHORTEST_SECONDS) / _BANDS
        codes = [self._code(word) for word in _WORD.findall(text)]
        return b"".join(tone(hertz, seconds) for code in codes for hertz in _tones(code))

    def understood(self, tones: Sequence[Band]) -> str | None:
        """The word with these tones, if one has them."""
        if [band for band, _ in tones] != list(range(_BANDS)):
            return None
        code = 0
        for _, number in tones:
            code = code * _PER_BAND + number
        with self._lock:
            return self._words.get(code)

    def _code(self, word: str) -> int:
        with self._lock:
            if word in self._codes:
                self._codes.move_to_end(word)
                return self._codes[word]
            code = len(self._codes)
            if code >= _MOST_WORDS:
                _, code = self._codes.popitem(last=False)
            self._codes[word] = code
            self._words[code] = word
            return code


def words(text: str) -> list[str]:
    """The words of a text, each with the space before it."""
    return _WORD.findall(text)


def band(hertz: float) -> Band | None:
    """Which tone of a word this is; None if it is none."""
    which, above = divmod(round((hertz - LOWEST_HERTZ) / STEP_HERTZ), _BAND_HERTZ // STEP_HERTZ)
    return (which, above) if 0 <= which < _BANDS and above < _PER_BAND else None


def _tones(code: int) -> list[int]:
    numbers = [code // _PER_BAND ** (_BANDS - 1 - place) % _PER_BAND for place in range(_BANDS)]
    return [LOWEST_HERTZ + place * _BAND_HERTZ + number * STEP_HERTZ for place, number in enumerate(numbers)]
