"""Files that people send from the page, and how the page gets them back to show."""

import asyncio
import mimetypes
import re
import secrets
from urllib.parse import quote

from aiohttp import web

from sandbox.page.ogg import seconds_of, written
from sandbox.page.webm import NotRecorded, opus_of
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

MOST_UPLOAD_BYTES = 20 * 1024 * 1024  # what a bot may download
# Shown in place; everything else is only ever saved: an SVG or HTML file could run scripts as this page.
_SHOWN = re.compile(r"image/(png|jpeg|gif|webp|avif)|audio/[\w.+-]+|video/[\w.+-]+")
_UNSAFE_IN_PATHS = re.compile(r"[^\w.-]+")


class Files:
    def __init__(self, world: World) -> None:
        self._world = world

    async def upload(self, request: web.Request) -> web.Response:
        """The body is the file, `?name=` its name; answers with what a message needs to name it."""
        name = request.query.get("name", "").strip() or "file"
        content = await request.read()
        if not content:
            return web.json_response({"error": "the file is empty"}, status=400)
        return web.json_response(_described(self._kept(name, content), name, content))

    async def upload_voice(self, request: web.Request) -> web.Response:
        """The body is what the browser recorded; it becomes a voice message as clients send it: Opus in Ogg."""
        recorded = await request.read()
        try:
            ogg = await asyncio.to_thread(_as_ogg, recorded)
        except NotRecorded as error:
            return web.json_response({"error": str(error)}, status=400)
        voice = _described(self._kept("voice.ogg", ogg), "voice.ogg", ogg)
        voice |= {"duration": max(1, round(seconds_of(ogg))), "mime_type": "audio/ogg"}
        del voice["file_name"]
        return web.json_response(voice)

    def _kept(self, name: str, content: bytes) -> str:
        file_id = secrets.token_urlsafe(24)
        path = f"documents/{len(self._world.files)}_{_UNSAFE_IN_PATHS.sub('_', name)[-80:]}"
        self._world.files[file_id] = File(path, content)
        self._world.changes.bump("files")
        return file_id

    async def download(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(file.path)[0] or ""
        is_shown = _SHOWN.fullmatch(kind) is not None
        name = quote(file.path.rpartition("/")[2].partition("_")[2])
        headers = {
            "Content-Disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        body = file.content
        return web.Response(
            body=body, headers=headers, content_type=kind if is_shown else "application/octet-stream"
        )


def _as_ogg(recorded: bytes) -> bytes:
    """Some browsers record Ogg themselves; the others put the same packets into WebM."""
    return recorded if recorded.startswith(b"OggS") else written(*opus_of(recorded))


def _described(file_id: str, name: str, content: bytes) -> Json:
    kind = mimetypes.guess_type(name)[0]
    described: Json = {
        "file_id": file_id,
        "file_unique_id": file_id[-12:],
        "file_size": len(content),
        "file_name": name,
    }
    return described | ({"mime_type": kind} if kind else {})
