"""The flood governor: nobody gets more calls than Telegram allows, and what matters goes first."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto

from replies.budgets import Pace, TravellingWindow, Window
from replies.clock import Clock
from replies.errors import Flood

log = logging.getLogger(__name__)

# core.telegram.org/bots/faq and /api/bots/ai, a little wider
_CHAT_INTERVAL_SECONDS, _CHAT_BURST = 1.02, 3
_GROUP_CALLS, _GROUP_SECONDS = 20, 60.5
_BOT_SECONDS = 1.02
_DRAFT_BUDGETS = ((20, 5.1), (40, 30.3))
_FLOOD_MARGIN_SECONDS = 0.25
_GIVING_WAY_SECONDS = 0.5
_SOON_SECONDS = 0.05
_FEWEST_SWEPT = 64


class Kind(Enum):
    """What a call is for. `FINAL` must stand; `PREVIEW` gives way; `DRAFT` is drafts and chat actions."""

    FINAL = auto()
    PREVIEW = auto()
    DRAFT = auto()


class _Chat:
    """One chat's budgets. `lane` lets one call at a time through: none can slip into a window just opened.

    A call is counted at its end: it has arrived by then, and the next one begins later. An upload may last, so
    it leaves the lane to others while it does; its places in the budgets are kept for it (`uploading`).
    """

    __slots__ = ("_drafts", "_group", "_pace", "answers", "lane", "paused_until", "uploading", "users")

    def __init__(self, *, is_group: bool) -> None:
        self.lane = asyncio.Lock()
        self.users = 0
        self.answers = 0
        self.uploading = 0
        self.paused_until = 0.0
        self._pace = Pace(_CHAT_INTERVAL_SECONDS, _CHAT_BURST)
        self._group = Window(_GROUP_CALLS, _GROUP_SECONDS) if is_group else None
        self._drafts: tuple[Window, ...] = ()

    def delay(self, kind: Kind, now: float, messages: int = 1) -> float:
        """Seconds until the chat takes a call of this kind that makes so many messages."""
        pause = max(0.0, self.paused_until - now)
        if kind is Kind.DRAFT:
            return max(pause, *(window.delay(now) for window in self._draft_windows()))
        gives_way = kind is Kind.PREVIEW
        others = self.uploading + messages - 1
        delay = max(pause, self._pace.delay(now, spare=others + int(gives_way)))
        if self._group is None:
            return delay
        if self.uploading and others >= _GROUP_CALLS:
            return max(delay, _SOON_SECONDS)
        # every answer being written here will need one more call than its previews
        reserved = min(self.answers + 1, _GROUP_CALLS // 2) if gives_way else 0
        return max(delay, self._group.delay(now, spare=others + reserved))

    def take(self, kind: Kind, now: float, messages: int = 1) -> None:
        if kind is Kind.DRAFT:
            for window in self._draft_windows():
                window.take(now)
            return
        for _ in range(messages):
            self._pace.take(now)
            if self._group is not None:
                self._group.take(now)

    def is_idle(self, now: float) -> bool:
        return (
            not self.users
            and not self.answers
            and self.paused_until <= now
            and self._pace.is_rested(now)
            and (self._group is None or self._group.is_empty(now))
            and all(window.is_empty(now) for window in self._drafts)
        )

    def _draft_windows(self) -> tuple[Window, ...]:
        if not self._drafts:
            self._drafts = tuple(Window(limit, seconds) for limit, seconds in _DRAFT_BUDGETS)
        return self._drafts


class Governor:
    """Lets calls through at the pace Telegram takes them.

    Final messages wait in line, first come first served. Previews and drafts never stand in that line: they go
    when there is room beyond what final messages need, and are made of whatever is newest then.
    """

    def __init__(self, *, per_second: float, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        limit = max(1, int(per_second))
        # below one a second the window grows instead
        self._bot = TravellingWindow(limit, _BOT_SECONDS * max(1.0, limit / per_second))
        self._bot_spare = limit // 5
        self._bot_line = asyncio.Lock()
        self._chats: dict[int, _Chat] = {}
        self._sweep_at = _FEWEST_SWEPT

    def __len__(self) -> int:
        """The chats remembered: those with something under way or a budget not yet refilled."""
        return len(self._chats)

    @asynccontextmanager
    async def slot(
        self, chat_id: int, kind: Kind, *, messages: int = 1, is_upload: bool = False
    ) -> AsyncGenerator[None]:
        """Waits until a call to the chat may be made, and holds other calls to it back while it is.

        The call makes so many `messages`: an album counts as all of them. An upload holds nothing back.
        A `Flood` raised inside pauses the chat.
        """
        with self._used(chat_id) as chat:
            waiting = self._stand_in_line if kind is Kind.FINAL else self._find_room
            tokens = await waiting(chat, kind, messages)
            if is_upload:
                chat.uploading += messages
                chat.lane.release()
            try:
                yield
            except Flood as flood:
                self._pause(chat, chat_id, flood)
                raise
            finally:
                now = self.clock.now()
                chat.take(kind, now, messages)
                for token in tokens:
                    self._bot.end(token, now)
                if is_upload:
                    chat.uploading -= messages
                else:
                    chat.lane.release()

    @asynccontextmanager
    async def aside(self, chat_id: int) -> AsyncGenerator[None]:
        """For a call that no budget counts: waits only while the chat is paused. 0 stands for no chat."""
        with self._used(chat_id) as chat:
            while (pause := chat.paused_until - self.clock.now()) > 0:
                await self.clock.sleep(pause)
            try:
                yield
            except Flood as flood:
                self._pause(chat, chat_id, flood)
                raise

    @contextmanager
    def answering(self, chat_id: int) -> Generator[None]:
        """An answer is being written to this chat: it has its share of the chat's previews."""
        with self._used(chat_id) as chat:
            chat.answers += 1
            try:
                yield
            finally:
                chat.answers -= 1

    def answers(self, chat_id: int) -> int:
        """How many answers are being written to the chat."""
        chat = self._chats.get(chat_id)
        return chat.answers if chat else 0

    async def _stand_in_line(self, chat: _Chat, kind: Kind, messages: int) -> list[object]:
        """Returns with the chat's lane, and the places in the bot's budget, one for each message."""
        await chat.lane.acquire()
        try:
            while not (tokens := await self._turn_in_line(chat, kind, messages)):
                await self.clock.sleep(chat.delay(kind, self.clock.now(), messages))
        except BaseException:
            chat.lane.release()
            raise
        return tokens

    async def _turn_in_line(self, chat: _Chat, kind: Kind, messages: int) -> list[object]:
        """Waits for the bot's budget once the chat is ready; nothing if the chat is not."""
        if chat.delay(kind, self.clock.now(), messages) > 0:
            return []
        async with self._bot_line:
            while (delay := self._bot.delay(self.clock.now(), spare=messages - 1)) > 0:
                await self.clock.sleep(delay)
            now = self.clock.now()
            return self._started(now, messages) if chat.delay(kind, now, messages) <= 0 else []

    async def _find_room(self, chat: _Chat, kind: Kind, messages: int) -> list[object]:
        while True:
            await chat.lane.acquire()
            now = self.clock.now()
            delay = max(chat.delay(kind, now, messages), self._bot_delay(kind, now, messages))
            if delay <= 0:
                return self._started(now, messages) if kind is Kind.PREVIEW else []
            chat.lane.release()
            await self.clock.sleep(delay)

    def _started(self, now: float, messages: int) -> list[object]:
        return [self._bot.start(now) for _ in range(messages)]

    def _bot_delay(self, kind: Kind, now: float, messages: int) -> float:
        if kind is Kind.DRAFT:  # a draft is a chat action, no message: the bot's budget does not count it
            return 0.0
        waiting = _GIVING_WAY_SECONDS if self._bot_line.locked() else 0.0
        return max(waiting, self._bot.delay(now, spare=self._bot_spare + messages - 1))

    def _pause(self, chat: _Chat, chat_id: int, flood: Flood) -> None:
        until = self.clock.now() + flood.retry_after_seconds + _FLOOD_MARGIN_SECONDS
        chat.paused_until = max(chat.paused_until, until)
        log.warning("Telegram pauses chat %s for %g s", chat_id, flood.retry_after_seconds)

    @contextmanager
    def _used(self, chat_id: int) -> Generator[_Chat]:
        chat = self._chats.get(chat_id)
        if chat is None:
            self._sweep()
            chat = self._chats[chat_id] = _Chat(is_group=chat_id < 0)
        chat.users += 1
        try:
            yield chat
        finally:
            chat.users -= 1

    def _sweep(self) -> None:
        """Forgets idle chats whenever their number has doubled, so that forgetting costs next to nothing."""
        if len(self._chats) < self._sweep_at:
            return
        now = self.clock.now()
        self._chats = {chat_id: chat for chat_id, chat in self._chats.items() if not chat.is_idle(now)}
        self._sweep_at = max(_FEWEST_SWEPT, 2 * len(self._chats))
