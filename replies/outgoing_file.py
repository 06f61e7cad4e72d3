"""A file to be sent, and the ways of sending it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.errors import FileGone, FileRefused
from domain.reply import MediaForm, Outgoing
from domain.texts import Text
from replies.errors import FormForbidden, TelegramError, TelegramRefusal
from replies.media_content import MediaContent, caption
from replies.uploads import Upload

FORBIDDEN: Final = Text("I am not allowed to send files here.")
_TOO_LARGE: Final = Text("The file I have for you is too large for Telegram.")
_MOST_PHOTO_BYTES: Final = 10_000_000
_FORMS: Final[Mapping[MediaForm, tuple[MediaForm, ...]]] = {
    "photo": ("photo", "document"),
    "document": ("document",),
    "audio": ("audio", "document"),
    "voice": ("voice", "audio", "document"),
    "video": ("video", "document"),
    "animation": ("animation", "document"),
}
_ABOUT_SIZE: Final = ("too large", "too big", "status 413")


class OutgoingFile:
    """A file to be sent, and all ways of sending it. `upload` is None if there is nothing on the disk."""

    def __init__(self, outgoing: Outgoing, upload: Upload | None, most_bytes: int) -> None:
        self._outgoing = outgoing
        self._upload = upload
        size_bytes = upload.size_bytes if upload is not None else 0
        self._is_too_large = size_bytes > most_bytes
        is_no_photo = outgoing.form == "photo" and size_bytes > _MOST_PHOTO_BYTES and not outgoing.file_id
        self.form: MediaForm = "document" if is_no_photo else outgoing.form

    @classmethod
    async def of(cls, outgoing: Outgoing, most_bytes: int) -> "OutgoingFile":
        return cls(outgoing, await asyncio.to_thread(_on_disk, outgoing), most_bytes)

    @property
    def content(self) -> MediaContent | None:
        """As it is sent best; None if it cannot be."""
        return next(iter(self.contents()), None)

    def contents(self) -> list[MediaContent]:
        """The ways to send it, best first."""
        one = self._outgoing
        text = caption(one.caption)
        best = MediaContent(self.form, one.file_id, text, one.title, one.duration_seconds, one.has_spoiler)
        ways = [best] if one.file_id else []
        upload = self._upload
        if upload is not None and upload.size_bytes and not self._is_too_large:
            ways += [replace(best, file=upload, form=form) for form in _FORMS[self.form]]
        return ways

    def error(self, reason: TelegramError | None) -> FileRefused | FileGone:
        """Why it could not be sent."""
        if isinstance(reason, FormForbidden):
            return FileRefused(str(reason), text=FORBIDDEN)
        if self._upload is None and self._outgoing.file_id:
            return FileGone(str(reason))
        if self._is_too_large or (isinstance(reason, TelegramRefusal) and reason.says(*_ABOUT_SIZE)):
            return FileRefused(str(reason or "over the limit"), text=_TOO_LARGE)
        return FileRefused(str(reason or "nothing on the disk"))


def _on_disk(outgoing: Outgoing) -> Upload | None:
    if not outgoing.path.is_file():
        return None
    size_bytes = outgoing.path.stat().st_size
    return Upload(outgoing.path, outgoing.name, outgoing.media_type, size_bytes)
