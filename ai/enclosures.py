"""Files inside a request's JSON, as data URLs: read piece by piece while they are sent, and never kept."""

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ai.json_values import as_list, as_object
from domain.engine import PromptPicture
from domain.errors import Unreadable

_PIECE_BYTES = 192 * 1024  # a multiple of 3: base64 is written in whole groups


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Stands in a body where the data URL of a file shall be."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class _Writing:
    """A file of `size_bytes` that is written as base64."""

    path: Path
    size_bytes: int

    @property
    def length(self) -> int:
        return -(-self.size_bytes // 3) * 4


def source_of(picture: PromptPicture) -> Enclosure | str:
    """What stands for a picture in a body: its address, or itself."""
    return Enclosure(picture.path, picture.media_type) if picture.path is not None else picture.url


class EnclosingBody:
    """A JSON body with files in it, `length` bytes long: an async iterable that can be started again."""

    def __init__(self, parts: Sequence[bytes | _Writing]) -> None:
        self._parts = parts
        self.length = sum(len(part) if isinstance(part, bytes) else part.length for part in parts)

    @classmethod
    async def of(cls, body: Mapping[str, object]) -> Self:
        """Raises `Unreadable` for a file that is not there any more."""
        try:
            return cls(await asyncio.to_thread(_parts, body))
        except OSError as error:
            raise Unreadable(f"{type(error).__name__} for an enclosed file") from None

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            for start in range(0, part.size_bytes, _PIECE_BYTES):
                yield await asyncio.to_thread(_piece, part, start)


def has_enclosures(value: object) -> bool:
    """Whether a file shall be put into it anywhere."""
    if isinstance(value, Enclosure):
        return True
    return any(map(has_enclosures, as_object(value).values())) or any(map(has_enclosures, as_list(value)))


def _parts(body: Mapping[str, object]) -> list[bytes | _Writing]:
    """The JSON, cut where files belong: at a mark that nobody can have written into a message."""
    enclosures: list[Enclosure] = []
    mark = uuid.uuid4().hex

    def marked(value: object) -> str:
        if not isinstance(value, Enclosure):
            raise TypeError(f"{type(value).__name__} is no JSON")
        enclosures.append(value)
        return f"data:{value.media_type};base64,{mark}"

    first, *others = (
        json.dumps(body, ensure_ascii=False, default=marked).encode("utf-8", "replace").split(mark.encode())
    )
    parts: list[bytes | _Writing] = [first]
    for enclosure, text in zip(enclosures, others, strict=True):
        parts += (_Writing(enclosure.path, enclosure.path.stat().st_size), text)
    return parts


def _piece(part: _Writing, start: int) -> bytes:
    with part.path.open("rb") as file:
        file.seek(start)
        return base64.b64encode(file.read(min(_PIECE_BYTES, part.size_bytes - start)))
