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
_FEWEST_SWEPT = 64


class Kind(Enum):
    """What a call is for. `FINAL` must stand; `PREVIEW` gives way; `DRAFT` is drafts and chat actions."""

    FINAL = auto()
    PREVIEW = auto()
    DRAFT = auto()


class _Chat:
    """One chat's budgets. `lane` lets one call at a time through: none can slip into a window just opened.

    A call is counted at its end: it has arrived by then, and the next one begins later.
    """

    __slots__ = ("_drafts", "_group", "_pace", "answers", "lane", "paused_until", "users")

    def __init__(self, *, is_group: bool) -> None:
        self.lane = asyncio.Lock()
        self.users = 0
        self.answers = 0
        self.paused_until = 0.0
        self._pace = Pace(_CHAT_INTERVAL_SECONDS, _CHAT_BURST)
        self._group = Window(_GROUP_CALLS, _GROUP_SECONDS) if is_group else None
        self._drafts: tuple[Window, ...] = ()

    def delay(self, kind: Kind, now: float) -> float:
        """Seconds until the chat takes a call of this kind."""
        pause = max(0.0, self.paused_until - now)
        if kind is Kind.DRAFT:
            return max(pause, *(window.delay(now) for window in self._draft_windows()))
        gives_way = kind is Kind.PREVIEW
        delay = max(pause, self._pace.delay(now, spare=int(gives_way)))
        if self._group is None:
            return delay
        # every answer being written here will need one more call than its previews
        reserved = min(self.answers + 1, _GROUP_CALLS // 2) if gives_way else 0
        return max(delay, self._group.delay(now, spare=reserved))

    def take(self, kind: Kind, now: float) -> None:
        if kind is Kind.DRAFT:
            for window in self._draft_windows():
                window.take(now)
            return
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
    async def slot(self, chat_id: int, kind: Kind) -> AsyncGenerator[None]:
        """Waits until a call to the chat may be made, and holds other calls to it back while it is.

        A `Flood` raised inside pauses the chat.
        """
        with self._used(chat_id) as chat:
            token = await (self._stand_in_line(chat) if kind is Kind.FINAL else self._find_room(chat, kind))
            try:
                yield
            except Flood as flood:
                self._pause(chat, chat_id, flood)
                raise
            finally:
                now = self.clock.now()
                chat.take(kind, now)
                self._bot.end(token, now)
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

    async def _stand_in_line(self, chat: _Chat) -> object:
        await chat.lane.acquire()
        try:
            while (token := await self._turn_in_line(chat)) is None:
                await self.clock.sleep(chat.delay(Kind.FINAL, self.clock.now()))
        except BaseException:
            chat.lane.release()
            raise
        return token

    async def _turn_in_line(self, chat: _Chat) -> object | None:
        """Waits for the bot's budget once the chat is ready; None if the chat is not."""
        if chat.delay(Kind.FINAL, self.clock.now()) > 0:
            return None
        async with self._bot_line:
            while (delay := self._bot.delay(self.clock.now())) > 0:
                await self.clock.sleep(delay)
            now = self.clock.now()
            return self._bot.start(now) if chat.delay(Kind.FINAL, now) <= 0 else None

    async def _find_room(self, chat: _Chat, kind: Kind) -> object:
        while True:
            await chat.lane.acquire()
            now = self.clock.now()
            delay = max(chat.delay(kind, now), self._bot_delay(kind, now))
            if delay <= 0:
                return self._bot.start(now) if kind is Kind.PREVIEW else None
            chat.lane.release()
            await self.clock.sleep(delay)

    def _bot_delay(self, kind: Kind, now: float) -> float:
        if kind is Kind.DRAFT:  # a draft is a chat action, no message: the bot's budget does not count it
            return 0.0
        waiting = _GIVING_WAY_SECONDS if self._bot_line.locked() else 0.0
        return max(waiting, self._bot.delay(now, spare=self._bot_spare))

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
