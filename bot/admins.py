"""Telling the admins what only they can mend: each thing once in a while, never in the way of an answer."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

from domain.errors import ReaderGone
from domain.reply import Keyboard
from domain.texts import Sentence
from domain.turn import ConversationKey
from locales import FALLBACK, Locales
from replies.errors import TelegramError
from replies.presenter import TelegramPresenter

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 3600.0


class Admins:
    """Sends a sentence to every admin's private chat, in the language each of them chose."""

    def __init__(
        self,
        presenter: TelegramPresenter,
        locales: Locales,
        *,
        ids: Callable[[], Iterable[int]],
        language: Callable[[int], str | None],
    ) -> None:
        self._presenter = presenter
        self._locales = locales
        self._ids = ids
        self._language = language
        self._told: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def tell(self, sentence: Sentence, keyboard: Keyboard = ()) -> None:
        """Tells all of them; one who cannot be reached keeps nobody else from hearing it."""
        for admin_id in self._ids():
            words = self._locales.say(sentence, self._language(admin_id) or FALLBACK)
            try:
                await self._presenter.say(ConversationKey(admin_id), words, keyboard)
            except (ReaderGone, TelegramError) as error:
                log.info("admin %s could not be told: %s", admin_id, error)

    def mention(self, sentence: Sentence) -> None:
        """Like `tell`, without waiting, and the same sentence once an hour only: trouble tends to repeat."""
        now, words = time.monotonic(), self._locales.say(sentence, FALLBACK)
        self._told = {said: at for said, at in self._told.items() if now - at < _AGAIN_SECONDS}
        if words in self._told:
            return
        self._told[words] = now
        task = asyncio.create_task(self.tell(sentence))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Waits for no one: what is not told by now is in the log."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
