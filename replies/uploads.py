"""Files on their way to Telegram: read from the disk as they are sent, as the parts of a form."""

import asyncio
import io
import json
import math
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import aiohttp

from domain.steps import JsonValue

_SLOWEST_BYTES_A_SECOND: Final = 64 * 1024
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f"\\/]+')

Params = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on our disk, by the name and media type that people shall see."""

    path: Path
    name: str
    media_type: str
    size_bytes: int


Files = Mapping[str, Upload]
"""Files by the names that parameters mention them by."""
NO_FILES: Final[Files] = MappingProxyType({})


def patience_seconds(files: Files) -> float:
    """How long sending them may take, in whole minutes: a slow line is no reason to begin again."""
    size_bytes = sum(file.size_bytes for file in files.values())
    return 60.0 * (1 + math.ceil(size_bytes / _SLOWEST_BYTES_A_SECOND / 60))


class _Watched(io.BufferedReader):
    """Knows whether it has been read to its end."""

    is_read = False

    def __init__(self, path: Path, size_bytes: int) -> None:
        super().__init__(io.FileIO(path))
        self._size_bytes = size_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size)
        self.is_read = self.is_read or self.tell() >= self._size_bytes
        return read


class OpenFiles:
    """Files being sent."""

    def __init__(self, files: Files, readers: Mapping[str, _Watched]) -> None:
        self._files = files
        self._readers = readers

    @property
    def is_read(self) -> bool:
        """Whether all of them have been read to the end, so that Telegram may have them."""
        return all(reader.is_read for reader in self._readers.values())

    def form(self, params: Params) -> aiohttp.FormData:
        """The parameters, and behind them the files."""
        form = aiohttp.FormData(quote_fields=False)  # Telegram takes file names as they are, in UTF-8
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, reader in self._readers.items():
            file = self._files[name]
            filename = _NOT_IN_NAMES.sub("_", file.name) or "file"
            form.add_field(name, reader, filename=filename, content_type=file.media_type)
        return form


@asynccontextmanager
async def opened(files: Files) -> AsyncGenerator[OpenFiles]:
    """Opens them for one call. Raises `OSError`."""
    readers: dict[str, _Watched] = {}
    try:
        for name, file in files.items():
            readers[name] = await asyncio.to_thread(_Watched, file.path, file.size_bytes)
        yield OpenFiles(files, readers)
    finally:
        for reader in readers.values():
            await asyncio.to_thread(reader.close)
