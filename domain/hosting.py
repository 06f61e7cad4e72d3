"""What a provider keeps for us so that its own tools can use it: files, indexes, containers for code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Place(StrEnum):
    """Where a file is put so that the model can use it: into the question, an index, or beside code."""

    TURN = "turn"
    KNOWLEDGE = "knowledge"
    CODE = "code"


class RemoteKind(StrEnum):
    """`INDEXED` is a file as one store knows it, `INSIDE` one in a container, `RESPONSE` a stored answer."""

    FILE = "file"
    STORE = "store"
    CONTAINER = "container"
    INDEXED = "indexed"
    INSIDE = "inside"
    CONVERSATION = "conversation"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class RemoteThing:
    """Something at the provider, by its id there; `home` is the store or container that it is in."""

    kind: RemoteKind
    id: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class Indexed:
    """How indexing a file went. `reason` is the provider's code where it failed, as `unsupported_file`."""

    is_done: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A piece of a file in a store that fits a question: 0 not at all, 1 entirely."""

    file_id: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class ContainerFile:
    """A file beside the code. `is_made`: code wrote it, nobody uploaded it."""

    id: str
    path: str
    size_bytes: int
    is_made: bool


class Hosting(Protocol):
    """The provider's files, stores and containers. All raise `UserFacingError`; what is gone, `HostedGone`.

    `can_search` and `can_run` turn False for good once the provider turns out to have no such tool.
    """

    @property
    def can_search(self) -> bool: ...

    @property
    def can_run(self) -> bool: ...

    @property
    def can_remember(self) -> bool:
        """Whether it keeps conversations, and makes answers in the background."""
        ...

    async def create_conversation(self) -> str:
        """An empty one, kept until it is deleted."""
        ...

    async def upload(self, path: Path, name: str, media_type: str) -> str:
        """Keeps a copy there for at most `FILE_DAYS`; its id. Raises `Unreadable`, `FileTooLarge`."""
        ...

    async def create_store(self, name: str) -> str:
        """An index that lasts until it has not been used for a month."""
        ...

    async def index(self, store_id: str, file_id: str) -> Indexed | None:
        """Has the file read into the store; None while that goes on, then `indexed` tells when it is done."""
        ...

    async def indexed(self, store_id: str, file_id: str) -> Indexed | None:
        """None while it is being read."""
        ...

    async def has_store(self, store_id: str) -> bool: ...

    async def search(self, store_id: str, words: str, *, most: int) -> Sequence[StoredPassage]:
        """What of the store's files fits, the best first; `most` is 1 to 50."""
        ...

    async def stored_bytes(self) -> int:
        """How much our stores hold, as far as is charged for it."""
        ...

    async def create_container(self, name: str) -> str:
        """A computer for code; it is gone after 20 minutes without use."""
        ...

    async def has_container(self, container_id: str) -> bool: ...

    async def put(self, container_id: str, path: Path, name: str, media_type: str) -> ContainerFile:
        """Copies a file of ours into a container. Raises `Unreadable` for other kinds, `FileTooLarge`."""
        ...

    async def copy(self, container_id: str, file_id: str) -> ContainerFile:
        """Copies an uploaded file into a container."""
        ...

    async def container_files(self, container_id: str) -> Sequence[ContainerFile]: ...

    async def fetch(self, container_id: str, file_id: str, to: Path, *, most_bytes: int) -> None:
        """Copies a file out of a container. Raises `FileTooLarge`."""
        ...

    async def delete(self, thing: RemoteThing) -> None:
        """Deletes it; what is gone already is no error."""
        ...

    async def ours(self, *, before: float) -> Sequence[RemoteThing]:
        """All that this bot left at the provider until then (seconds since 1970); nothing of others'."""
        ...


FILE_DAYS = 30
CONTAINER_MINUTES = 20
