"""The connection to Telegram: one pool, JSON out, plain results in, precise errors."""

import json
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Self, cast
from urllib.parse import quote
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from domain.steps import JsonValue
from replies.errors import Unreachable, from_answer
from replies.uploads import NO_FILES, Files, Params, opened

DEFAULT_TIMEOUT_SECONDS = 25.0
_CONNECT_SECONDS = 5.0
_POOL_SECONDS = 10.0
_CONNECTIONS = 64  # at a tenth of a second a call, 640 calls a second: Telegram allows 30
# Shorter than Telegram's own: a connection it closes just as we write leaves the outcome of a send unknown.
_IDLE_CONNECTION_SECONDS = 30.0
_CHUNK_BYTES = 256 * 1024
_SILENCE_SECONDS = 30.0  # a download may take long, but not say nothing for so long
_TELEGRAM = "api.telegram.org"
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
_JSON = {"Content-Type": "application/json"}
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Wire:
    """Calls methods of the Bot API. Nothing it raises or logs holds the token, which is part of every URL.

    `is_local`: another server than Telegram's own, which may take and hand out larger files.
    """

    def __init__(self, session: aiohttp.ClientSession, root: str, token: str) -> None:
        self.session = session
        self.is_local = URL(root).host != _TELEGRAM
        self._token = token
        self._base = f"{root}/bot{token}/"
        self._files = f"{root}/file/bot{token}/"
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, root: str, token: str) -> AsyncGenerator[Self]:
        """Goes through the proxy that the environment names, unless Telegram is on this machine."""
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_CONNECTION_SECONDS)
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept"),
            proxy=_proxy(URL(root)),
        ) as session:
            yield cls(session, root, token)

    async def call(
        self,
        method: str,
        params: Params,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        files: Files = NO_FILES,
    ) -> JsonValue:
        """The method's result; raises `TelegramError`s and `ReaderGone`.

        `files` are sent along; parameters mention them as `attach://NAME`.
        """
        if files:
            status, body = await self._upload(method, params, files, timeout_seconds)
        else:
            status, body = await self._post(method, json.dumps(params).encode(), timeout_seconds, _JSON)
        answer = _object(method, status, body)
        if answer.get("ok") is True:
            return answer.get("result")
        raise from_answer(method, status, answer, to_chat="chat_id" in params)

    async def file(self, path: str) -> AsyncGenerator[bytes]:
        """The content, in pieces, of the file whose path `getFile` told; to be closed.

        Raises `TelegramError`s at any time; `MethodMissing` for a path that is not known (any more).
        """
        timeout = aiohttp.ClientTimeout(connect=_POOL_SECONDS, sock_read=_SILENCE_SECONDS)
        with _unreachable("file"):
            async with self.session.get(self._file_url(path), timeout=timeout) as response:
                if response.status != 200:
                    answer = _object("file", max(response.status, 400), await response.read())
                    raise from_answer("file", response.status, answer, to_chat=False)
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk

    def _file_url(self, path: str) -> URL:
        """Of a local server's absolute path what is in the folder named as the token: web servers have that."""
        _, _, inside = path.rpartition(f"/{self._token}/")
        return URL(self._files + quote(inside.lstrip("/")), encoded=True)

    async def _upload(
        self, method: str, params: Params, files: Files, timeout_seconds: float
    ) -> tuple[int, bytes]:
        async with opened(files) as content:
            try:
                return await self._post(method, content.form(params), timeout_seconds, None)
            except Unreachable as lost:
                if lost.sent and not content.is_read:  # what has not arrived whole cannot have been carried out
                    raise Unreachable(str(lost), sent=False) from None
                raise

    async def _post(
        self,
        method: str,
        body: bytes | aiohttp.FormData,
        timeout_seconds: float,
        headers: Mapping[str, str] | None,
    ) -> tuple[int, bytes]:
        with _unreachable(method):
            async with self.session.post(
                self._url(method), data=body, headers=headers, timeout=self._timeout(timeout_seconds)
            ) as response:
                return response.status, await response.read()

    def _url(self, method: str) -> URL:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method, encoded=True)
        return url

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        timeout = self._timeouts.get(seconds)
        if timeout is None:
            timeout = self._timeouts[seconds] = aiohttp.ClientTimeout(
                total=seconds, connect=_POOL_SECONDS, sock_connect=_CONNECT_SECONDS
            )
        return timeout


@contextmanager
def _unreachable(method: str) -> Generator[None]:
    """What the network can do to a call is one error of ours, without the URL that holds the token."""
    try:
        yield
    except _NOT_SENT as error:
        raise Unreachable(f"{method}: {type(error).__name__}", sent=False) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{method}: {type(error).__name__}", sent=True) from None


def _proxy(root: URL) -> str | None:
    """Looked up once: aiohttp's own `trust_env` would do it for every call."""
    host = root.host or ""
    if host in _THIS_MACHINE or proxy_bypass(host):
        return None
    return getproxies().get(root.scheme)


def _object(method: str, status: int, body: bytes) -> Mapping[str, JsonValue]:
    """The answer as JSON; a proxy's page says no more than its status does."""
    try:
        answer: object = json.loads(body)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return cast("dict[str, JsonValue]", answer)
    if status < 400:
        raise Unreachable(f"{method}: an answer that is not JSON", sent=True)
    return {}
