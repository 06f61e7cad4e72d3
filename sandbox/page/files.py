"""Files that people send from the page, and how the page gets them back to show."""

import asyncio
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.page import sound
from sandbox.page.sound import NotRecorded, Recorded
from sandbox.telegram import measure
from sandbox.telegram.errors import Refused
from sandbox.telegram.measure import NotAPicture
from sandbox.telegram.media import Piece, described
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

MOST_UPLOAD_BYTES = 20 * 1024 * 1024  # what a bot may download
# Shown in place; everything else is only ever saved: an SVG or HTML file could run scripts as this page.
_SHOWN = re.compile(r"image/(png|jpeg|gif|webp|avif)|audio/[\w.+-]+|video/[\w.+-]+")
_PHOTOS = {"image/png", "image/jpeg", "image/webp"}
_STICKERS = {".webp": {}, ".png": {}, ".webm": {"is_video": True}, ".tgs": {"is_animated": True}}
_MOST_WAVEFORMS = 500


@dataclass(slots=True)
class Files:
    world: World
    _waveforms: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    async def upload(self, request: web.Request) -> web.Response:
        """The body is the file, `?name=` its name, `?as=` what it is to be; answers with a message's fields.

        As "media" it becomes what a client makes of it: a photo, a film, a GIF, music, else a document.
        """
        try:
            content = await _body(request)
            piece = Piece(content, _name(request), said=_said(request.query))
            kind = request.query.get("as", "document")
            return web.json_response(await self._fields(kind, piece))
        except (NotRecorded, NotAPicture, Refused, KeyError) as refused:
            reason = str(refused) if isinstance(refused, NotRecorded) else "this file is not what it is sent as"
            return web.json_response({"error": reason}, status=400)

    async def _fields(self, kind: str, piece: Piece) -> Json:
        if kind == "media":
            kind = await asyncio.to_thread(_kind_of, piece)
        match kind:
            case "voice":
                return await self._recorded(kind, piece, sound.voice, "audio/ogg")
            case "video_note":
                return await self._recorded(kind, piece, sound.video_note, "video/mp4")
            case "sticker":
                flags: Json = _STICKERS[PurePosixPath(piece.name).suffix.lower()]
                return await described(
                    self.world, kind, Piece(piece.content, piece.name, said=piece.said | flags)
                )
            case _:
                return await described(self.world, kind, piece)

    async def _recorded(self, kind: str, piece: Piece, convert: Callable[[bytes], Recorded], mime: str) -> Json:
        made = await asyncio.to_thread(convert, piece.content)
        said = {"duration": max(1, round(made.seconds))}
        return await described(self.world, kind, Piece(made.content, "", mime, said))

    async def waveform(self, request: web.Request) -> web.Response:
        """How loud each part of a recording is; measured once."""
        file_id, file = self._found(request)
        if file_id not in self._waveforms:
            try:
                bars = await asyncio.to_thread(sound.waveform, file.content)
            except NotRecorded:
                bars = []
            if len(self._waveforms) >= _MOST_WAVEFORMS:
                self._waveforms.clear()
            self._waveforms[file_id] = bars
        return web.json_response(self._waveforms[file_id], headers={"Cache-Control": "private, max-age=86400"})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The file, or the part of it that is asked for: players jump about in it."""
        _, file = self._found(request)
        kind = mimetypes.guess_type(file.path)[0] or ""
        is_shown = _SHOWN.fullmatch(kind) is not None
        name = quote(file.name or PurePosixPath(file.path).name, errors="replace")
        headers = {
            "Content-Disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=86400, immutable",
            "Accept-Ranges": "bytes",
        }
        status, body = _part(request, file.content, headers)
        shown_as = kind if is_shown else "application/octet-stream"
        return web.Response(status=status, body=body, headers=headers, content_type=shown_as)

    def _found(self, request: web.Request) -> tuple[str, File]:
        file_id = request.match_info["file_id"]
        file = self.world.files.get(file_id)
        if file is None:
            raise web.HTTPNotFound
        return file_id, file


def _part(request: web.Request, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body; a range that cannot be read is answered with everything, as the standard lets one do."""
    try:
        wanted: slice[Any, Any, Any] = request.http_range
    except ValueError:
        return 200, content
    start, end, _ = wanted.indices(len(content))
    if wanted == slice(None, None, 1) or start >= end:
        return 200, content
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return 206, content[start:end]


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_UPLOAD_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_UPLOAD_BYTES, request.content_length or 0)
    content = await request.read()
    if not content:
        raise NotRecorded("the file is empty")
    return content


def _name(request: web.Request) -> str:
    return request.query.get("name", "").strip() or "file"


def _said(query: Mapping[str, str]) -> Json:
    return {"emoji": query["emoji"]} if "emoji" in query else {}


def _kind_of(piece: Piece) -> str:
    """What a client sends a file as, by what is in it."""
    if piece.content.startswith(b"GIF8"):
        return "animation"
    if mimetypes.guess_type(piece.name)[0] in _PHOTOS and _is_picture(piece.content):
        return "photo"
    played = measure.recording(piece.content)
    if played is None:
        return "document"
    return "video" if played.frame is not None else "audio"


def _is_picture(content: bytes) -> bool:
    try:
        measure.picture_size(content)
    except NotAPicture:
        return False
    return True
