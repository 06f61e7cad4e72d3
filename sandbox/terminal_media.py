"""Media in a terminal: what a message carries in one line, and the files that are sent from here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class NoSuchFile(ValueError):
    """What was typed names no file that can be read."""


def media_line(message: Json) -> str:
    """What a message carries besides words, such as `🎤 voice message, 3 s`; empty for nothing."""
    return next((line(message[kind]) for kind, line in _LINES.items() if kind in message), "")


def _parts(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _size(shown: Json) -> str:
    return f"{shown['width']}×{shown['height']}" if shown.get("width") else ""


def _seconds(played: Json) -> str:
    minutes, seconds = divmod(int(played.get("duration") or 0), 60)
    return f"{minutes}:{seconds:02} min" if minutes else f"{seconds} s"


def _bytes(file: Json) -> str:
    size = int(file.get("file_size") or 0)
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _track(audio: Json) -> str:
    named = " – ".join(audio[name] for name in ("performer", "title") if audio.get(name))
    return named or audio.get("file_name") or "audio"


_LINES: dict[str, Callable[[Any], str]] = {
    "live_photo": lambda live: _parts("🖼 live photo", _size(live), _seconds(live)),
    "photo": lambda sizes: _parts("🖼 photo", _size(sizes[-1])),
    "animation": lambda moving: _parts("🎞 GIF", _size(moving), _seconds(moving)),
    "video": lambda film: _parts("🎬 video", _size(film), _seconds(film)),
    "video_note": lambda note: _parts("📹 video message", _seconds(note)),
    "voice": lambda voice: _parts("🎤 voice message", _seconds(voice)),
    "audio": lambda audio: _parts(f"🎵 {_track(audio)}", _seconds(audio)),
    "document": lambda file: _parts(f"📎 {file.get('file_name') or 'file'}", _bytes(file)),
    "sticker": lambda sticker: f"{sticker.get('emoji') or '🙂'} sticker",
    "location": lambda place: f"📍 {place['latitude']:.5f}, {place['longitude']:.5f}",
    "poll": lambda poll: f"📊 {poll['question']}",
}


def named_file(argument: str) -> tuple[Path, str]:
    """`PATH` or `PATH CAPTION`; raises `NoSuchFile`. It blocks."""
    whole = Path(argument).expanduser()
    if argument and whole.is_file():
        return whole, ""
    name, _, caption = argument.partition(" ")
    path = Path(name).expanduser()
    if not name or not path.is_file():
        raise NoSuchFile(f"there is no file {name}" if name else "say which file: !photo holiday.jpg")
    return path, caption.strip()


def read(argument: str) -> tuple[bytes, str, str]:
    """Content, name and caption of the file that was typed; raises `NoSuchFile`. It blocks."""
    path, caption = named_file(argument)
    try:
        return path.read_bytes(), path.name, caption
    except OSError as error:
        raise NoSuchFile(f"{path.name} cannot be read: {error.strerror}") from None
