"""Files that were uploaded, kept in memory until they are deleted or expire."""

import time
from dataclasses import dataclass, field, replace
from secrets import token_hex

from sandbox.model.errors import ApiError

MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """An uploaded file; times are seconds since the epoch."""

    name: str
    purpose: str
    content: bytes
    expires_at: int | None = None
    id: str = field(default_factory=lambda: f"file-{token_hex(12)}")
    created_at: int = field(default_factory=lambda: int(time.time()))


class Files:
    """The uploaded files by id. `most_bytes` is how large one may be."""

    def __init__(self) -> None:
        self.most_bytes = MOST_BYTES
        self._stored: dict[str, Stored] = {}

    def put(self, stored: Stored) -> None:
        self._stored[stored.id] = stored

    def find(self, file_id: str) -> Stored | None:
        """None for one that is unknown or expired."""
        stored = self._stored.get(file_id)
        if stored is None or (stored.expires_at is not None and stored.expires_at <= time.time()):
            return None
        return stored

    def expire(self, file_id: str) -> None:
        """Lets a file's time be over."""
        self._stored[file_id] = replace(self.get(file_id), expires_at=0)

    def get(self, file_id: str) -> Stored:
        """The file, or 404 as `ApiError`."""
        stored = self.find(file_id)
        if stored is None:
            raise ApiError(404, f"No such File object: {file_id}", None, "id")
        return stored

    def delete(self, file_id: str) -> None:
        del self._stored[self.get(file_id).id]

    def listed(self) -> list[Stored]:
        """The oldest first."""
        return [stored for stored in self._stored.values() if self.find(stored.id)]
