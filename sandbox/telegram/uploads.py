"""What a bot hands over: files inside the request, or ids of files the server has; no address is fetched."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.telegram.errors import Refused, bad
from sandbox.telegram.objects_media import ATTACHED
from sandbox.telegram.world import File, World

MOST_UPLOAD_BYTES = 50 * 1024 * 1024
MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_THUMBNAIL_BYTES = 204_799  # a larger one is left out: TDLib, get_input_thumbnail_photo_size
_TDLIB_NAMES = {
    "photo": "Photo",
    "thumbnail": "Thumbnail",
    "voice": "VoiceNote",
    "video": "Video",
    "live_photo": "Video",
    "document": "Document",
    "audio": "Audio",
    "animation": "Animation",
    "sticker": "Sticker",
    "video_note": "VideoNote",
}


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


Uploads = Mapping[str, Upload]


def handed_over(world: World, uploads: Uploads, value: str, kind: str, *, missing: str) -> Upload | File:
    """The file that a parameter names, fit to be sent as that kind; `missing` is said if it is not attached."""
    if value.startswith(ATTACHED):
        return _attached(world, uploads, value, kind, missing)
    if value.lower().startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    file = world.files.get(value)
    if file is None or file.is_lost:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind and (file.kind == "thumbnail" or (file.kind == "photo") != (kind == "photo")):
        raise bad(f"can't use file of type {_TDLIB_NAMES[file.kind]} as {_TDLIB_NAMES[kind]}")
    return file


def _attached(world: World, uploads: Uploads, value: str, kind: str, missing: str) -> Upload:
    upload = uploads.get(value.removeprefix(ATTACHED))
    if upload is None:
        raise bad(missing)
    size = len(upload.content)
    if size == 0:
        raise bad("file must be non-empty")
    if size > MOST_UPLOAD_BYTES and not world.switches.local_server:
        raise Refused(413, "Request Entity Too Large")
    if kind == "photo" and size > MOST_PHOTO_BYTES:
        raise bad(
            f"file of size {size} bytes is too big for a photo; the maximum size is {MOST_PHOTO_BYTES} bytes"
        )
    return upload


def thumbnail(uploads: Uploads, value: str | None) -> bytes | None:
    """The uploaded thumbnail; one that is unfit is left out."""
    upload = uploads.get(value.removeprefix(ATTACHED)) if value else None
    fits = upload is not None and 0 < len(upload.content) <= MOST_THUMBNAIL_BYTES
    return upload.content if upload is not None and fits else None
