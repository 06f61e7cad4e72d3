"""Strangers who would like to use the bot: collected, so that a crowd of them is one message to the admins."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Iterable

from bot.admins import Admins
from conversation.wording import one_line
from domain.reply import Button, Keyboard
from domain.texts import Plural

log = logging.getLogger(__name__)

_GAP_SECONDS = 60.0
_PATIENCE_SECONDS = 3.0
_MOST_WAITING, _MOST_REMEMBERED = 1_000, 10_000
_MOST_NAMED, _MOST_BUTTONS = 20, 5
_LINKS = re.compile(r"(?<=[./@#])")
_WORD_JOINER = "\u2060"


class Strangers:
    """Asks the admins at once, then at most once a minute of all who came meanwhile, the newest by name.

    Who was not named is asked about again when they write again.
    """

    def __init__(
        self, admins: Admins, ids: Callable[[], Iterable[int]], *, gap_seconds: float = _GAP_SECONDS
    ) -> None:
        self._admins = admins
        self._ids = ids
        self._gap_seconds = gap_seconds
        self._waiting: dict[int, str] = {}
        self._named: dict[int, None] = {}
        self._asking: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self._is_heard = True

    async def ask(self, user_id: int, name: str) -> bool:
        """False if there is no admin who would hear of it."""
        if not any(True for _ in self._ids()):
            return False
        if user_id in self._named:
            return True
        self._waiting.pop(user_id, None)
        self._waiting[user_id] = _shown(name)
        _forget_oldest(self._waiting, _MOST_WAITING)
        if self._asking is None or self._asking.done():
            self._asked.clear()
            self._asking = asyncio.create_task(self._ask_in_turn())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._asked.wait()
        return self._is_heard

    async def close(self) -> None:
        """Who waits is asked about again when they write again."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask_in_turn(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                await self._ask_about(waiting)
            except Exception:
                log.exception("the admins could not be asked about %s people", len(waiting))
                self._is_heard = False
            self._asked.set()
            await asyncio.sleep(self._gap_seconds)

    async def _ask_about(self, waiting: dict[int, str]) -> None:
        newest = list(waiting.items())[-_MOST_NAMED:]
        sentence = Plural(
            "{count} person would like to use this bot:",
            "{count} people would like to use this bot:",
            len(waiting),
        )
        lines = [f"{user_id} · {name}" for user_id, name in newest]
        more = ["…"] * (len(newest) < len(waiting))
        self._is_heard = await self._admins.tell(sentence, _keyboard(newest), [*more, *lines])
        if self._is_heard:
            self._named |= dict.fromkeys(user_id for user_id, _ in newest)
            _forget_oldest(self._named, _MOST_REMEMBERED)


def _keyboard(newest: list[tuple[int, str]]) -> Keyboard:
    if len(newest) == 1:
        user_id = newest[0][0]
        return ((Button("✅ /allow", f"allow:{user_id}"), Button("⛔ /deny", f"deny:{user_id}")),)
    return tuple(
        (Button(f"✅ {user_id}", f"allow:{user_id}"), Button(f"⛔ {user_id}", f"deny:{user_id}"))
        for user_id, _ in newest[-_MOST_BUTTONS:]
    )


def _shown(name: str) -> str:
    """The name without anything that Telegram would make a link of."""
    return _LINKS.sub(_WORD_JOINER, one_line(name))


def _forget_oldest(people: dict[int, str] | dict[int, None], most: int) -> None:
    while len(people) > most:
        del people[next(iter(people))]
