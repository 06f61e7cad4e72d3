"""Fetching and looking at what a request shows; what cannot be read is refused as OpenAI refuses it."""

import asyncio
import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import aiohttp

from sandbox.model.asked import Asked
from sandbox.model.documents import beginning
from sandbox.model.errors import ApiError, missing
from sandbox.model.files import Files
from sandbox.model.pictures import FORMATS, Picture, look
from sandbox.model.shown import Shown
from sandbox.model.values import Json, as_list, as_object

_DATA_URL = re.compile(r"data:([\w.+/-]*)((?:;[\w=.+-]+)*?)(;base64)?,")
_EMBEDDING = frozenset({"url", "image_url", "file_data", "data", "result", "b64_json", "audio"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FETCH_SECONDS = 10.0
_MOST_PICTURES = 1_500
_LONGEST_TOLD = 200


async def look_at_all(asked: Asked, files: Files) -> Asked:
    """The same request with its pictures looked at; raises `ApiError` for the first that cannot be read."""
    shown = [one for message in asked.messages for one in message.shown]
    pictures = [one for one in shown if one.kind == "image"]
    if len(pictures) > _MOST_PICTURES:
        raise ApiError(400, f"At most {_MOST_PICTURES} images are accepted.", "array_above_max_length", "input")
    documents = [one for one in shown if one.kind == "file"]
    fetched = {
        one.path: await _fetched(one, files)
        for one in (*pictures, *documents)
        if not one.source.startswith("data:")
    }
    return await asyncio.to_thread(_looked_at_all, asked, pictures, documents, fetched)


def brief(body: Json, asked: Asked | None = None) -> Json:
    """The request with what is embedded told by its size only: `data:image/jpeg;base64,<N bytes WxH>`."""
    sizes = {one.source: asked.seen.get(one.path) for one in _all_shown(asked)} if asked else {}
    return as_object(_brief(body, sizes))


def data_url(source: str, param: str) -> tuple[str, bytes]:
    """The media type and the bytes of a data URL."""
    head = _DATA_URL.match(source)
    if head is None or head[3] is None:
        message = f"Invalid '{param}'. Expected a base64-encoded data URL (e.g. 'data:image/png;base64,aW1n…')."
        raise ApiError(400, message, "invalid_value", param)
    try:
        return head[1].lower(), base64.b64decode(source[head.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(400, "The data is not valid base64.", "invalid_base64_image", param) from error


def _all_shown(asked: Asked) -> Iterator[Shown]:
    return (one for message in asked.messages for one in message.shown)


def _brief(value: object, sizes: Mapping[str, Picture | None], name: str = "") -> object:
    if parts := as_object(value):
        return {inner: _brief(part, sizes, inner) for inner, part in parts.items()}
    if items := as_list(value):
        return [_brief(item, sizes) for item in items]
    if not isinstance(value, str) or name not in _EMBEDDING or value.startswith(("http:", "https:")):
        return value
    head = _DATA_URL.match(value)
    if head is None and len(value) <= _LONGEST_TOLD:
        return value
    start = head[0] if head else ""
    what = f"{_decoded_bytes(value[len(start) :])} bytes"
    picture = sizes.get(value)
    return f"{start}<{what} {picture.width}x{picture.height}>" if picture else f"{start}<{what}>"


def _decoded_bytes(encoded: str) -> int:
    return len(encoded.rstrip("=")) * 3 // 4


def _looked_at_all(
    asked: Asked, pictures: list[Shown], documents: list[Shown], fetched: Mapping[str, bytes | None]
) -> Asked:
    looked_at = {one.path: _looked_at(one, fetched.get(one.path)) for one in pictures}
    contents = {path: content for path, (_, content) in looked_at.items()}
    for one in documents:
        contents[one.path] = fetched.get(one.path) or data_url(one.source, one.path)[1]
    return replace(
        asked,
        seen={path: picture for path, (picture, _) in looked_at.items()},
        read={one.path: beginning(contents[one.path]) for one in documents},
        contents=contents,
    )


def _looked_at(one: Shown, fetched: bytes | None) -> tuple[Picture, bytes]:
    if fetched is None:
        kind, image = data_url(one.source, one.path)
        if kind not in FORMATS.values() and image:
            message = f"Unsupported MIME type '{kind}'. Supported are {', '.join(FORMATS.values())}."
            raise ApiError(400, message, "unsupported_image_media_type", one.path)
    else:
        image = fetched
    return look(image, detail=one.detail, param=one.path), image


async def _fetched(one: Shown, files: Files) -> bytes | None:
    """The bytes of what is not embedded; None where nobody looks inside."""
    if not one.source:
        raise missing(f"{one.path}.{'image_url' if one.kind == 'image' else 'file_data'}")
    if one.field == "file_id":
        stored = files.find(one.source)
        if stored is None:
            code = "image_file_not_found" if one.kind == "image" else "invalid_value"
            raise ApiError(400, f"The file '{one.source}' was not found.", code, one.path)
        return stored.content
    if one.field in ("url", "image_url", "file_url"):
        return await _downloaded(one)
    return None


async def _downloaded(one: Shown) -> bytes:
    """From this machine only: the stand-in never goes out."""
    url = urlsplit(one.source)
    if url.scheme not in ("http", "https"):
        message = f"Invalid '{one.path}'. Expected a valid URL, but got a value with an invalid format."
        raise ApiError(400, message, "invalid_image_url" if one.kind == "image" else "invalid_value", one.path)
    code = "failed_to_download_image" if one.kind == "image" else "invalid_value"
    failed = ApiError(400, f"Error while downloading {one.source[:_LONGEST_TOLD]}.", code, one.path)
    if url.hostname not in _LOOPBACK:
        raise failed
    try:
        async with (
            asyncio.timeout(_FETCH_SECONDS),
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(one.source) as response,
        ):
            return await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise failed from error
