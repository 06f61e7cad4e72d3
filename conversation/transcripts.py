"""Transcripts as they are written down: as a message, as text, and as subtitles."""

from collections.abc import Sequence
from typing import Literal

from domain.speech import Passage

TranscriptForm = Literal["txt", "srt", "vtt"]

MEDIA_TYPES: dict[TranscriptForm, str] = {
    "txt": "text/plain",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
}


def subtitles(passages: Sequence[Passage], form: Literal["srt", "vtt"]) -> str:
    """SubRip or WebVTT, which a player shows beside the film."""
    point, head = (",", "") if form == "srt" else (".", "WEBVTT\n\n")
    cues = (
        f"{number}\n{_clock(one.start_seconds, point)} --> {_clock(one.end_seconds, point)}\n{_cue(one.text)}\n"
        for number, one in enumerate(passages, 1)
    )
    return head + "\n".join(cues)


def _cue(text: str) -> str:
    """A blank line would end a cue, and an arrow begin another."""
    return "\n".join(line for line in text.replace("-->", "→").splitlines() if line.strip())


def _clock(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1_000), 1_000)
    return f"{whole // 3_600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"
