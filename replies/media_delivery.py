"""Files of an answer: each stands once, in the best form that Telegram takes, and is recorded as it does."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

from domain.errors import FileGone, FileRefused
from domain.reply import Destination, Keyboard, MediaForm, Outgoing, SentMedia
from domain.steps import Json, JsonValue, Steps
from domain.texts import Text
from replies.albums import groups
from replies.content import TextContent
from replies.errors import FormForbidden, MethodMissing, TelegramError, TelegramRefusal
from replies.gateway import Gateway
from replies.media_content import MediaContent, caption
from replies.media_placing import MediaPlacing
from replies.placing import Place, Placing
from replies.uploads import Upload

log = logging.getLogger(__name__)

_MOST_PHOTO_BYTES: Final = 10_000_000
_FORMS: Final[Mapping[MediaForm, tuple[MediaForm, ...]]] = {
    "photo": ("photo", "document"),
    "document": ("document",),
    "audio": ("audio", "document"),
    "voice": ("voice", "audio", "document"),
    "video": ("video", "document"),
    "animation": ("animation", "document"),
}
_ABOUT_WORDS: Final = ("caption", "entit", "button", "keyboard", "reply markup", "reply_markup")
_ABOUT_SIZE: Final = ("too large", "too big")
_CULPRIT: Final = re.compile(r"message #(\d+)")  # of an album, counted from 1

_TOO_LARGE: Final = Text("The file I have for you is too large for Telegram.")
_FORBIDDEN: Final = Text("I am not allowed to send files here.")


class MediaDelivery:
    """Sends files alone or as albums. What Telegram refuses holds nothing else up."""

    def __init__(self, gateway: Gateway, placing: Placing) -> None:
        self._gateway = gateway
        self._placing = placing
        self._media = MediaPlacing(gateway, placing)

    async def deliver(
        self, to: Destination, media: Sequence[Outgoing], records: "Records", keyboard: Keyboard
    ) -> tuple[SentMedia, ...]:
        """Raises `FileRefused` or `FileGone` for the first that cannot be sent, after all others have been."""
        files = [await _File.of(one, self._gateway.most_upload_bytes) for one in media]
        sent: dict[int, SentMedia] = {}
        refused: list[FileRefused | FileGone] = []
        for together in groups([file.form for file in files]):
            sent |= await records.of(together)
            missing = [position for position in together if position not in sent]
            buttons = keyboard if together == range(len(files) - 1, len(files)) else ()
            batch = _Batch(to, {position: files[position] for position in missing}, buttons)
            sent |= await self._sent(batch, records, refused)
        if refused:
            raise refused[0]
        return tuple(sent[position] for position in range(len(files)))

    async def _sent(
        self, batch: "_Batch", records: "Records", refused: list[FileRefused | FileGone]
    ) -> dict[int, SentMedia]:
        sent: dict[int, SentMedia] = {}
        if len(batch.files) > 1:
            sent = await self._together(batch)
            await records.keep(sent)
        for position, file in batch.files.items():
            if position not in sent:
                try:
                    sent[position] = await self._alone(batch.place(position), file, batch.keyboard)
                except (FileRefused, FileGone) as refusal:
                    log.warning("chat %s: a file is refused: %s", batch.to.key.chat_id, refusal)
                    refused.append(refusal)
                    if refusal.text == _FORBIDDEN:  # the others are no better
                        break
                else:
                    await records.keep({position: sent[position]})
        return sent

    async def _together(self, batch: "_Batch") -> dict[int, SentMedia]:
        """What stands as an album; the file that Telegram complains about is left out, or all of them are."""
        files = {position: file for position, file in batch.files.items() if file.content is not None}
        while len(files) > 1:
            contents = [file.content for file in files.values() if file.content is not None]
            try:
                sent = await self._media.place_album(batch.place(next(iter(files))), contents)
            except (TelegramRefusal, MethodMissing) as refusal:
                log.warning("chat %s refuses an album: %s", batch.to.key.chat_id, refusal)
                if not (culprit := _culprit(refusal, list(files))):
                    return {}
                del files[culprit[0]]
            else:
                return dict(zip(files, sent or (), strict=False))
        return {}

    async def _alone(self, place: Place, file: "_File", keyboard: Keyboard) -> SentMedia:
        reason: TelegramError | None = None
        for content in file.contents():
            try:
                return await self._dressed(place, content, keyboard)
            except (TelegramRefusal, MethodMissing) as refusal:
                log.info("chat %s does not take a %s: %s", place.key.chat_id, content.form, refusal)
                reason = refusal
        if place.message_id is not None:
            await self._placing.remove(place.key, place.message_id)
        raise file.error(reason)

    async def _dressed(self, place: Place, content: MediaContent, keyboard: Keyboard) -> SentMedia:
        """With caption and buttons, or with as much of them as Telegram takes."""
        try:
            return await self._media.place(place, content, keyboard)
        except TelegramRefusal as refusal:
            if not refusal.says(*_ABOUT_WORDS):
                raise
            log.warning("chat %s: a file is sent in a simpler form: %s", place.key.chat_id, refusal)
            plain = replace(content, caption=TextContent(content.caption.text))
            return await self._media.place(place, plain)


class Records:
    """What stands already, by its position: `STEP:0`, `STEP:1` and so on.

    An album's first record has all of it: an album is sent with one call, so it is recorded with one.
    """

    def __init__(self, steps: Steps, step: str) -> None:
        self._steps = steps
        self._step = step

    async def of(self, positions: Sequence[int]) -> dict[int, SentMedia]:
        found: dict[int, SentMedia] = {}
        for position in positions:
            recorded = await self._steps.result(self._name(position))
            if recorded is not None:
                found[position] = _sent_media(recorded)
                album = cast("dict[str, Json]", recorded.get("album") or {})
                found |= {int(other): _sent_media(entry) for other, entry in album.items()}
        return found

    async def keep(self, sent: Mapping[int, SentMedia]) -> None:
        entries: dict[int, dict[str, JsonValue]] = {
            position: {"message_id": one.message_id, "file_id": one.file_id, "form": one.form}
            for position, one in sent.items()
        }
        for number, (position, entry) in enumerate(entries.items()):
            others: dict[str, JsonValue] = {str(other): entries[other] for other in list(entries)[1:]}
            album: dict[str, JsonValue] = {"album": others} if others and number == 0 else {}
            await self._steps.record(self._name(position), {**entry, **album})

    def _name(self, position: int) -> str:
        return f"{self._step}:{position}"


@dataclass(frozen=True, slots=True)
class _Batch:
    """Files that go together if they can, by their positions in the whole; `keyboard` is for a single one."""

    to: Destination
    files: Mapping[int, "_File"]
    keyboard: Keyboard

    def place(self, position: int) -> Place:
        """The first message of all replies."""
        return Place(self.to.key, reply_to=self.to.reply_to if position == 0 else None)


class _File:
    """A file to be sent, and all ways of sending it. `upload` is None if there is nothing on the disk."""

    def __init__(self, outgoing: Outgoing, upload: Upload | None, most_bytes: int) -> None:
        self._outgoing = outgoing
        self._upload = upload
        self._is_too_large = upload is not None and upload.size_bytes > most_bytes
        self.form: MediaForm = outgoing.form
        if (
            not outgoing.file_id
            and upload
            and outgoing.form == "photo"
            and upload.size_bytes > _MOST_PHOTO_BYTES
        ):
            self.form = "document"

    @classmethod
    async def of(cls, outgoing: Outgoing, most_bytes: int) -> "_File":
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
        if self._upload is None and self._outgoing.file_id:
            return FileGone(str(reason))
        if isinstance(reason, FormForbidden):
            return FileRefused(str(reason), text=_FORBIDDEN)
        if self._is_too_large or (isinstance(reason, TelegramRefusal) and reason.says(*_ABOUT_SIZE)):
            return FileRefused(str(reason or "over the limit"), text=_TOO_LARGE)
        return FileRefused(str(reason or "nothing on the disk"))


def _on_disk(outgoing: Outgoing) -> Upload | None:
    path: Path = outgoing.path
    if not path.is_file():
        return None
    return Upload(path, outgoing.name, outgoing.media_type, path.stat().st_size)


def _culprit(refusal: TelegramError, positions: Sequence[int]) -> Sequence[int]:
    """The position of the file that the refusal names, if it does."""
    named = _CULPRIT.search(str(refusal))
    number = int(named[1]) if named else 0
    return positions[number - 1 : number] if number else ()


def _sent_media(recorded: Json) -> SentMedia:
    form = cast("MediaForm", recorded["form"])  # as `keep` recorded it
    return SentMedia(int(str(recorded["message_id"])), str(recorded["file_id"]), form)
