"""Meanings: the vectors of what is stored, made in the background, and made anew when the model changes."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence

from domain.embedding import Embedder, NoEmbeddings, Space
from domain.errors import UserFacingError
from storage.passages import Passages, Unembedded

log = logging.getLogger(__name__)

_AT_ONCE = 128  # passages read, embedded and stored together
_GATHERING_SECONDS = 60.0  # what is said meanwhile shares a request
_HURRY_SECONDS = 2.0
_QUERIES_KEPT = 128
_QUERY_SECONDS = 10.0  # somebody waits for it
_PATIENCE = (30.0, 60.0, 300.0, 900.0)  # seconds after each failure in a row


class Meanings:
    """What has been embedded, by which model. One content is embedded once, wherever it stands."""

    def __init__(
        self,
        passages: Passages,
        embedder: Embedder,
        *,
        gathering_seconds: float = _GATHERING_SECONDS,
        patience: Sequence[float] = _PATIENCE,
    ) -> None:
        self._passages = passages
        self._embedder = embedder
        self._gathering_seconds = gathering_seconds
        self._patience = patience
        self._failures = 0
        self._wanted = asyncio.Event()
        self._hurried = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._queries: OrderedDict[tuple[Space, bytes], bytes] = OrderedDict()
        self._done_up_to: tuple[Space | None, int] = (None, 0)

    def nudge(self) -> None:
        """Something new is there to be embedded; nobody waits for it."""
        self._wanted.set()

    async def run(self) -> None:
        """Embeds what there is to embed, whenever there is something, until it is cancelled."""
        self.nudge()
        while True:
            await self._wanted.wait()
            await _within(self._gathering_seconds, self._hurried)
            self._wanted.clear()
            self._hurried.clear()
            if await self.catch_up():
                self._failures = 0
                self._caught_up.set()
                continue
            self._failures += 1
            await asyncio.sleep(self._patience[min(self._failures, len(self._patience)) - 1])

    async def hurry(self) -> None:
        """Has what was said last embedded now, because somebody looks for it; waits a moment for that."""
        if self._failures:
            return
        self._caught_up.clear()
        self._wanted.set()
        self._hurried.set()
        await _within(_HURRY_SECONDS, self._caught_up)

    async def catch_up(self, document_id: int | None = None) -> bool:
        """Embeds what has no vector of today's model, of one document or of all; False if it did not go well.

        When all is done, what earlier models left is dropped.
        """
        try:
            while await self._embed_next(document_id):
                continue
        except NoEmbeddings:
            return True
        except UserFacingError as error:
            log.warning("passages wait to be embedded: %s: %s", type(error).__name__, error)
            self.nudge()
            return False
        return True

    async def nearest(self, scopes: Sequence[str], query: str, most: int) -> list[tuple[int, float]]:
        """The passages nearest in meaning with their distances (0 to 2); none where meanings are not known."""
        try:
            async with asyncio.timeout(_QUERY_SECONDS):
                asked = await self._of_query(query)
        except (UserFacingError, TimeoutError) as error:
            if not isinstance(error, NoEmbeddings):
                log.warning("a question is looked up by its words alone: %s", type(error).__name__)
            return []
        return await self._passages.by_meaning(scopes, asked[0], asked[1], most) if asked else []

    async def _of_query(self, query: str) -> tuple[bytes, Space] | None:
        space = self._embedder.space
        if space is None or not query.strip():
            return None
        key = hashlib.sha256(query.encode("utf-8", "replace")).digest()
        if vector := self._queries.get((space, key)):
            self._queries.move_to_end((space, key))
            return vector, space
        embedded = await self._embedder.embed([query])
        self._queries[embedded.space, key] = embedded.vectors[0]
        if len(self._queries) > _QUERIES_KEPT:
            self._queries.popitem(last=False)
        if embedded.space != space:  # another model answered, or we know better how long its vectors are
            self.nudge()
        return embedded.vectors[0], embedded.space

    async def _embed_next(self, document_id: int | None) -> bool:
        """False once there is nothing left to do."""
        async with self._at_work:  # for one batch only: a file just sent need not wait for all others
            space = self._embedder.space
            if space is None:
                return False
            newest = await self._passages.newest()
            known, up_to = self._done_up_to
            after = up_to if known == space else 0
            missing = await self._passages.unembedded(
                space, after=after, most=_AT_ONCE, document_id=document_id
            )
            if missing:
                return await self._embed(missing, space)
            if document_id is None:
                await self._drop_others(space)
                self._done_up_to = (space, newest)
            return False

    async def _embed(self, missing: Sequence[Unembedded], space: Space) -> bool:
        """False if going on would come to nothing."""
        embedded = await self._embedder.embed([one.text for one in missing])
        vectors = zip((one.hash for one in missing), embedded.vectors, strict=True)
        await self._passages.keep_vectors(vectors, embedded.space)
        log.info("embedded %s passages: %s tokens", len(missing), embedded.input_tokens)
        return embedded.space in {space, self._embedder.space}

    async def _drop_others(self, space: Space) -> None:
        known, _ = self._done_up_to
        dropped = await self._passages.drop_vectors_but(space) if known != space and space.dimensions else 0
        if dropped:
            log.info("dropped %s vectors of earlier models", dropped)


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Waits for the event, but not for longer."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
