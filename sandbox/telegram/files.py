"""Files on the server: their ids, where they are downloaded from, and what a message shows of them."""

import hashlib
import mimetypes
import re
import secrets
from pathlib import PurePosixPath

from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

# Folder and the beginning of a file_id, by what the file is: photo.file_id begins with AgAC, and so on.
_KINDS = {
    "": ("documents", "BQAC"),  # uploaded, and not yet sent as anything
    "photo": ("photos", "AgAC"),
    "thumbnail": ("thumbnails", "AAMC"),
    "voice": ("voice", "AwAC"),
    "video": ("videos", "BAAC"),
    "document": ("documents", "BQAC"),
    "sticker": ("stickers", "CAAC"),
    "audio": ("music", "CQAC"),
    "animation": ("animations", "CgAC"),
    "video_note": ("video_notes", "DQAC"),
    "live_photo": ("videos", "EAAC"),
}
_ENDINGS = {"audio/ogg": ".oga", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "video/mp4": ".mp4"}
_SOUND_ENDING = re.compile(r"\.\w{1,8}")


def keep(world: World, kind: str, content: bytes, *, mime: str = "", name: str = "") -> Json:
    """Stores it; answers with the fields with which every description of a file begins."""
    folder, beginning = _KINDS[kind]
    file_id = f"{beginning}{secrets.token_urlsafe(36)}"
    path = f"{folder}/file_{len(world.files)}{_ending(mime, name)}"
    world.files[file_id] = File(path, content, kind=kind, name=name)
    world.changes.bump("files")
    return {"file_id": file_id, "file_unique_id": unique_id(kind, content), "file_size": len(content)}


def unique_id(kind: str, content: bytes) -> str:
    """The same for the same bytes, whoever sends them."""
    return f"AQAD{hashlib.sha256(kind.encode() + content).hexdigest()[:16]}"


def show(world: World, file_ids: list[str], content: Json) -> Json:
    """Remembers what a message shows, to be shown again when one of these files is sent by its id."""
    for file_id in file_ids:
        world.files[file_id].shown = content
    return content


def lose(world: World, file_id: str) -> None:
    """Raises `KeyError` for an id that was never given out."""
    world.files[file_id].is_lost = True
    world.changes.bump("files")


def mime_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _ending(mime: str, name: str) -> str:
    own = PurePosixPath(name).suffix
    if _SOUND_ENDING.fullmatch(own):
        return own
    return _ENDINGS.get(mime) or mimetypes.guess_extension(mime) or ""


def largest(message: Json) -> str:
    """The file_id of what a message carries, of a photo the largest size's. Raises `ValueError` without any."""
    carried: list[Json] = [message[one] for one in _KINDS if one not in {"", "photo"} and one in message]
    carried += [message["photo"][-1]] if message.get("photo") else []
    if not carried:
        raise ValueError("this message carries no file")
    return str(carried[0]["file_id"])
