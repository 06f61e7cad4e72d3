"""What the stand-in hears in a recording.

In this order:

1. Words that a tag brings along: `transcript`, or a `comment` or `title` that begins with `transcript=`
   (a Vorbis comment, ID3, an MP4 tag).
2. Silence, if nothing in it is louder than 1% of full scale: an empty text.
3. Words that this very server has spoken (see `vocabulary`), also if packed anew, cut or joined since.
4. Tones below 975 Hz that last 0.2 s or longer, each rounded to the next multiple of 50 Hz. One alone is
   "a tone of 450 Hz lasting 2 seconds", its time rounded to half seconds; several are their numbers in
   their order, "450 500 650". A tone that goes on is one tone, however long; silence or another tone ends it.
5. Anything else is something it cannot understand, and it says so.
"""

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sandbox.model.sounds import Recording
from sandbox.model.vocabulary import LOWEST_HERTZ, STEP_HERTZ, Vocabulary, band

RATE = 24_000
"""Samples per second at which it listens."""

_QUIET = 328
_FRAME_SAMPLES = RATE // 100
_PERIODS = 8  # over how many the frequency is taken
_STEADY = 8  # how many estimates in a row have to agree
_GAP_SECONDS = 0.03  # a flaw of a codec, not the end of a tone
_SHORTEST_SECONDS = 0.2
_TAG = "transcript="
_SIGNS = bytes(1 if high < 128 else 0 for high in range(256))
_UPWARD = re.compile(b"\x00\x01")


@dataclass(frozen=True, slots=True)
class Tone:
    """A steady tone; `hertz` is a multiple of 50."""

    hertz: int
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def heard(recording: Recording, vocabulary: Vocabulary) -> str:
    told = _told(recording.tags)
    if told is not None:
        return told
    if not recording.samples or max(max(recording.samples), -min(recording.samples)) < _QUIET:
        return ""
    tones = list(_tones(recording.samples))
    return _speech(tones, vocabulary) or _music(tones) or _unclear(recording.seconds)


def _told(tags: Mapping[str, str]) -> str | None:
    if "transcript" in tags:
        return tags["transcript"]
    found = (tags.get(name, "") for name in ("comment", "title", "description"))
    return next((tag.removeprefix(_TAG) for tag in found if tag.startswith(_TAG)), None)


def _speech(tones: list[Tone], vocabulary: Vocabulary) -> str:
    """The words in it. Of the tones of one band in a row the longest counts: the others are flaws."""
    placed = [(found, tone) for tone in tones if (found := band(tone.hertz)) is not None]
    bands = [
        max(group, key=lambda pair: pair[1].seconds)[0]
        for _, group in groupby(placed, key=lambda pair: pair[0][0])
    ]
    understood = (vocabulary.understood(bands[at : at + 3]) for at in range(len(bands)))
    return "".join(word for word in understood if word is not None).strip()


def _music(tones: list[Tone]) -> str:
    long = [tone for tone in tones if tone.hertz < LOWEST_HERTZ and tone.seconds >= _SHORTEST_SECONDS]
    if len(long) == 1:
        return f"a tone of {long[0].hertz} Hz lasting {max(0.5, round(long[0].seconds * 2) / 2):g} seconds"
    return " ".join(str(tone.hertz) for tone in long)


def _unclear(seconds: float) -> str:
    return f"(A recording of {seconds:.1f} seconds that the offline stand-in cannot understand.)"


def _tones(samples: "array[int]") -> Iterator[Tone]:
    """Steady tones in their order; the same one after a tiny gap is still the same."""
    last: Tone | None = None
    for tone in _steady(samples):
        if last is not None and tone.hertz == last.hertz and tone.start - last.end < _GAP_SECONDS:
            last = Tone(last.hertz, last.start, tone.end)
            continue
        if last is not None:
            yield last
        last = tone
    if last is not None:
        yield last


def _steady(samples: "array[int]") -> Iterator[Tone]:
    """Where the frequency, taken over a few periods each time, stays on one multiple of 50 Hz."""
    for stretch in _loud(samples):
        times = _crossings(samples, *stretch)
        steps = [
            round(_PERIODS * RATE / (times[at + _PERIODS] - times[at]) / STEP_HERTZ)
            for at in range(len(times) - _PERIODS)
        ]
        at = 0
        for step, group in groupby(steps):
            count = len(list(group))
            if count >= _STEADY and step:
                yield Tone(step * STEP_HERTZ, times[at] / RATE, times[at + count - 1 + _PERIODS] / RATE)
            at += count


def _loud(samples: "array[int]") -> Iterator[tuple[int, int]]:
    """Where it is not silent, in steps of 10 ms: from and to which sample."""
    start: int | None = None
    for at in range(0, len(samples), _FRAME_SAMPLES):
        is_loud = max(samples[at : at + _FRAME_SAMPLES]) >= _QUIET
        if is_loud and start is None:
            start = at
        elif not is_loud and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(samples)


def _crossings(samples: "array[int]", start: int, end: int) -> list[float]:
    """When the wave goes up through zero, between samples where that is so."""
    signs = samples[start:end].tobytes()[1::2].translate(_SIGNS)
    found: list[float] = []
    for match in _UPWARD.finditer(signs):
        at = start + match.start()
        below, above = samples[at], samples[at + 1]
        found.append(at + below / (below - above))
    return found
