"""Making a file stand in a message, whatever Telegram does meanwhile."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from domain.reply import Keyboard, SentMedia
from replies.errors import MessageGone, TelegramRefusal, Unreachable
from replies.gateway import Gateway
from replies.media_content import MediaContent
from replies.placing import Place, Placing
from replies.retries import until_done

log = logging.getLogger(__name__)

_TEXT_STAYS_TEXT = "no media in the message"


class MediaPlacing:
    """Uploads until it is done. `ReaderGone`, refusals and cancelling end it, too.

    As in `Placing`: a file whose upload may have succeeded is not sent again blindly, but put into a "…" whose
    id we know; a server that adds no files to messages of text gets it again when it answers again. Nothing can
    be made a voice message: one is sent once more, and then put there as a music file.
    """

    def __init__(self, gateway: Gateway, placing: Placing) -> None:
        self._gateway = gateway
        self._placing = placing
        self._clock = gateway.governor.clock
        self._edits_text = True

    async def place(self, place: Place, content: MediaContent, keyboard: Keyboard = ()) -> SentMedia:
        """Puts the file there; an anchor that had to be sent is `place.message_id`, also after a refusal."""
        is_sent_again = content.form == "voice"
        while True:
            if place.message_id is not None:
                sent = await self._put(place, place.message_id, content, keyboard)
            else:
                sent = await self._sent(place, content, keyboard)
                if sent is None and self._edits_text and not is_sent_again:
                    content = replace(content, form="audio") if content.form == "voice" else content
                    place.message_id = await self._placing.anchor(place)
                elif sent is None:
                    await self._placing.until_telegram_answers(place.key)
                    is_sent_again = False
            if sent is not None:
                return sent

    async def place_album(self, place: Place, contents: Sequence[MediaContent]) -> tuple[SentMedia, ...] | None:
        """Sends the files together, at most twice; None if it may stand or not even then."""

        async def send() -> tuple[SentMedia, ...]:
            return await self._gateway.send_album(place.key, contents, reply_to=place.reply_to)

        for _ in range(2):
            try:
                return await until_done(send, self._clock, repeatable=False)
            except Unreachable as unknown:
                log.warning("chat %s: an album may stand unknown to us: %s", place.key.chat_id, unknown)
                await self._placing.until_telegram_answers(place.key)
        return None

    async def _sent(self, place: Place, content: MediaContent, keyboard: Keyboard) -> SentMedia | None:
        """None if nobody knows whether it has been sent."""

        async def send() -> SentMedia:
            return await self._gateway.send_media(
                place.key, content, reply_to=place.reply_to, keyboard=keyboard
            )

        try:
            return await until_done(send, self._clock, repeatable=False)
        except Unreachable as unknown:
            log.warning("chat %s: a file may stand unknown to us: %s", place.key.chat_id, unknown)
            return None

    async def _put(
        self, place: Place, message_id: int, content: MediaContent, keyboard: Keyboard
    ) -> SentMedia | None:
        """None, and no place any more, if the message is gone or cannot become one with a file."""

        async def edit() -> SentMedia:
            return await self._gateway.edit_media(place.key, message_id, content, keyboard=keyboard)

        try:
            return await until_done(edit, self._clock, repeatable=True)
        except MessageGone:
            place.message_id = None
        except TelegramRefusal as refusal:
            if not refusal.says(_TEXT_STAYS_TEXT):
                raise
            log.info("this server makes no file of a text")
            self._edits_text = False
            place.message_id = None
            await self._placing.remove(place.key, message_id)
        return None
