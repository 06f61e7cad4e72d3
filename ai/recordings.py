"""Recordings as they are uploaded, and what kind of sound bytes are."""

import asyncio
from pathlib import Path

from ai.bodies import Upload
from domain.errors import NothingHeard, Unreadable

# Where the mark stands, the ending that OpenAI wants in the name, and the type.
_KINDS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"OggS", "ogg", "audio/ogg"),
    (0, b"fLaC", "flac", "audio/flac"),
    (8, b"WAVE", "wav", "audio/wav"),
    (4, b"ftyp", "m4a", "audio/mp4"),
    (0, b"\x1aE\xdf\xa3", "webm", "audio/webm"),
    (0, b"ID3", "mp3", "audio/mpeg"),
    (0, b"\xff\xfb", "mp3", "audio/mpeg"),
    (0, b"\xff\xf3", "mp3", "audio/mpeg"),
    (0, b"\xff\xf2", "mp3", "audio/mpeg"),
    (0, b"\xff\xf1", "aac", "audio/aac"),
    (0, b"\xff\xf9", "aac", "audio/aac"),
)

_LONGEST_MARK = 16


async def recording_at(path: Path) -> Upload:
    """The recording under a name that says its kind and nothing else. Raises `NothingHeard`, `Unreadable`."""
    try:
        start = await asyncio.to_thread(_start_of, path)
    except OSError as error:
        raise Unreadable(f"{type(error).__name__} for a recording") from None
    if not start:
        raise NothingHeard("0 bytes")
    ending = path.suffix.lstrip(".").lower()
    unknown = (ending if ending.isalnum() else "ogg", "application/octet-stream")
    ending, media_type = kind_of(start) or unknown
    return Upload(path, f"recording.{ending}", media_type)


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LONGEST_MARK)


def kind_of(content: bytes) -> tuple[str, str] | None:
    """The ending (`ogg`, `mp3`) and the media type of sound that has a header, by its first bytes."""
    for start, mark, ending, media_type in _KINDS:
        if content[start : start + len(mark)] == mark:
            return ending, media_type
    return None
