"""Files of an answer: each stands once, in the best form that Telegram takes, and is recorded as it does."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.errors import FileGone, FileRefused
from domain.reply import Destination, Keyboard, Outgoing, SentMedia
from domain.turn import ConversationKey
from replies.albums import groups
from replies.content import TextContent
from replies.errors import MethodMissing, TelegramError, TelegramRefusal, Unreachable
from replies.gateway import Gateway
from replies.media_content import MediaContent
from replies.media_placing import MediaPlacing
from replies.media_records import Records
from replies.outgoing_file import FORBIDDEN, OutgoingFile
from replies.placing import Place, Placing

log = logging.getLogger(__name__)

_ABOUT_WORDS: Final = ("caption", "entit", "button", "keyboard", "reply markup", "reply_markup")
_CULPRIT: Final = re.compile(r"message #(\d+)")  # of an album, counted from 1


class MediaDelivery:
    """Sends files alone or as albums. What Telegram refuses holds nothing else up."""

    def __init__(self, gateway: Gateway, placing: Placing) -> None:
        self._gateway = gateway
        self._placing = placing
        self._media = MediaPlacing(gateway, placing)

    async def deliver(
        self, to: Destination, media: Sequence[Outgoing], records: Records, keyboard: Keyboard
    ) -> tuple[SentMedia, ...]:
        """Raises `FileRefused` or `FileGone` for the first that cannot be sent, after all others have been.

        A single file, or the first if it is alone, takes the place of the sketch.
        """
        sketch = await records.sketch()
        files = [await OutgoingFile.of(one, self._gateway.most_upload_bytes) for one in media]
        sent: dict[int, SentMedia] = {}
        refused: list[FileRefused | FileGone] = []
        for together in groups([file.form for file in files]):
            sent |= await records.of(together)
            missing = [position for position in together if position not in sent]
            buttons = {len(files) - 1: keyboard}
            batch = _Batch(to, {position: files[position] for position in missing}, buttons, sketch)
            sent |= await self._sent(batch, records, refused)
        if sketch is not None and all(one.message_id != sketch for one in sent.values()):
            await self._placing.remove(to.key, sketch)
        if refused:
            raise refused[0]
        return tuple(sent[position] for position in range(len(files)))

    async def sketch(self, to: Destination, picture: Outgoing, records: Records) -> None:
        """Shows a file that is still being made, in place of the one before. Raises nothing but `ReaderGone`.

        One of unknown outcome is the last: another one could be a second message.
        """
        content = (await OutgoingFile.of(picture, self._gateway.most_upload_bytes)).content
        if content is None or await records.is_sketch_lost():
            return
        try:
            await self._sketched(to, content, records)
        except Unreachable as unknown:
            log.info("a sketch was not shown: %s", unknown)
            if unknown.sent and await records.sketch() is None:
                await records.lose_sketch()
        except TelegramError as error:
            log.info("a sketch was not shown: %s", error)

    async def drop_sketch(self, to: Destination, records: Records) -> None:
        """Removes the message of a sketch that no file will take the place of."""
        message_id = await records.sketch()
        if message_id is not None:
            await self._placing.remove(to.key, message_id)

    async def replace(self, key: ConversationKey, message_id: int, media: Outgoing, keyboard: Keyboard) -> None:
        """Puts the file into a message that has one; one that is gone is sent anew."""
        file = await OutgoingFile.of(media, self._gateway.most_upload_bytes)
        await self._alone(Place(key, message_id), file, keyboard)

    async def _sketched(self, to: Destination, content: MediaContent, records: Records) -> None:
        message_id = await records.sketch()
        if message_id is None:
            sent = await self._gateway.send_media(to.key, content, reply_to=to.reply_to)
            await records.keep_sketch(sent.message_id)
        else:
            await self._gateway.edit_media(to.key, message_id, content, is_preview=True)

    async def _sent(
        self, batch: "_Batch", records: Records, refused: list[FileRefused | FileGone]
    ) -> dict[int, SentMedia]:
        sent: dict[int, SentMedia] = {}
        if len(batch.files) > 1:
            sent = await self._together(batch)
            await records.keep(sent)
        for position, file in batch.files.items():
            if position not in sent:
                try:
                    buttons = batch.buttons.get(position, ())
                    sent[position] = await self._alone(batch.place(position), file, buttons)
                except (FileRefused, FileGone) as refusal:
                    log.warning("chat %s: a file is refused: %s", batch.to.key.chat_id, refusal)
                    refused.append(refusal)
                    if refusal.text == FORBIDDEN:  # the others are no better
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

    async def _alone(self, place: Place, file: OutgoingFile, keyboard: Keyboard) -> SentMedia:
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


@dataclass(frozen=True, slots=True)
class _Batch:
    """Files that go together if they can, by their positions in the whole.

    `buttons` are for one that goes alone; `sketch` is the message that the first may take the place of.
    """

    to: Destination
    files: Mapping[int, OutgoingFile]
    buttons: Mapping[int, Keyboard]
    sketch: int | None

    def place(self, position: int) -> Place:
        """The first message of all replies, or is there already."""
        is_first = position == 0
        sketch = self.sketch if is_first and len(self.files) == 1 else None
        return Place(self.to.key, sketch, self.to.reply_to if is_first else None)


def _culprit(refusal: TelegramError, positions: Sequence[int]) -> Sequence[int]:
    """The position of the file that the refusal names, if it does."""
    named = _CULPRIT.search(str(refusal))
    number = int(named[1]) if named else 0
    return positions[number - 1 : number] if number else ()
