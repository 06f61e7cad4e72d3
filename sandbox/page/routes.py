"""The page's addresses: `/`, its files under `/web/`, uploads, downloads, and the WebSocket."""

from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
from aiohttp import web

from sandbox.page.files import MOST_UPLOAD_BYTES, Files
from sandbox.page.model_window import ModelWindow
from sandbox.page.tab import Tab
from sandbox.page.welcome import prepare
from sandbox.telegram.control import Control
from sandbox.telegram.journal import Journal
from sandbox.telegram.world import World

_WEB = Path(__file__).resolve().parents[1] / "web"
_HEARTBEAT_SECONDS = 30.0
_KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# With Trusted Types required, the browser itself refuses every string that is to become HTML or a script.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Page:
    def __init__(self, world: World, journal: Journal, control: Control, model_url: str | None) -> None:
        self._world = world
        self._journal = journal
        self._control = control
        self._model_url = model_url
        self._files = Files(world)
        self._session: aiohttp.ClientSession | None = None
        self._sockets: set[web.WebSocketResponse] = set()

    def add_to(self, application: web.Application) -> None:
        application.add_routes(
            [
                web.get("/", self._index),
                web.get("/web/{path:[a-zA-Z0-9_./-]+}", self._asset),
                web.get("/page/socket", self._socket),
                web.post("/page/files", self._files.upload),
                web.get("/page/files/{file_id}", self._files.download),
                web.get("/page/files/{file_id}/waveform", self._files.waveform),
            ]
        )
        application.cleanup_ctx.append(self._opened)
        application.on_shutdown.append(self._say_goodbye)
        application.on_response_prepare.append(_harden)

    async def _opened(self, _application: web.Application) -> AsyncGenerator[None]:
        async with aiohttp.ClientSession() as session:
            self._session = session
            yield

    async def _say_goodbye(self, _application: web.Application) -> None:
        for socket in set(self._sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return _file(_WEB / "index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        file = (_WEB / request.match_info["path"]).resolve()
        if not file.is_relative_to(_WEB) or file.suffix not in _KINDS or not file.is_file():
            raise web.HTTPNotFound
        return _file(file)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=MOST_UPLOAD_BYTES)
        await socket.prepare(request)
        assert self._session is not None  # opened before the first request
        prepare(self._world)
        model = ModelWindow(self._session, self._model_url)
        self._sockets.add(socket)
        try:
            await Tab(socket, self._world, self._journal, self._control, model).serve()
        finally:
            self._sockets.discard(socket)
        return socket


def _file(path: Path) -> web.FileResponse:
    kind = _KINDS[path.suffix]
    return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "no-cache"})


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    """Only what the page itself brings may run in it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.path.startswith(("/bot", "/file/bot")):
        return
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["Referrer-Policy"] = "no-referrer"
