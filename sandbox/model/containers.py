"""Containers: where the code of `code_interpreter` runs, with the files that are in them for a while."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from secrets import token_hex

from sandbox.model.errors import ApiError, invalid
from sandbox.model.values import Json

LONGEST_MINUTES = 20
FOLDER = "/mnt/data"

_MOST_BYTES = 512 * 1024 * 1024
_DOCUMENTS = frozenset(
    {
        "c",
        "cpp",
        "cs",
        "css",
        "csv",
        "doc",
        "docx",
        "gif",
        "html",
        "java",
        "jpeg",
        "jpg",
        "js",
        "json",
        "md",
        "pdf",
        "php",
        "pkl",
        "png",
        "pptx",
        "py",
        "rb",
        "sh",
        "tar",
        "tex",
        "ts",
        "txt",
        "webp",
        "xlsx",
        "xml",
        "zip",
    }
)
_KINDS = _DOCUMENTS | {"ttf", "otf", "ttc"}  # fonts are no documents, but code draws with them


@dataclass(frozen=True, slots=True)
class ContainerFile:
    """A file in a container; `source` is whose it is, `user` or `assistant`."""

    name: str
    content: bytes
    source: str
    id: str = field(default_factory=lambda: f"cfile_{token_hex(16)}")
    created_at: int = field(default_factory=lambda: int(time.time()))

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.name}"


@dataclass(slots=True)
class Container:
    """One of them; it expires when nobody has used it for so many minutes, and its files are gone then."""

    name: str
    minutes: int = LONGEST_MINUTES
    memory_limit: str = "1g"
    network_policy: Json = field(default_factory=lambda: {"type": "disabled"})
    id: str = field(default_factory=lambda: f"cntr_{token_hex(20)}")
    created_at: int = field(default_factory=lambda: int(time.time()))
    last_active_at: int = field(default_factory=lambda: int(time.time()))
    was_ended: bool = False
    _files: dict[str, ContainerFile] = field(default_factory=dict[str, ContainerFile])

    @property
    def is_expired(self) -> bool:
        return self.was_ended or self.last_active_at + self.minutes * 60 <= time.time()

    @property
    def files(self) -> list[ContainerFile]:
        """The oldest first."""
        return list(self._files.values())

    def expire(self) -> None:
        self.was_ended = True
        self._files.clear()

    def touch(self) -> None:
        """Whatever is done with it keeps it alive; raises `ApiError` where it is too late."""
        if self.is_expired:
            self.expire()
            raise ApiError(400, "Container is expired.", "container_expired")
        self.last_active_at = int(time.time())

    def put(self, name: str, content: bytes, source: str) -> ContainerFile:
        """Adds a file, in the place of one of the same name; raises `ApiError` for what is not taken."""
        base = PurePosixPath(name.replace("\\", "/")).name
        kind = base.rpartition(".")[2].lower()
        if kind not in _KINDS:
            raise invalid("file", f"Unsupported file type '{kind}': '{base}'.", "unsupported_file")
        if len(content) > _MOST_BYTES:
            raise ApiError(413, f"Maximum content size limit ({_MOST_BYTES}) exceeded")
        for known in [one for one in self.files if one.name == base]:
            del self._files[known.id]
        file = ContainerFile(base, content, source)
        self._files[file.id] = file
        return file

    def file(self, file_id: str) -> ContainerFile:
        """The file, or 404 as `ApiError`."""
        file = self._files.get(file_id)
        if file is None:
            raise ApiError(404, f"File with id '{file_id}' not found in container '{self.id}'.")
        return file

    def remove(self, file_id: str) -> None:
        del self._files[self.file(file_id).id]


class Containers:
    """All of them, and how code in them behaves: how long it runs, and how many runs are to fail."""

    def __init__(self) -> None:
        self._known: dict[str, Container] = {}
        self.code_seconds = 0.0
        self.failures = 0

    def add(self, container: Container) -> None:
        self._known[container.id] = container

    def get(self, container_id: str) -> Container:
        """The container, also an expired one, or 404 as `ApiError`."""
        container = self._known.get(container_id)
        if container is None:
            raise ApiError(404, f"Container with id '{container_id}' not found.")
        return container

    def active(self, container_id: str) -> Container:
        """The container to be used; raises `ApiError` for an expired one."""
        container = self.get(container_id)
        container.touch()
        return container

    def remove(self, container_id: str) -> None:
        del self._known[self.get(container_id).id]

    def listed(self) -> Sequence[Container]:
        """The oldest first."""
        return list(self._known.values())

    def fails(self) -> bool:
        """Whether the next run is to fail; counts it."""
        if self.failures <= 0:
            return False
        self.failures -= 1
        return True


def described(container: Container) -> dict[str, object]:
    return {
        "id": container.id,
        "object": "container",
        "name": container.name,
        "created_at": container.created_at,
        "status": "expired" if container.is_expired else "running",
        "last_active_at": container.last_active_at,
        "expires_after": {"anchor": "last_active_at", "minutes": container.minutes},
        "memory_limit": container.memory_limit,
        "network_policy": dict(container.network_policy),
    }


def described_file(container: Container, file: ContainerFile) -> dict[str, object]:
    return {
        "id": file.id,
        "object": "container.file",
        "container_id": container.id,
        "created_at": file.created_at,
        "bytes": len(file.content),
        "path": file.path,
        "source": file.source,
    }
