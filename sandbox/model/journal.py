"""The requests that were made, kept for whoever tests: with what, when, and how each of them ended."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sandbox.model.forms import Form

_KEPT = 20_000
_KEPT_BYTES = 128 * 1024 * 1024


@dataclass(slots=True)
class Entry:
    """One request; times are of the monotonic clock, which all processes of a Linux machine share.

    `images` and `files` tell what came with it: pictures that were looked at, parts of a form. `paid` is how
    many things would be on the bill, also when nobody waited for them. `response_id` and `response_status` tell
    of a response that is kept or made in the background, also after its request was answered.
    """

    id: int
    path: str
    body: bytes
    method: str = "POST"
    at: float = field(default_factory=time.monotonic)
    status: int | None = None
    first_token_at: float | None = None
    finished_at: float | None = None
    cancelled: bool = False
    version: int = 0
    paid: int = 0
    images: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    files: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    response_id: str = ""
    response_status: str = ""

    def tell(self, form: Form) -> None:
        """Writes down a form: its fields as the body, and its files."""
        self.body = json.dumps(form.fields).encode()
        self.files = [file.as_json() for file in form.files]

    def as_json(self) -> str:
        """The body is put in as it came: it was JSON, or is told as a string."""
        told = {
            "id": self.id,
            "method": self.method,
            "path": self.path,
            "at": self.at,
            "status": self.status,
            "first_token_at": self.first_token_at,
            "finished": self.finished_at is not None,
            "finished_at": self.finished_at,
            "cancelled": self.cancelled,
            "paid": self.paid,
            "images": self.images,
            "files": self.files,
            "response_id": self.response_id,
            "response_status": self.response_status,
        }
        return f'{json.dumps(told)[:-1]}, "body": {self.body.decode("utf-8", "replace")}}}'


class Journal:
    """All entries, the one that changed last at the end. `epoch` changes when they are forgotten."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._kept_bytes = 0
        self._last_id = 0
        self._changed = asyncio.Event()
        self.version = 0
        self.epoch = 0

    def open(self, path: str, body: bytes, method: str = "POST") -> Entry:
        self._last_id += 1
        entry = Entry(self._last_id, path, body, method)
        self._entries[entry.id] = entry
        if len(self._entries) > _KEPT:
            self._entries.popitem(last=False)
        self._touch(entry)
        return entry

    def keep(self, entry: Entry, contents: Iterable[bytes]) -> None:
        """Keeps what came with a request for whoever wants to see it, the latest 128 MB of it."""
        for number, content in enumerate(contents):
            self._kept[entry.id, number] = content
            self._kept_bytes += len(content)
        while self._kept_bytes > _KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def kept(self, entry_id: int, number: int) -> bytes | None:
        return self._kept.get((entry_id, number))

    def began(self, entry: Entry, status: int) -> None:
        """The answer is on its way."""
        entry.status = status
        self._touch(entry)

    def responded(self, entry: Entry, response_id: str, status: str) -> None:
        """How a response stands."""
        entry.response_id, entry.response_status = response_id, status
        self._touch(entry)

    def first_token(self, entry: Entry) -> None:
        if entry.first_token_at is None:
            entry.first_token_at = time.monotonic()
            self._touch(entry)

    def finished(self, entry: Entry, status: int | None = None) -> None:
        entry.status = status or entry.status
        entry.finished_at = time.monotonic()
        self._touch(entry)

    def cancelled(self, entry: Entry) -> None:
        """The client went away before the end."""
        entry.cancelled = True
        self.finished(entry)

    def clear(self) -> None:
        self._entries.clear()
        self._kept.clear()
        self._kept_bytes = 0
        self.epoch += 1
        self._announce()

    def since(self, version: int) -> Iterator[Entry]:
        """What changed after a version, the latest change first."""
        for entry in reversed(self._entries.values()):
            if entry.version <= version:
                return
            yield entry

    async def wait(self, version: int, seconds: float) -> None:
        """Returns when something changed after the version, or when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                while self.version <= version:
                    await self._changed.wait()
        except TimeoutError:
            return

    def _touch(self, entry: Entry) -> None:
        self._announce()
        entry.version = self.version
        if entry.id in self._entries:
            self._entries.move_to_end(entry.id)

    def _announce(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()
