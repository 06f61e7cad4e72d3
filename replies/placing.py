"""Making a message stand: at a known place by editing, else by sending, whatever Telegram does meanwhile."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from domain.reply import Keyboard
from domain.turn import ConversationKey
from replies.content import Content, TextContent
from replies.errors import MessageGone, MethodMissing, TelegramRefusal, Unreachable
from replies.gateway import Gateway
from replies.retries import until_done

log = logging.getLogger(__name__)

_ANCHOR = TextContent("…")
_EMPTIED = TextContent("—")


@dataclass(slots=True)
class Place:
    """Where a message is to stand: in place of `message_id`, or wherever a new one will be."""

    key: ConversationKey
    message_id: int | None = None
    reply_to: int | None = None


class Placing:
    """Sends and edits until it is done. `ReaderGone`, refusals of all forms and cancelling end it, too.

    Telegram has no idempotency key: when the outcome of a send is unknown, the message may stand under an id we
    do not know. Sent again and again, the answer could stand many times. So it is sent once. If its outcome is
    lost, we wait until Telegram answers a harmless call, send a "…" whose id we learn, and edit the answer into
    it, which can be repeated without harm. At worst the answer stands twice; it is never lost.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._clock = gateway.governor.clock

    async def place(self, place: Place, forms: Sequence[Content], keyboard: Keyboard = ()) -> int:
        """Puts the first form that Telegram takes there; returns the message's id."""
        for form in forms[:-1]:
            try:
                return await self._put(place, form, keyboard)
            except (TelegramRefusal, MethodMissing) as refusal:
                log.warning("chat %s: a message is put in a simpler form: %s", place.key.chat_id, refusal)
        return await self._put(place, forms[-1], keyboard)

    async def place_bare(self, place: Place, form: Content) -> int:
        """The last resort: no buttons, no reply, nothing that could be refused but the text itself."""
        return await self._put(Place(place.key, place.message_id), form, ())

    async def remove(self, key: ConversationKey, message_id: int) -> None:
        """Deletes the message; one that cannot be deleted is emptied."""
        try:
            await until_done(lambda: self._gateway.delete(key, message_id), self._clock, repeatable=True)
        except TelegramRefusal as refusal:
            log.info("message %s cannot be deleted: %s", message_id, refusal)
            if not refusal.says("not found"):
                await self._empty(key, message_id)

    async def _put(self, place: Place, content: Content, keyboard: Keyboard) -> int:
        while True:
            if place.message_id is None:
                try:
                    place.message_id = await self._sent(place, content, keyboard)
                except Unreachable as unknown:
                    log.warning("chat %s: a message may stand unknown to us: %s", place.key.chat_id, unknown)
                    place.message_id = await self.anchor(place)
                else:
                    return place.message_id
            try:
                await self._edited(place.key, place.message_id, content, keyboard)
            except MessageGone:
                place.message_id = None
            else:
                return place.message_id

    async def _sent(self, place: Place, content: Content, keyboard: Keyboard) -> int:
        async def send() -> int:
            return await self._gateway.send(place.key, content, reply_to=place.reply_to, keyboard=keyboard)

        return await until_done(send, self._clock, repeatable=False)

    async def _edited(
        self, key: ConversationKey, message_id: int, content: Content, keyboard: Keyboard
    ) -> None:
        async def edit() -> None:
            await self._gateway.edit(key, message_id, content, keyboard=keyboard)

        await until_done(edit, self._clock, repeatable=True)

    async def anchor(self, place: Place) -> int:
        """A message to be edited, sent when Telegram is known to answer again."""
        while True:
            await self.until_telegram_answers(place.key)
            try:
                return await self._sent(place, _ANCHOR, ())
            except Unreachable:
                await self._clock.sleep(1.0)

    async def until_telegram_answers(self, key: ConversationKey) -> None:
        try:
            await until_done(lambda: self._gateway.chat_action(key), self._clock, repeatable=True)
        except (TelegramRefusal, MethodMissing) as answer:
            log.debug("Telegram answers: %s", answer)

    async def _empty(self, key: ConversationKey, message_id: int) -> None:
        try:
            await self._edited(key, message_id, _EMPTIED, ())
        except TelegramRefusal as refusal:
            log.info("message %s cannot be emptied: %s", message_id, refusal)
