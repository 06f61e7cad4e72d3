"""What admins look at and change, put together from the rooms that know."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from ai.sources import Sources
from bot.catalogue_file import CatalogueFile
from conversation.access import Access
from conversation.broadcasting import Broadcasting
from conversation.choices import Choices
from conversation.defaults import Defaults
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


def operating(
    *,
    database: Database,
    files: Files,
    failures: Failures,
    sources: Sources,
    defaults: Defaults,
    catalogue_file: CatalogueFile,
    broadcasting: Broadcasting,
) -> Operating:
    began = time.monotonic()

    async def reload() -> Sentence | None:
        mistake = await catalogue_file.reload()
        await sources.refresh()
        return mistake

    return Operating(
        defaults=defaults,
        broadcasting=broadcasting,
        health=sources.health,
        reload=reload,
        statistics=_statistics(database),
        vitals=_vitals(files, began),
        failure=failures.find,
        failures=failures.last,
    )


def _statistics(database: Database) -> Callable[[], Awaitable[Statistics]]:
    async def counted() -> Statistics:
        midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        today_ms, month_ms = (int(day.timestamp() * 1_000) for day in (midnight, midnight.replace(day=1)))
        return await statistics.count(database, today_ms=today_ms, month_ms=month_ms)

    return counted


def _vitals(files: Files, began: float) -> Callable[[], Awaitable[Vitals]]:
    async def looked_at() -> Vitals:
        count, size_bytes = await files.usage()
        memory_bytes = await asyncio.to_thread(_memory_bytes)
        return Vitals(time.monotonic() - began, memory_bytes, count, size_bytes)

    return looked_at


def _memory_bytes() -> int:
    """What the process holds in memory now; 0 where the system does not tell."""
    try:
        return int(_MEMORY_PAGES.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0
