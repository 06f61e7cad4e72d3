"""Showing an answer while it grows: as a draft in private chats, else as a message that is edited."""

import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable

from domain.errors import ReaderGone
from domain.reply import Keyboard
from domain.steps import Steps
from domain.turn import ConversationKey
from replies.errors import Flood, MessageGone, MethodMissing, TelegramRefusal, Unreachable
from replies.gateway import Gateway
from replies.growth import Growth

log = logging.getLogger(__name__)

PLACEHOLDER = "placeholder"

_SETTLE_SECONDS = 0.08  # an answer that is complete by then needs no preview, and a first frame has some words
_THINKING_AFTER_SECONDS = 1.0
_HEARTBEAT_SECONDS = 20.0  # a draft vanishes 30 s after its last frame
_TYPING_SECONDS = 4.5  # "typing" fades after 5 s
# Lively at first, then calmer: an answer of 10 s takes five frames, and with its final message six calls.
_DRAFT_GAPS_SECONDS = (1.0, 2.0, 3.2)
_PRIVATE_EDIT_GAPS_SECONDS = (2.0, 3.2)
_GROUP_EDIT_GAPS_SECONDS = (4.0, 4.0, 6.0, 8.0)
_MOST_REFUSALS = 3


class Drafts:
    """A draft: it has no message id, vanishes by itself, and the final message takes its place."""

    def __init__(self, gateway: Gateway, growth: Growth, key: ConversationKey, draft_id: int) -> None:
        self._gateway = gateway
        self._growth = growth
        self._key = key
        self._draft_id = draft_id
        self._clock = gateway.governor.clock

    async def run(self) -> None:
        """Shows the text as it grows, until cancelled. Returns if drafts cannot be used here."""
        try:
            for gap in _gaps(_DRAFT_GAPS_SECONDS[await self._think() :]):
                await self._show()
                await self._clock.sleep(gap)
                while not await self._growth.more(_HEARTBEAT_SECONDS - gap):
                    await self._show(again=True)
        except _Unusable as unusable:
            log.info("no drafts in chat %s: %s", self._key.chat_id, unusable)

    async def _think(self) -> int:
        """Waits for the first text. 1 if that took a frame of its own, to be saved on a later one, else 0."""
        thinks = not await self._growth.more(_THINKING_AFTER_SECONDS)
        if thinks:
            await self._show(again=True)
            while not await self._growth.more(_HEARTBEAT_SECONDS):
                await self._show(again=True)
        await self._clock.sleep(_SETTLE_SECONDS)
        return int(thinks)

    async def _show(self, *, again: bool = False) -> None:
        frame = self._growth.same_frame if again else self._growth.frame
        try:
            with self._growth.flight():
                await self._gateway.draft(self._key, self._draft_id, frame)
        except (TelegramRefusal, MethodMissing) as error:
            if not self._growth.is_shown:
                raise _Unusable(str(error)) from error
            log.info("a draft frame was refused: %s", error)
        except (Flood, Unreachable) as error:
            log.debug("a draft frame was skipped: %s", error)


class Edits:
    """A message that is edited: the placeholder, sent when there is text, or one that is known already."""

    def __init__(
        self,
        gateway: Gateway,
        growth: Growth,
        key: ConversationKey,
        steps: Steps,
        *,
        message_id: int | None,
        reply_to: int | None,
        stop: Keyboard,
    ) -> None:
        self._gateway = gateway
        self._growth = growth
        self._key = key
        self._steps = steps
        self._message_id = message_id
        self._reply_to = reply_to
        self._stop = stop
        self._refusals = 0
        self._clock = gateway.governor.clock

    async def run(self) -> None:
        """Shows the text as it grows, until cancelled. Returns if there is nothing (more) to show it in."""
        is_group = self._key.chat_id < 0
        await self._type_until_text()
        for gap in _gaps(_GROUP_EDIT_GAPS_SECONDS if is_group else _PRIVATE_EDIT_GAPS_SECONDS):
            if not await self._tried(self._place() if self._message_id is None else self._edit()):
                return
            # all answers in a group share its 20 calls a minute
            sharers = max(1, self._gateway.governor.answers(self._key.chat_id)) if is_group else 1
            await self._clock.sleep(gap * sharers if self._message_id is not None else 1.0)
            await self._growth.more()

    async def _type_until_text(self) -> None:
        wait = _SETTLE_SECONDS
        while not await self._growth.more(wait):
            if not await self._tried(self._type()):
                await self._growth.more()
            wait = _TYPING_SECONDS
        await self._clock.sleep(_SETTLE_SECONDS)

    async def _type(self) -> None:
        with self._growth.flight():
            await self._gateway.chat_action(self._key, wanted=self._growth.wanted)

    async def _place(self) -> None:
        with self._growth.flight():
            message_id = await self._gateway.send_preview(
                self._key, self._growth.frame, reply_to=self._reply_to, keyboard=self._stop
            )
            if message_id is not None:
                await self._steps.record(PLACEHOLDER, {"message_id": message_id})
                self._message_id = message_id

    async def _edit(self) -> None:
        assert self._message_id is not None
        with self._growth.flight():
            await self._gateway.edit_preview(
                self._key, self._message_id, self._growth.frame, keyboard=self._stop
            )

    async def _tried(self, showing: Awaitable[None]) -> bool:
        """False if there is no point in trying on."""
        try:
            await showing
        except MessageGone:
            return False
        except (TelegramRefusal, MethodMissing) as error:
            log.info("a preview was refused: %s", error)
            self._refusals += 1
        except Flood as error:
            log.debug("a preview was skipped: %s", error)
        except Unreachable as error:
            # The placeholder may stand or not: another one could be a second. The final message comes anyway.
            return self._message_id is not None or not error.sent
        return self._refusals < _MOST_REFUSALS


async def run(ways: Iterable[Drafts | Edits], on_gone: Callable[[], None]) -> None:
    """Shows the answer in the first way that works. Whatever fails here, the final message still comes.

    `on_gone` is called when nobody is left to read it.
    """
    try:
        for way in ways:
            await way.run()
    except ReaderGone as gone:
        log.info("nobody reads the preview: %s", gone)
        on_gone()
    except Exception:
        log.exception("a preview ended early")


class _Unusable(Exception):
    """Drafts are refused in this chat or unknown to the server."""


def _gaps(gaps: tuple[float, ...]) -> Iterable[float]:
    return itertools.chain(gaps, itertools.repeat(gaps[-1]))
