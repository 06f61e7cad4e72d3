"""Which voice stands in for one that a model lacks."""

from collections.abc import Sequence

# Alike in pitch and temper, the nearest first.
_NEAREST = {
    "fable": ("ballad", "verse", "alloy"),
    "onyx": ("cedar", "ash", "echo"),
    "nova": ("marin", "coral", "shimmer"),
    "marin": ("nova", "coral", "shimmer"),
    "cedar": ("onyx", "ash", "echo"),
    "ballad": ("fable", "verse", "alloy"),
    "verse": ("ballad", "fable", "echo"),
    "ash": ("onyx", "cedar", "echo"),
    "coral": ("nova", "marin", "shimmer"),
    "echo": ("ash", "onyx", "cedar"),
    "sage": ("alloy", "shimmer", "coral"),
    "shimmer": ("nova", "coral", "sage"),
    "alloy": ("sage", "nova", "echo"),
}


def nearest(voice: str, voices: Sequence[str]) -> str:
    """The voice itself if it is among them, else the most alike, else the first."""
    candidates = (voice, *_NEAREST.get(voice, ()))
    return next((one for one in candidates if one in voices), voices[0])
