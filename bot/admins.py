"""Telling the admins what only they can mend: each thing once in a while, never in the way of an answer."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence

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
        self._tasks: set[asyncio.Task[bool]] = set()

    async def tell(self, sentence: Sentence, keyboard: Keyboard = (), lines: Sequence[str] = ()) -> bool:
        """Tells all of them; one who cannot be reached keeps nobody else from hearing it. False if none was.

        `lines` stand below the sentence, the same in every language.
        """
        is_heard = False
        for admin_id in self._ids():
            words = self._locales.say(sentence, self._language(admin_id) or FALLBACK)
            try:
                await self._presenter.say(ConversationKey(admin_id), "\n".join((words, *lines)), keyboard)
                is_heard = True
            except (ReaderGone, TelegramError) as error:
                log.info("admin %s could not be told: %s", admin_id, error)
        return is_heard

    def mention(self, sentence: Sentence, keyboard: Keyboard = (), *, trouble: str = "") -> None:
        """Like `tell`, without waiting, and each trouble once an hour only: it tends to repeat.

        Without a name of its own, the trouble is the sentence.
        """
        now, words = time.monotonic(), trouble or self._locales.say(sentence, FALLBACK)
        self._told = {said: at for said, at in self._told.items() if now - at < _AGAIN_SECONDS}
        if words in self._told:
            return
        self._told[words] = now
        task = asyncio.create_task(self.tell(sentence, keyboard))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Waits for no one: what is not told by now is in the log."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
