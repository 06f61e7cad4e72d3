"""Calls that speak to a chat: at the governor's pace, to where the chat is now, in a topic if it is there."""

import logging
from collections.abc import Awaitable, Callable

from domain.errors import ReaderGone
from domain.steps import JsonValue
from replies.errors import ChatMoved, MethodMissing, TelegramRefusal
from replies.governor import Governor, Kind
from replies.uploads import NO_FILES, Files, Params
from replies.wire import DEFAULT_TIMEOUT_SECONDS, Wire

log = logging.getLogger(__name__)

_TOPIC = "message_thread_id"

Call = tuple[str, Params]
"""A method and its parameters, all but the chat."""
OnMigrated = Callable[[int, int], Awaitable[None]]
"""Told the old and the new id of a group, once."""


class ChatCalls:
    """Remembers where groups moved and which methods the server lacks."""

    def __init__(self, wire: Wire, governor: Governor, on_migrated: OnMigrated) -> None:
        self._wire = wire
        self._governor = governor
        self._on_migrated = on_migrated
        self._moved: dict[int, int] = {}
        self._missing: set[str] = set()

    def supports(self, method: str) -> bool:
        """False once the server has said that it does not know the method."""
        return method not in self._missing

    def latch_off(self, method: str) -> None:
        """Not tried again until the next start."""
        if method not in self._missing:
            self._missing.add(method)
            log.warning("this Telegram server has no %s: going on without", method)

    def where(self, chat_id: int) -> int:
        """The chat's id of today."""
        return self._moved.get(chat_id, chat_id)

    async def make(
        self,
        chat_id: int,
        kind: Kind,
        call: Callable[[], Call | None],
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        files: Files = NO_FILES,
        messages: int = 1,
    ) -> JsonValue:
        """Makes the call when its time has come; `call` gives it only then, or None to call it off.

        `files` go with it; `messages` is how many it makes.
        """
        has_topic = True
        while True:
            current = self.where(chat_id)
            try:
                async with self._governor.slot(current, kind, messages=messages, is_upload=bool(files)):
                    if self.where(current) != current:  # found out while we waited
                        continue
                    wanted = call()
                    if wanted is None:
                        return None
                    method, params = wanted
                    full = {"chat_id": current, **params}
                    if not has_topic:
                        full.pop(_TOPIC, None)
                    return await self._checked(method, full, timeout_seconds, files)
            except ChatMoved as moved:
                await self._follow(current, moved)
            except TelegramRefusal as refusal:
                if not (has_topic and refusal.says("thread not found", "topic_deleted")):
                    raise
                has_topic = False

    async def read(self, chat_id: int, method: str, params: Params) -> JsonValue:
        """A call that asks about the chat; no budget counts it."""
        while True:
            current = self.where(chat_id)
            try:
                async with self._governor.aside(current):
                    return await self._wire.call(method, {"chat_id": current, **params})
            except ChatMoved as moved:
                await self._follow(current, moved)

    async def _checked(self, method: str, params: Params, timeout_seconds: float, files: Files) -> JsonValue:
        if method in self._missing:
            raise MethodMissing(method)
        try:
            return await self._wire.call(method, params, timeout_seconds=timeout_seconds, files=files)
        except MethodMissing:
            self.latch_off(method)
            raise

    async def _follow(self, old: int, moved: ChatMoved) -> None:
        """Remembers the new id and tells of it once; if the telling fails it is told again at the next call."""
        if self.where(old) != old:  # another call has found out meanwhile
            return
        if moved.new_chat_id == old:
            raise ReaderGone(moved.description)
        log.info("group %s is now %s", old, moved.new_chat_id)
        self._moved[old] = moved.new_chat_id
        try:
            await self._on_migrated(old, moved.new_chat_id)
        except BaseException:
            del self._moved[old]
            raise
