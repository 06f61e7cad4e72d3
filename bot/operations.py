"""What admins look at and change, put together from the rooms that know."""

import asyncio
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from ai.sources import Sources
from bot.catalogue_file import CatalogueFile
from conversation.access import Access
from conversation.broadcasting import Broadcasting
from conversation.choices import Choices
from conversation.defaults import Defaults
from conversation.failures import FailureBook
from conversation.operating import Operating, Vitals
from domain.errors import ReaderGone
from domain.texts import Sentence
from domain.turn import ConversationKey
from locales import FALLBACK, Locales
from replies.errors import TelegramError
from replies.presenter import TelegramPresenter
from storage import statistics
from storage.broadcasts import Broadcasts, Reached
from storage.database import Database
from storage.failures import Failures
from storage.files import Files
from storage.statistics import Statistics

_MEMORY_PAGES = Path("/proc/self/statm")


def broadcasting(
    database: Database, presenter: TelegramPresenter, locales: Locales, choices: Choices, access: Access
) -> Broadcasting:
    async def send(chat_id: int, words: str) -> Reached:
        try:
            await presenter.say(ConversationKey(chat_id), words)
        except ReaderGone:
            return Reached.BLOCKED
        except TelegramError:
            return Reached.FAILED
        return Reached.SENT

    async def report(admin_id: int, sentence: Sentence) -> None:
        await send(admin_id, locales.say(sentence, choices.language(admin_id) or FALLBACK))

    return Broadcasting(Broadcasts(database), send, report, lambda chat_id: access.may_talk(chat_id, chat_id))


class Operations:
    """The parts that admins work with. Opening it puts the defaults in force that were chosen before."""

    def __init__(
        self,
        *,
        database: Database,
        files: Files,
        sources: Sources,
        broadcasting: Broadcasting,
        defaults: Defaults,
        catalogue_file: CatalogueFile,
    ) -> None:
        self.broadcasting = broadcasting
        self.catalogue_file = catalogue_file
        self._failures = Failures(database)
        self.failure_book = FailureBook(self._failures)
        self._database = database
        self._files = files
        self._sources = sources
        self._defaults = defaults
        self._began = time.monotonic()
        defaults.restore()

    def operating(self) -> Operating:
        """What the handlers are given of it."""
        return Operating(
            defaults=self._defaults,
            broadcasting=self.broadcasting,
            health=self._sources.health,
            reload=self._reload,
            statistics=self._statistics,
            vitals=self._vitals,
            failure=self._failures.find,
            failures=self._failures.last,
        )

    async def _reload(self) -> Sentence | None:
        mistake = await self.catalogue_file.reload()
        await self._sources.refresh()
        return mistake

    async def _statistics(self) -> Statistics:
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        today_ms, month_ms = (int(day.timestamp() * 1_000) for day in (midnight, midnight.replace(day=1)))
        return await statistics.count(self._database, today_ms=today_ms, month_ms=month_ms)

    async def _vitals(self) -> Vitals:
        count, size_bytes = await self._files.usage()
        memory_bytes = await asyncio.to_thread(_memory_bytes)
        return Vitals(time.monotonic() - self._began, memory_bytes, count, size_bytes)


def _memory_bytes() -> int:
    """What the process holds in memory now; 0 where the system does not tell."""
    try:
        return int(_MEMORY_PAGES.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0
