"""Answers and our own sentences as Telegram messages: shown while they grow, and then made to stand."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from domain.reply import Button, ChatAction, Destination, Keyboard, Outgoing, Preview, SentMedia
from domain.steps import Steps
from domain.texts import Plural, Sentence, Text
from domain.turn import ChatKind, ConversationKey
from replies import preview
from replies.acting import acting
from replies.delivery import Delivery, known_places
from replies.errors import MessageGone
from replies.gateway import Gateway
from replies.growth import Growth
from replies.markdown import quoted, render, to_plain
from replies.media_delivery import MediaDelivery
from replies.media_records import Records
from replies.parts import in_parts, is_visible
from replies.placing import Place, Placing
from replies.preview import Drafts, Edits
from replies.retries import until_done
from replies.words import in_messages

log = logging.getLogger(__name__)

# Longer than a preview's call may take: a draft that arrives after the final message would haunt it for 30 s.
_LANDING_SECONDS = 12.0
_HURRIED_LANDING_SECONDS = 1.0
_NOTHING_TO_SAY = Text("The model gave no answer. Please try again.")


def in_english(sentence: Sentence, _language: str) -> str:
    """The sentence as it is in the source."""
    if isinstance(sentence, Plural):
        template = sentence.singular if sentence.count == 1 else sentence.plural
        return template.format_map(sentence.values)
    return sentence.message.format_map(sentence.values)


def _does_nothing() -> None:
    return


class TelegramPresenter:
    """Implements `domain.reply.Presenter`. `say` puts a sentence into a language."""

    def __init__(self, gateway: Gateway, say: Callable[[Sentence, str], str] = in_english) -> None:
        self._gateway = gateway
        self._in_language = say
        self._placing = Placing(gateway)
        self._delivery = Delivery(gateway, self._placing)
        self._media = MediaDelivery(gateway, self._placing)

    @asynccontextmanager
    async def preview(
        self,
        turn_id: int,
        to: Destination,
        steps: Steps,
        *,
        on_gone: Callable[[], None] = _does_nothing,
        quote: str = "",
    ) -> AsyncGenerator[Preview]:
        """Shows the growing answer. On leaving, what is on its way has arrived and nothing else leaves.

        A `quote` is shown above it at once.
        """
        growth = Growth(self._gateway.governor.clock, quote)
        ways = await self._ways(turn_id, to, steps, growth)
        with self._gateway.governor.answering(to.key.chat_id):
            task = asyncio.create_task(preview.run(ways, on_gone))
            patience = _HURRIED_LANDING_SECONDS
            try:
                yield growth
                patience = _LANDING_SECONDS
            finally:
                try:
                    await growth.close(patience)
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    async def deliver(
        self,
        to: Destination,
        markdown: str,
        *,
        steps: Steps,
        buttons: Callable[[], Keyboard] | None = None,
        note: str = "",
        quote: str = "",
    ) -> tuple[int, ...]:
        """Makes the answer stand, part by part, each recorded as it stands, and returns the messages' ids."""
        buttons = buttons or _no_buttons
        answer = render(markdown, note)
        if not quote or is_visible(to_plain(answer)):
            message_ids = await self._delivery.deliver(to, quoted(quote, answer), steps, buttons)
            if message_ids:
                return message_ids
        nothing = render(self._in_language(_NOTHING_TO_SAY, to.language))
        return await self._delivery.deliver(to, quoted(quote, nothing), steps, buttons)

    async def send_media(
        self,
        to: Destination,
        media: Sequence[Outgoing],
        *,
        steps: Steps,
        step: str,
        keyboard: Keyboard = (),
    ) -> tuple[SentMedia, ...]:
        """Makes the files stand, each recorded as it does. Raises `FileRefused`, `FileGone` after the others.

        An album cannot have buttons: they stand below the last file if that is sent alone, else nowhere, as
        `has_buttons` tells, and the caller has to say something below which they can.
        """
        return await self._media.deliver(to, media, Records(steps, step), keyboard)

    async def sketch(self, to: Destination, picture: Outgoing, *, steps: Steps, step: str) -> None:
        """Shows a picture that is still being made; `send_media` of the same step puts the finished one there.

        Waits until there is room beyond what other messages need, so it is not for the engine's own task; some
        may not be shown. Raises nothing but `ReaderGone`.
        """
        await self._media.sketch(to, picture, Records(steps, step))

    async def drop_sketch(self, to: Destination, *, steps: Steps, step: str) -> None:
        """Takes a sketch away whose picture will not come. Raises nothing but `ReaderGone`."""
        await self._media.drop_sketch(to, Records(steps, step))

    def acting(self, key: ConversationKey, action: ChatAction) -> AbstractAsyncContextManager[None]:
        """Shows what the bot is doing until the block is left. Not beside a preview, which shows it already."""
        return acting(self._gateway, key, action)

    async def say(
        self, key: ConversationKey, words: str, keyboard: Keyboard = (), *, reply_to: int | None = None
    ) -> int:
        """Sends a sentence of ours; returns the id of the message that has the buttons, the last one."""
        *before, last = in_messages(words)
        for content in before:
            await self._placing.place(Place(key), [content])
        return await self._placing.place(Place(key, reply_to=reply_to), [last], keyboard)

    async def write(self, key: ConversationKey, markdown: str, keyboard: Keyboard = ()) -> int:
        """Like `say`, for Markdown."""
        parts = in_parts(render(markdown), rich=False)
        *before, last = [part.ladder() for part in parts] or [in_messages("…")]
        for forms in before:
            await self._placing.place(Place(key), forms)
        return await self._placing.place(Place(key), last, keyboard)

    async def edit(self, key: ConversationKey, message_id: int, words: str, keyboard: Keyboard = ()) -> None:
        """Puts other words and buttons into a message of ours; one that is gone is left alone."""
        content = in_messages(words)[0]

        async def edit() -> None:
            await self._gateway.edit(key, message_id, content, keyboard=keyboard)

        try:
            await until_done(edit, self._gateway.governor.clock, repeatable=True)
        except MessageGone as gone:
            log.info("message %s cannot be edited: %s", message_id, gone)

    async def show_buttons(self, key: ConversationKey, message_id: int, keyboard: Keyboard) -> None:
        """Puts other buttons below a message of ours; one that is gone is left alone."""

        async def edit() -> None:
            await self._gateway.edit_keyboard(key, message_id, keyboard)

        try:
            await until_done(edit, self._gateway.governor.clock, repeatable=True)
        except MessageGone as gone:
            log.info("message %s has no buttons any more: %s", message_id, gone)

    async def turn_page(
        self, key: ConversationKey, message_id: int, page: Outgoing, keyboard: Keyboard
    ) -> None:
        """Puts another file, caption and buttons into a message of ours. Raises `FileRefused`, `FileGone`."""
        await self._media.replace(key, message_id, page, keyboard)

    async def _ways(
        self, turn_id: int, to: Destination, steps: Steps, growth: Growth
    ) -> Iterable[Drafts | Edits]:
        """How the preview may be shown, best first. Where the final answer will be an edit, so is the preview:

        only a new message takes a draft off the screen.
        """
        places = await known_places(to, steps)
        stop = self._in_language(Text("⏹ Stop"), to.language)
        edits = Edits(
            self._gateway,
            growth,
            to.key,
            steps,
            message_id=places[0].message_id if places else None,
            reply_to=to.reply_to,
            stop=((Button(stop, f"stop:{turn_id}"),),),
        )
        if places or to.chat_kind is not ChatKind.PRIVATE or not self._gateway.can_draft():
            return (edits,)
        return Drafts(self._gateway, growth, to.key, draft_id(turn_id)), edits


def draft_id(turn_id: int) -> int:
    """31 bits, never 0, the same for a resumed turn: its text goes on in the draft that is there."""
    return (turn_id * 0x9E3779B1 & 0x7FFFFFFF) or 1


def _no_buttons() -> Keyboard:
    return ()
