"""What the server takes a bot's file for: it looks inside, and not everything stays what it was sent as."""

import asyncio
from dataclasses import replace

from sandbox.telegram import measure
from sandbox.telegram.measure import NotAPicture, Recording
from sandbox.telegram.media import Piece, described
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

MOST_SIDES = 10_000
MOST_RATIO = 20
MOST_LIVE_SECONDS = 10


class Unprocessable(Exception):
    """The server cannot make of it what it was sent as; its word for why."""


async def sorted_and_described(world: World, kind: str, piece: Piece) -> Json:
    """What a message shows of a file that a bot sends as that kind; raises `Unprocessable`."""
    if kind == "photo":
        await _check_photo(piece.content)
    taken_as, piece = await _taken_as(kind, piece)
    try:
        return await described(world, taken_as, piece)
    except NotAPicture:
        raise Unprocessable("IMAGE_PROCESS_FAILED") from None


async def _check_photo(content: bytes) -> None:
    try:
        width, height = await asyncio.to_thread(measure.picture_size, content)
    except NotAPicture:
        raise Unprocessable("IMAGE_PROCESS_FAILED") from None
    if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
        raise Unprocessable("PHOTO_INVALID_DIMENSIONS")


async def _taken_as(kind: str, piece: Piece) -> tuple[str, Piece]:
    if kind == "sticker":
        return _as_sticker(piece)
    if _is_gif(piece) and kind in {"animation", "document"}:
        return "document" if piece.said.get("disable_content_type_detection") else "animation", piece
    if kind in {"photo", "document"}:
        return kind, piece
    played = await asyncio.to_thread(measure.recording, piece.content)
    if kind == "live_photo":
        _check_live(played)
        return kind, piece
    return _of_recording(kind, played), piece


def _of_recording(kind: str, played: Recording | None) -> str:
    if played is None:
        return "document"
    is_film = played.width > 0
    match kind:
        case "voice" if not is_film:
            return "voice" if _is_voice(played) else "audio"
        case "audio" if not is_film:
            return "audio"
        case "video_note" if is_film and played.is_mp4:
            return "video_note" if played.width == played.height else "video"
        case "animation" if is_film and played.is_mp4:
            return "video" if played.codec else "animation"
        case "video" if is_film and played.is_mp4:
            return "video"
        case _:
            return "document"


def _is_voice(played: Recording) -> bool:
    """core.telegram.org/bots/api#sendvoice: Opus in Ogg, MP3 or M4A."""
    return (played.container, played.codec) == ("ogg", "opus") or played.container == "mp3" or played.is_mp4


def _check_live(played: Recording | None) -> None:
    if played is None or not played.is_mp4 or played.seconds > MOST_LIVE_SECONDS + 0.5:
        raise Unprocessable("VIDEO_CONTENT_TYPE_INVALID")


def _as_sticker(piece: Piece) -> tuple[str, Piece]:
    """A WebP, a film in WebM, or an animation, which is compressed JSON."""
    content = piece.content
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "sticker", piece
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "sticker", replace(piece, said=piece.said | {"is_video": True})
    if content.startswith(b"\x1f\x8b"):
        return "sticker", replace(piece, said=piece.said | {"is_animated": True})
    return "document", piece


def _is_gif(piece: Piece) -> bool:
    return piece.content.startswith(b"GIF8")
