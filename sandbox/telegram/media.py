"""Media as messages show them: a file is measured, kept, and described, as Telegram's servers do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram import measure
from sandbox.telegram.files import keep, mime_of, show
from sandbox.telegram.measure import NotAPicture, Picture, Recording
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

MEDIA = (
    "photo",
    "live_photo",
    "video",
    "animation",
    "voice",
    "audio",
    "document",
    "video_note",
    "sticker",
)  # of an animation and a live photo, messages show a second field for older bots
_STICKER_SIDE = 512


@dataclass(frozen=True, slots=True)
class Piece:
    """A file as somebody hands it over: its bytes, its name, and what they say of it: `duration`, `title` …"""

    content: bytes
    name: str = ""
    mime: str = ""
    said: Json = field(default_factory=dict[str, Any])
    thumbnail: bytes | None = None
    photo: bytes | None = None
    """The still picture of a live photo, the cover of a video."""


async def described(world: World, kind: str, piece: Piece) -> Json:
    """What a message shows of it, taken for that kind whatever is in it; a photo may raise `NotAPicture`."""
    return await _KINDS[kind](world, piece)


async def _photo(world: World, piece: Piece) -> Json:
    content: Json = {"photo": _sizes(world, await asyncio.to_thread(measure.photo_sizes, piece.content))}
    return show(world, [size["file_id"] for size in content["photo"]], content)


def _sizes(world: World, pictures: list[Picture]) -> list[Json]:
    return [_size(world, picture, "photo") for picture in pictures]


def _size(world: World, picture: Picture, kind: str) -> Json:
    kept = keep(world, kind, picture.jpeg, mime="image/jpeg")
    return kept | {"width": picture.width, "height": picture.height}


async def _voice(world: World, piece: Piece) -> Json:
    played = await _played(piece)
    mime = piece.mime or _sound_mime(played) or "audio/ogg"
    return _one(world, "voice", piece, {"duration": _duration(piece, played), "mime_type": mime})


async def _audio(world: World, piece: Piece) -> Json:
    played = await _played(piece)
    about: Json = {
        "duration": _duration(piece, played),
        "performer": piece.said.get("performer") or (played.performer if played else ""),
        "title": piece.said.get("title") or (played.title if played else ""),
        "file_name": piece.name,
        "mime_type": piece.mime or _sound_mime(played) or mime_of(piece.name),
        "thumbnail": await _thumbnail(world, piece.thumbnail),
    }
    return _one(world, "audio", piece, about)


async def _document(world: World, piece: Piece) -> Json:
    mime = piece.mime or mime_of(piece.name)
    preview = piece.thumbnail or (piece.content if mime.startswith("image/") else None)
    about = {"file_name": piece.name, "mime_type": mime, "thumbnail": await _thumbnail(world, preview)}
    return _one(world, "document", piece, about)


async def _video(world: World, piece: Piece) -> Json:
    about = await _filmed(world, piece)
    if piece.photo is not None:
        about["cover"] = _sizes(world, await asyncio.to_thread(measure.photo_sizes, piece.photo))
    return _one(world, "video", piece, about | {"start_timestamp": piece.said.get("start_timestamp")})


async def _video_note(world: World, piece: Piece) -> Json:
    filmed = await _filmed(world, piece)
    length = piece.said.get("length") or filmed["width"]
    about = {name: filmed[name] for name in ("duration", "thumbnail") if name in filmed}
    return _one(world, "video_note", piece, {"length": length, **about})


async def _animation(world: World, piece: Piece) -> Json:
    """A GIF becomes a film; for older bots it is a document, too."""
    if piece.content.startswith(b"GIF8"):
        film = await asyncio.to_thread(measure.film_of_gif, piece.content)
        piece = Piece(
            film, f"{piece.name.removesuffix('.gif') or 'giphy'}.mp4", "", piece.said, piece.thumbnail
        )
    content = _one(world, "animation", piece, await _filmed(world, piece))
    animation: Json = content["animation"]
    plain = ("file_id", "file_unique_id", "file_size", "file_name", "mime_type", "thumbnail")
    document = {name: animation[name] for name in plain if name in animation}
    return show(world, [animation["file_id"]], content | {"document": document})


async def _live_photo(world: World, piece: Piece) -> Json:
    """A short film behind a still picture."""
    filmed = await _filmed(world, piece)
    still = piece.photo or (await _first_picture(piece))
    sizes = _sizes(world, await asyncio.to_thread(measure.photo_sizes, still))
    content = _one(world, "live_photo", piece, filmed | {"photo": sizes})
    return show(world, [content["live_photo"]["file_id"]], content | {"photo": sizes})


async def _first_picture(piece: Piece) -> bytes:
    played = await _played(piece)
    if played is None or played.frame is None:
        raise NotAPicture("no film")
    return played.frame.jpeg


async def _sticker(world: World, piece: Piece) -> Json:
    flags = {name: bool(piece.said.get(name)) for name in ("is_animated", "is_video")}
    width, height = await _sticker_size(piece)
    about: Json = {
        "type": "regular",
        "width": width,
        "height": height,
        **flags,
        "emoji": piece.said.get("emoji", ""),
        "set_name": piece.said.get("set_name", ""),
    }
    return _one(world, "sticker", piece, about)


async def _sticker_size(piece: Piece) -> tuple[int, int]:
    played = await _played(piece) if piece.said.get("is_video") else None
    if played is not None:
        return played.width, played.height
    try:
        return await asyncio.to_thread(measure.picture_size, piece.content)
    except NotAPicture:  # an animated one is a drawing of that size
        return _STICKER_SIDE, _STICKER_SIDE


async def _filmed(world: World, piece: Piece) -> Json:
    played = await _played(piece)
    frame = played.frame.jpeg if played is not None and played.frame is not None else None
    return {
        "width": piece.said.get("width") or (played.width if played else 0),
        "height": piece.said.get("height") or (played.height if played else 0),
        "duration": _duration(piece, played),
        "file_name": piece.name,
        "mime_type": piece.mime or ("video/mp4" if played is None or played.is_mp4 else mime_of(piece.name)),
        "thumbnail": await _thumbnail(world, piece.thumbnail or frame),
    }


async def _played(piece: Piece) -> Recording | None:
    return await asyncio.to_thread(measure.recording, piece.content)


def _duration(piece: Piece, played: Recording | None) -> int:
    """In seconds: what is said, else what is measured."""
    said = piece.said.get("duration")
    return said if said is not None else max(1, round(played.seconds)) if played else 0


async def _thumbnail(world: World, picture: bytes | None) -> Json | None:
    if picture is None:
        return None
    try:
        small = await asyncio.to_thread(measure.thumbnail, picture)
    except NotAPicture:
        return None
    return _size(world, small, "thumbnail")


def _sound_mime(played: Recording | None) -> str | None:
    if played is None:
        return None
    names = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/x-wav", "flac": "audio/x-flac"}
    return "audio/mp4" if played.is_mp4 else names.get(played.container)


def _one(world: World, kind: str, piece: Piece, about: Json) -> Json:
    """A kept file with what is known of it; what is empty is not shown."""
    known = {name: value for name, value in about.items() if value not in (None, "")}
    named = "" if kind in {"voice", "video_note", "sticker"} else piece.name
    kept = keep(world, kind, piece.content, mime=str(known.get("mime_type", "")), name=named)
    return show(world, [kept["file_id"]], {kind: kept | known})


_KINDS: dict[str, Callable[[World, Piece], Awaitable[Json]]] = {
    "photo": _photo,
    "live_photo": _live_photo,
    "video": _video,
    "animation": _animation,
    "voice": _voice,
    "audio": _audio,
    "document": _document,
    "video_note": _video_note,
    "sticker": _sticker,
}
