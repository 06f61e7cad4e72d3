"""Vector stores: files read, cut into passages, and searched; kept in memory until they are deleted."""

import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from sandbox.model.attributes import passes
from sandbox.model.documents import UnknownKind, Unreadable, whole
from sandbox.model.errors import ApiError
from sandbox.model.files import Files, Stored
from sandbox.model.passages import Passage, Weights, cut, passage, scores
from sandbox.model.tokens import count
from sandbox.model.values import Json

MOST_TOKENS_OF_FILE = 5_000_000
_DAY_SECONDS = 86_400
_ATTACHED_PER_MINUTE = 300


@dataclass(frozen=True, slots=True)
class Chunking:
    """How a text is cut, in tokens."""

    most_tokens: int = 800
    overlap_tokens: int = 400


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of a file: its passages, or the code and words of an error."""

    passages: tuple[Passage, ...] = ()
    error: tuple[str, str] | None = None


@dataclass(slots=True)
class Member:
    """A file in a store. It is `indexed` already, but that shows only when its time has come."""

    id: str
    name: str
    chunking: Chunking
    attributes: Json
    indexed: Indexed
    done_at: float  # of the monotonic clock
    batch_id: str = ""
    is_cancelled: bool = False
    created_at: int = field(default_factory=lambda: int(time.time()))

    @property
    def status(self) -> str:
        if self.is_cancelled:
            return "cancelled"
        if time.monotonic() < self.done_at:
            return "in_progress"
        return "failed" if self.indexed.error else "completed"

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self.indexed.passages if self.status == "completed" else ()

    @property
    def usage_bytes(self) -> int:
        return sum(len(one.text.encode()) for one in self.passages)

    def cancel(self) -> None:
        """Only what is not done yet can be cancelled."""
        self.is_cancelled = self.is_cancelled or self.status == "in_progress"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were attached together."""

    id: str
    created_at: int


@dataclass(slots=True)
class VectorStore:
    """Times are seconds since the epoch."""

    name: str
    metadata: Json
    expires_days: int | None
    id: str = field(default_factory=lambda: f"vs_{token_hex(16)}")
    created_at: int = field(default_factory=lambda: int(time.time()))
    last_active_at: int = field(default_factory=lambda: int(time.time()))
    files: dict[str, Member] = field(default_factory=dict[str, Member])
    batches: dict[str, Batch] = field(default_factory=dict[str, Batch])
    attached: deque[float] = field(default_factory=deque[float])

    @property
    def expires_at(self) -> int | None:
        return None if self.expires_days is None else self.last_active_at + self.expires_days * _DAY_SECONDS

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= time.time()

    def used(self) -> None:
        """Its time begins anew. An expired one cannot be used: 400 as `ApiError`."""
        if self.is_expired:
            raise ApiError(400, f"Vector store {self.id} is expired.", None, "vector_store_id")
        self.last_active_at = int(time.time())

    def attach_one_more(self) -> None:
        """Counts one more request that attaches; too many of them in a minute are refused."""
        now = time.monotonic()
        while self.attached and self.attached[0] < now - 60:
            self.attached.popleft()
        if len(self.attached) >= _ATTACHED_PER_MINUTE:
            raise ApiError(429, "Rate limit reached for this vector store.", "rate_limit_exceeded", None, 1.0)
        self.attached.append(now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: what for, how many passages, of which files, and how good they have to be."""

    queries: tuple[str, ...]
    most: int = 10
    filters: Json = field(default_factory=dict[str, object])
    least_score: float = 0.0
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage of a file, with how well it fits."""

    member: Member
    text: str
    score: float


class VectorStores:
    """The stores by id. `indexing_seconds` is how long reading a file takes."""

    def __init__(self, files: Files) -> None:
        self.indexing_seconds = 0.0
        self._files = files
        self._stores: dict[str, VectorStore] = {}

    def put(self, store: VectorStore) -> None:
        self._stores[store.id] = store

    def get(self, store_id: str) -> VectorStore:
        """The store, or 404 as `ApiError`."""
        store = self._stores.get(store_id)
        if store is None:
            raise ApiError(404, f"Vector store with id '{store_id}' not found.", None, "vector_store_id")
        return store

    def delete(self, store_id: str) -> None:
        del self._stores[self.get(store_id).id]

    def listed(self) -> list[VectorStore]:
        """The oldest first."""
        return list(self._stores.values())

    def expire(self, store_id: str) -> None:
        """Lets a store's time be over, also one that would have been kept for ever."""
        store = self.get(store_id)
        store.expires_days = store.expires_days or 1
        store.last_active_at = int(time.time()) - store.expires_days * _DAY_SECONDS

    def members(self, store: VectorStore) -> list[Member]:
        """Its files, the oldest first. Deleting a file takes it out of all stores."""
        return [member for member in store.files.values() if self._files.find(member.id)]

    def member(self, store: VectorStore, file_id: str) -> Member:
        """The file in the store, or 404 as `ApiError`."""
        member = store.files.get(file_id)
        if member is None or self._files.find(file_id) is None:
            message = f"No file found with id '{file_id}' in vector store '{store.id}'."
            raise ApiError(404, message, None, "file_id")
        return member

    def attach(
        self,
        store: VectorStore,
        stored: Stored,
        chunking: Chunking,
        attributes: Json,
        *,
        batch_id: str = "",
    ) -> Member:
        """Reads the file, which takes a while: not for the loop."""
        done_at = time.monotonic() + self.indexing_seconds
        indexed = _indexed(stored, chunking)
        member = Member(stored.id, stored.name, chunking, attributes, indexed, done_at, batch_id)
        store.files[stored.id] = member
        return member

    def search(self, stores: Sequence[VectorStore], wanted: Wanted) -> list[Found]:
        """The best passages, the best first. Not for the loop."""
        candidates = [
            (member, one)
            for store in stores
            for member in self.members(store)
            if passes(member.attributes, wanted.filters)
            for one in member.passages
        ]
        passages = [one for _, one in candidates]
        each = [scores(query, passages, wanted.weights) for query in wanted.queries]
        best = [max(of_queries) for of_queries in zip(*each, strict=True)]
        found = [
            Found(member, one.text, round(score, 4))
            for (member, one), score in zip(candidates, best, strict=True)
            if score >= wanted.least_score
        ]
        return sorted(found, key=lambda one: -one.score)[: wanted.most]


def counts(members: Sequence[Member]) -> Mapping[str, int]:
    found = Counter(member.status for member in members)
    kinds = ("in_progress", "completed", "failed", "cancelled")
    return {**{kind: found[kind] for kind in kinds}, "total": len(members)}


def _indexed(stored: Stored, chunking: Chunking) -> Indexed:
    try:
        text = whole(stored.name, stored.content)
    except UnknownKind:
        return Indexed(error=("unsupported_file", "The file type is not supported."))
    except Unreadable:
        return Indexed(error=("invalid_file", "The file could not be parsed because it is not valid."))
    if count(text) > MOST_TOKENS_OF_FILE:
        message = f"The file holds more than {MOST_TOKENS_OF_FILE:,} tokens."
        return Indexed(error=("invalid_file", message))
    return Indexed(tuple(passage(one) for one in cut(text, chunking.most_tokens, chunking.overlap_tokens)))
