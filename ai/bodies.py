"""Request bodies with files in them, which are read piece by piece while they are sent, and never kept."""

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ai.json_values import as_list, as_object
from domain.engine import PromptPicture
from domain.errors import Unreadable

FORM_TYPE: Final = "x-form-type"
"""Header with a form's media type: in the usual one the SDK would take it for a form that it shall write."""

_UNFIT_FOR_HEADERS: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})  # as browsers write them
_PIECE_BYTES: Final = 192 * 1024  # a multiple of 3: base64 is written in whole groups

Body = dict[str, object]
"""JSON in which an `Enclosure` may stand for the data URL of a file; or a form, whose files are `Upload`s."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Stands in JSON where the data URL of a file shall be."""

    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form, and the name it goes by."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class _File:
    """A file of `size_bytes`, written as it is or as base64."""

    path: Path
    size_bytes: int
    is_encoded: bool

    @property
    def length(self) -> int:
        return -(-self.size_bytes // 3) * 4 if self.is_encoded else self.size_bytes


def source_of(picture: PromptPicture) -> Enclosure | str:
    """What stands for a picture in a body: its address, or itself."""
    return Enclosure(picture.path, picture.media_type) if picture.path is not None else picture.url


class SentBody:
    """A body `length` bytes long: an async iterable that can be started again."""

    def __init__(self, headers: Mapping[str, str], parts: Sequence[bytes | _File]) -> None:
        self._parts = parts
        self.length = sum(len(part) if isinstance(part, bytes) else part.length for part in parts)
        # A body of unknown length would be sent in chunks, which not every server understands.
        self.headers = {**headers, "Content-Length": str(self.length)}

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            for start in range(0, part.size_bytes, _PIECE_BYTES):
                yield await asyncio.to_thread(_piece, part, start)


def has_enclosures(value: object) -> bool:
    """Whether a file shall be put into it anywhere."""
    parts = [value]
    for part in parts:  # which grow meanwhile; a long conversation has hundreds, so no call for each
        if isinstance(part, str):
            continue
        if isinstance(part, Enclosure):
            return True
        parts.extend(as_object(part).values())
        parts.extend(as_list(part))
    return False


def has_uploads(body: Body) -> bool:
    """Whether it has to be a form."""
    return any(isinstance(one, Upload) for value in body.values() for one in (value, *as_list(value)))


async def json_body(body: Body) -> SentBody:
    """Raises `Unreadable` for a file that is not there any more."""
    return await _written(lambda: SentBody({}, _json_parts(body)))


async def form_body(body: Body) -> SentBody:
    """Raises `Unreadable` for a file that is not there any more."""
    boundary = uuid.uuid4().hex
    headers = {FORM_TYPE: f"multipart/form-data; boundary={boundary}"}
    return await _written(lambda: SentBody(headers, list(_form_parts(body, boundary))))


async def _written(write: Callable[[], SentBody]) -> SentBody:
    try:
        return await asyncio.to_thread(write)
    except OSError as error:
        raise Unreadable(f"{type(error).__name__} for a file that is sent") from None


def _json_parts(body: Mapping[str, object]) -> list[bytes | _File]:
    """The JSON, cut where files belong: at a mark that nobody can have written into a message."""
    enclosures: list[Enclosure] = []
    mark = uuid.uuid4().hex

    def marked(value: object) -> str:
        if not isinstance(value, Enclosure):
            raise TypeError(f"{type(value).__name__} is no JSON")
        enclosures.append(value)
        return f"data:{value.media_type};base64,{mark}"

    text = json.dumps(body, ensure_ascii=False, default=marked).encode("utf-8", "replace")
    first, *others = text.split(mark.encode())
    parts: list[bytes | _File] = [first]
    for enclosure, after in zip(enclosures, others, strict=True):
        parts += (_File(enclosure.path, enclosure.path.stat().st_size, is_encoded=True), after)
    return parts


def _form_parts(body: Body, boundary: str) -> Iterator[bytes | _File]:
    for name, value in body.items():
        if value == []:
            continue
        listed = as_list(value)
        field = f"{name}[]" if listed else name
        for one in listed or (value,):
            if isinstance(one, Upload):
                yield from _file_parts(field, one, boundary)
                continue
            text = one if isinstance(one, str) else json.dumps(one)
            yield _head(boundary, f'form-data; name="{field}"')
            yield f"{text}\r\n".encode("utf-8", "replace")
    yield f"--{boundary}--\r\n".encode()


def _file_parts(field: str, upload: Upload, boundary: str) -> Iterator[bytes | _File]:
    name = upload.name.translate(_UNFIT_FOR_HEADERS)
    disposition = f'form-data; name="{field}"; filename="{name}"\r\nContent-Type: {upload.media_type}'
    yield _head(boundary, disposition)
    yield _File(upload.path, upload.path.stat().st_size, is_encoded=False)
    yield b"\r\n"


def _head(boundary: str, disposition: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()


def _piece(part: _File, start: int) -> bytes:
    with part.path.open("rb") as file:
        file.seek(start)
        piece = file.read(min(_PIECE_BYTES, part.size_bytes - start))
    return base64.b64encode(piece) if part.is_encoded else piece
