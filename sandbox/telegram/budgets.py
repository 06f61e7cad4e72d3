"""Flood limits: what may be called how often, and the windows in which nothing may be called."""

import math
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from sandbox.telegram.errors import Refused, flood
from sandbox.telegram.switches import Switches
from sandbox.telegram.values import Json, words

SENDS = words(
    "sendMessage sendRichMessage forwardMessage copyMessage editMessageText editMessageReplyMarkup sendPhoto"
    " sendLivePhoto sendAudio sendDocument sendVideo sendAnimation sendVoice sendVideoNote sendSticker"
    " sendMediaGroup sendLocation sendPoll editMessageCaption editMessageMedia"
)
DRAFTS = words("sendMessageDraft sendRichMessageDraft sendChatAction")
_ALSO_CLOSED = words("deleteMessage deleteMessages setMessageReaction")
LIMITED = SENDS | DRAFTS | _ALSO_CLOSED

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Limit:
    calls: int
    seconds: float


PER_BOT = Limit(30, 1.0)
PER_GROUP = Limit(20, 60.0)
PER_DRAFTED_CHAT = (
    Limit(20, 5.0),
    Limit(40, 30.0),
)  # core.telegram.org/api/bots/ai: one budget with chat actions


@dataclass(slots=True)
class Budgets:
    """Sliding windows of past calls, and the times until which a chat is closed."""

    clock: Callable[[], float]
    switches: Switches
    _past: defaultdict[Hashable, deque[float]] = field(
        default_factory=lambda: defaultdict[Hashable, "deque[float]"](deque)
    )
    _full_at: dict[Hashable, float] = field(default_factory=dict[Hashable, float])
    _closed_until: dict[Hashable, float] = field(default_factory=dict[Hashable, float])

    def closed_for(self, method: str, params: Json) -> float:
        """Seconds for which this call may not be made: Telegram said so in an earlier answer."""
        subjects = (subject_of(method, params), EVERYWHERE if method in LIMITED else None)
        now = self.clock()
        return max(0.0, *(self._closed_until.get(subject, now) - now for subject in subjects))

    def close(self, subject: Hashable, seconds: float) -> None:
        self._closed_until[subject] = self.clock() + seconds

    def forgive(self) -> None:
        self._past.clear()
        self._full_at.clear()
        self._closed_until.clear()

    def spend(self, method: str, params: Json) -> None:
        """Counts the call; raises 429 and closes the chat if it is one too many."""
        chat_id = params.get("chat_id")
        if method in SENDS:
            self._spend(EVERYWHERE, EVERYWHERE, PER_BOT)
            if isinstance(chat_id, int) and chat_id < 0:
                for _ in range(_messages_in(params)):
                    self._spend(("group", chat_id), chat_id, PER_GROUP)
            self._spend_steadily(chat_id)
        if method in DRAFTS:
            for limit in PER_DRAFTED_CHAT:
                self._spend((limit, chat_id), chat_id, limit)

    def _spend(self, key: Hashable, subject: Hashable, limit: Limit) -> None:
        past, now = self._past[key], self.clock()
        while past and past[0] <= now - limit.seconds:
            past.popleft()
        if len(past) >= limit.calls:
            raise self._flooded(subject, past[0] + limit.seconds - now)
        past.append(now)

    def _spend_steadily(self, chat_id: Hashable) -> None:
        """One a second; a burst may run ahead by `chat_burst` calls."""
        now = self.clock()
        full_at = max(self._full_at.get(chat_id, now), now) + 1.0
        if full_at - now > self.switches.chat_burst:
            raise self._flooded(chat_id, full_at - now - self.switches.chat_burst)
        self._full_at[chat_id] = full_at

    def _flooded(self, subject: Hashable, seconds: float) -> Refused:
        retry_after = max(1, math.ceil(seconds))
        self.close(subject, retry_after)
        return flood(retry_after)


def _messages_in(params: Json) -> int:
    """An album is as many messages as it has items."""
    items: list[Json] | Json = params.get("media", {})
    return len(items) if isinstance(items, list) else 1


def subject_of(method: str, params: Json) -> Hashable:
    """What a flood wait closes: the chat of a call that acts on a chat, otherwise the method."""
    return params["chat_id"] if method in LIMITED and isinstance(params.get("chat_id"), int) else method
