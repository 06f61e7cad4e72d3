"""The provider's side of filings: stores and containers made when they are needed, and made again."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversation.filing.at_hand import AtHand
from conversation.filing.charts import ChartFont
from conversation.filing.locks import Locks
from conversation.filing.names import fit_for_code, name_for_search
from domain.errors import FileTooLarge, HostedGone, Unreadable, UserFacingError
from domain.filing import Copy, Filing
from domain.hosting import CONTAINER_MINUTES, FILE_DAYS, Hosting, Indexed, RemoteKind, RemoteThing
from storage.filings import UPLOADS, Filings

log = logging.getLogger(__name__)

GONE = "gone"
"""The problem of a filing whose file is neither in the media folder nor at Telegram any more."""

UNSUPPORTED = "unsupported_file"
"""The problem of one of a kind that the provider does not take."""

TOO_LARGE = "too_large"
"""The problem of one that is larger than the provider takes."""

_AT_ONCE = 4
_SURELY_ALIVE_SECONDS = {RemoteKind.CONTAINER: (CONTAINER_MINUTES - 5) * 60, RemoteKind.STORE: 86_400}
_FILE_SECONDS = (FILE_DAYS - 1) * 86_400
_LONGEST_INDEXING_SECONDS = 180.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 3.0


@dataclass(frozen=True, slots=True)
class Workspace:
    filings: Filings
    hosting: Hosting
    at_hand: AtHand
    font: ChartFont
    rent: Callable[[str], Awaitable[str]]
    """Makes a container of that name, on the bill of whoever needs it; its id."""
    _locks: Locks = field(default_factory=Locks)

    async def container(self, scope: str, filings: Sequence[Filing], *, wants_font: bool) -> str:
        """The id of the scope's container, with these files in it. Raises `UserFacingError`."""
        async with self._locks.of(scope):
            try:
                return await self._container(scope, filings, wants_font=wants_font)
            except HostedGone as error:
                log.info("the container of %s went while it was filled: %s", scope, error)
                await self._forget(scope, RemoteKind.CONTAINER)
                return await self._container(scope, filings, wants_font=wants_font)

    async def store(self, scope: str, filings: Sequence[Filing]) -> str:
        """The id of the scope's store, once these files are in it; what it refuses is noted with the filing."""
        async with self._locks.of(scope):
            try:
                return await self._store(scope, filings)
            except HostedGone as error:
                log.info("the store of %s went while it was filled: %s", scope, error)
                await self._forget(scope, RemoteKind.STORE)
                return await self._store(scope, filings)

    async def living_container(self, scope: str) -> str:
        """The scope's container if there is one still, else nothing."""
        return await self._home(scope, RemoteKind.CONTAINER)

    async def has_run(self, scope: str) -> bool:
        """Whether code was run there lately, as far as we remember."""
        return await self.filings.home(scope, RemoteKind.CONTAINER) is not None

    async def check(self, scope: str) -> None:
        """Forgets what turns out to be gone, however lately it was used."""
        for kind in (RemoteKind.STORE, RemoteKind.CONTAINER):
            home = await self.filings.home(scope, kind)
            if home is not None and not await self._lives(kind, home.id):
                await self.filings.abandon(home.id)

    async def adopt(self, scope: str, container_id: str) -> None:
        """The provider made a container for an answer by itself: it is the scope's from now on."""
        known = await self.filings.home(scope, RemoteKind.CONTAINER)
        if known is None or known.id == container_id:
            await self.filings.settle(scope, RemoteThing(RemoteKind.CONTAINER, container_id))

    async def _container(self, scope: str, filings: Sequence[Filing], *, wants_font: bool) -> str:
        container_id = await self._home(scope, RemoteKind.CONTAINER)
        if not container_id:
            container_id = await self.rent(_name_of(scope))
        await self.filings.settle(scope, RemoteThing(RemoteKind.CONTAINER, container_id))
        there = await self.filings.copies(container_id)
        missing = [filing for filing in filings if filing.id not in there]
        await _few_at_once([self._put(container_id, filing) for filing in missing])
        if wants_font:
            await self.font.put(container_id)
        return container_id

    async def _put(self, container_id: str, filing: Filing) -> None:
        path = await self.at_hand.path(filing.file, filing.file_id)
        if path is None:
            await self.filings.trouble(filing.id, GONE)
            return
        try:
            async with self.at_hand.files.workshop() as folder:
                path, name = await asyncio.to_thread(fit_for_code, path, filing, folder)
                made = await self.hosting.put(container_id, path, name, filing.media_type)
        except (Unreadable, FileTooLarge) as error:
            await self._note_refusal(filing, error)
            return
        await self.filings.copied(container_id, Copy(filing.id, made.id, made.path))

    async def _note_refusal(self, filing: Filing, error: UserFacingError) -> None:
        log.info("filing %s is refused: %s", filing.id, error)
        problem = TOO_LARGE if isinstance(error, FileTooLarge) else UNSUPPORTED
        await self.filings.trouble(filing.id, problem)

    async def _store(self, scope: str, filings: Sequence[Filing]) -> str:
        store_id = await self._home(scope, RemoteKind.STORE)
        if not store_id:
            store_id = await self.hosting.create_store(_name_of(scope))
        await self.filings.settle(scope, RemoteThing(RemoteKind.STORE, store_id))
        there = await self.filings.copies(store_id)
        missing = [filing for filing in filings if filing.id not in there and not filing.problem]
        await _few_at_once([self._index(store_id, filing) for filing in missing])
        return store_id

    async def _index(self, store_id: str, filing: Filing) -> None:
        file_id = await self._uploaded(filing)
        if not file_id:
            return
        try:
            indexed = await self.hosting.index(store_id, file_id)
        except HostedGone:  # the store, or the upload; which of them is found out by doing it again
            await self.filings.uncopy(filing.id, UPLOADS)
            raise
        await self.filings.copied(store_id, Copy(filing.id, file_id))
        indexed = indexed or await self._watched(store_id, file_id)
        if indexed.is_done:
            return
        log.info("filing %s cannot be indexed: %s", filing.id, indexed.reason)
        await self.filings.trouble(filing.id, indexed.reason)
        things = [RemoteThing(RemoteKind.INDEXED, file_id, store_id), RemoteThing(RemoteKind.FILE, file_id)]
        await self.filings.discard(things)
        for home in (store_id, UPLOADS):
            await self.filings.uncopy(filing.id, home)

    async def _watched(self, store_id: str, file_id: str) -> Indexed:
        """Waits until it has been read. A file that takes longer is searched as far as it is there."""
        end, pause = time.monotonic() + _LONGEST_INDEXING_SECONDS, _FIRST_PAUSE_SECONDS
        while time.monotonic() < end:
            await asyncio.sleep(pause)
            indexed = await self.hosting.indexed(store_id, file_id)
            if indexed is not None:
                return indexed
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        log.warning("indexing takes more than %.0f s", _LONGEST_INDEXING_SECONDS)
        return Indexed(is_done=True)

    async def _uploaded(self, filing: Filing) -> str:
        """The id of the file's upload; empty where it is gone or refused, which is noted."""
        known = (await self.filings.copies(UPLOADS)).get(filing.id)
        if known is not None:
            return known.remote_id
        path = await self.at_hand.path(filing.file, filing.file_id)
        if path is None:
            await self.filings.trouble(filing.id, GONE)
            return ""
        try:
            file_id = await self.hosting.upload(path, name_for_search(filing), filing.media_type)
        except (Unreadable, FileTooLarge) as error:
            await self._note_refusal(filing, error)
            return ""
        expires_ms = int((time.time() + _FILE_SECONDS) * 1000)
        await self.filings.copied(UPLOADS, Copy(filing.id, file_id, expires_ms=expires_ms))
        return file_id

    async def _home(self, scope: str, kind: RemoteKind) -> str:
        """The scope's store or container if it is there still; else it is forgotten."""
        home = await self.filings.home(scope, kind)
        if home is None:
            return ""
        idle_seconds = time.time() - home.used_ms / 1000
        if idle_seconds < _SURELY_ALIVE_SECONDS[kind] or await self._lives(kind, home.id):
            return home.id
        log.info("the %s of %s has expired", kind.value, scope)
        await self.filings.abandon(home.id)
        return ""

    async def _lives(self, kind: RemoteKind, home_id: str) -> bool:
        if kind is RemoteKind.STORE:
            return await self.hosting.has_store(home_id)
        return await self.hosting.has_container(home_id)

    async def _forget(self, scope: str, kind: RemoteKind) -> None:
        home = await self.filings.home(scope, kind)
        if home is not None:
            if await self._lives(kind, home.id):
                return
            await self.filings.abandon(home.id)


async def _few_at_once(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Does all of it, then raises the first error there was."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(work: Coroutine[Any, Any, None]) -> None:
        async with room:
            await work

    outcomes = await asyncio.gather(*map(one, works), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def _name_of(scope: str) -> str:
    return scope.replace(":", "-")
