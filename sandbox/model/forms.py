"""Multipart forms: their fields as JSON that can be checked like any other body, and their files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from sandbox.model.errors import ApiError
from sandbox.model.values import Json

LARGEST_PART_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form; `field` is without brackets."""

    field: str
    name: str
    kind: str
    content: bytes

    def as_json(self) -> dict[str, object]:
        return {
            "field": self.field,
            "name": self.name,
            "type": self.kind,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, a list where brackets end the name, and the files in their order."""

    fields: Json
    files: tuple[Upload, ...]

    def all(self, field: str) -> list[Upload]:
        return [file for file in self.files if file.field == field]


async def read_form(
    request: web.Request, kinds: Mapping[str, type], most_bytes: int = LARGEST_PART_BYTES
) -> Form:
    """Raises `ApiError` for what is no form. `kinds` are the fields (`a`, `a[b]`) of bool, int or float.

    `most_bytes` is how large one part may be.
    """
    if not request.content_type.startswith("multipart/"):
        raise ApiError(400, "Expected a multipart/form-data body.", "invalid_value")
    fields: dict[str, object] = {}
    files: list[Upload] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ApiError(400, "Nested forms are not accepted.", "invalid_value")
            content = await _read(part, most_bytes)
            name = part.name or ""
            if part.filename is None:
                _set(fields, name, _typed(content.decode(), kinds.get(name.removesuffix("[]"), str)))
            else:
                kind = part.headers.get("Content-Type", "")
                files.append(Upload(name.removesuffix("[]"), part.filename, kind, content))
    except ValueError as error:
        raise ApiError(400, "We could not parse the form of your request.", "invalid_value") from error
    return Form(fields, tuple(files))


async def _read(part: BodyPartReader, most_bytes: int) -> bytes:
    """A piece at a time: reading it whole takes minutes for large ones."""
    content = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        content += chunk
        if len(content) > most_bytes:
            message = f"Maximum content size limit ({most_bytes}) exceeded"
            raise ApiError(413, message)
    return bytes(content)


def _typed(value: str, kind: type) -> object:
    """The value as its kind; one that cannot be stays text, for a check to refuse."""
    if kind is bool:
        return {"true": True, "false": False, "1": True, "0": False}.get(value.lower(), value)
    if kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            return value
    return value


def _set(fields: dict[str, object], name: str, value: object) -> None:
    """`a` is a value, `a[]` one of a list, `a[b]` one of an object."""
    base, bracket, inner = name.partition("[")
    inner = inner.removesuffix("]")
    if not bracket:
        fields[name] = value
    elif not inner:
        listed = fields.setdefault(base, [])
        if isinstance(listed, list):
            listed.append(value)  # pyright: ignore[reportUnknownMemberType]  # it was made here
    else:
        named = fields.setdefault(base, {})
        if isinstance(named, dict):
            named[inner] = value
