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
from sandbox.model.errors import ApiError, missing
from sandbox.model.files import Files
from sandbox.model.pictures import FORMATS, Picture, look
from sandbox.model.shown import Shown
from sandbox.model.values import Json, as_list, as_object

_DATA_URL = re.compile(r"data:([\w.+/-]*)((?:;[\w=.+-]+)*?)(;base64)?,")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LONGEST_BASE64 = 2_000
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FETCH_SECONDS = 10.0
_MOST_PICTURES = 1_500
_LONGEST_TOLD = 200


async def look_at_all(asked: Asked, files: Files) -> tuple[Asked, list[bytes]]:
    """The same request with its pictures looked at, and their bytes.

    Raises `ApiError` for the first that cannot be read.
    """
    shown = [one for message in asked.messages for one in message.shown]
    pictures = [one for one in shown if one.kind == "image"]
    if len(pictures) > _MOST_PICTURES:
        raise ApiError(400, f"At most {_MOST_PICTURES} images are accepted.", "array_above_max_length", "input")
    fetched = {one.path: await _fetched(one, files) for one in shown if not one.source.startswith("data:")}
    looked_at = await asyncio.to_thread(
        lambda: {one.path: _looked_at(one, fetched.get(one.path)) for one in pictures}
    )
    await asyncio.to_thread(_check_others, [one for one in shown if one.kind == "file"])
    seen = {path: picture for path, (picture, _) in looked_at.items()}
    return replace(asked, seen=seen), [image for _, image in looked_at.values()]


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


def _brief(value: object, sizes: Mapping[str, Picture | None]) -> object:
    if parts := as_object(value):
        return {name: _brief(part, sizes) for name, part in parts.items()}
    if items := as_list(value):
        return [_brief(item, sizes) for item in items]
    if isinstance(value, str) and len(value) > _LONGEST_BASE64 and _BASE64.fullmatch(value):
        return f"<{_decoded_bytes(value)} bytes>"
    if isinstance(value, str) and (head := _DATA_URL.match(value)) and head[3]:
        picture = sizes.get(value)
        what = f"{_decoded_bytes(value[head.end() :])} bytes"
        return f"{head[0]}<{what} {picture.width}x{picture.height}>" if picture else f"{head[0]}<{what}>"
    return value


def _decoded_bytes(encoded: str) -> int:
    return len(encoded.rstrip("=")) * 3 // 4


def _looked_at(one: Shown, fetched: bytes | None) -> tuple[Picture, bytes]:
    if fetched is None:
        kind, image = data_url(one.source, one.path)
        if kind not in FORMATS.values() and image:
            message = f"Unsupported MIME type '{kind}'. Supported are {', '.join(FORMATS.values())}."
            raise ApiError(400, message, "unsupported_image_media_type", one.path)
    else:
        image = fetched
    return look(image, detail=one.detail, param=one.path), image


def _check_others(shown: list[Shown]) -> None:
    for one in shown:
        if one.field == "file_data":
            data_url(one.source, one.path)


async def _fetched(one: Shown, files: Files) -> bytes | None:
    """The bytes of what is not embedded; None where nobody looks inside."""
    if not one.source:
        raise missing(f"{one.path}.{'image_url' if one.kind == 'image' else 'file_data'}")
    if one.field == "file_id":
        stored = files.find(one.source)
        if stored is None:
            raise ApiError(400, f"The file '{one.source}' was not found.", "image_file_not_found", one.path)
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
    failed = ApiError(
        400, f"Error while downloading {one.source[:_LONGEST_TOLD]}.", "failed_to_download_image", one.path
    )
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
