"""python-telegram-bot's own calls, carried over our connection pool."""

from typing import cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from replies.wire import DEFAULT_TIMEOUT_SECONDS, Wire

_UPLOAD_SECONDS = 120.0
_CONNECT_SECONDS = 5.0
_NO_PARAMETERS = b"{}"


class WireRequest(BaseRequest):
    """A transport for `Bot`. The session is the wire's: opened and closed there, not here."""

    def __init__(self, wire: Wire) -> None:
        self._session = wire.session

    @property
    def read_timeout(self) -> float | None:
        return DEFAULT_TIMEOUT_SECONDS

    async def initialize(self) -> None:
        return

    async def shutdown(self) -> None:
        return

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        body = _form(request_data)
        given = float(read_timeout) if isinstance(read_timeout, int | float) else DEFAULT_TIMEOUT_SECONDS
        total = max(given, _UPLOAD_SECONDS) if isinstance(body, aiohttp.FormData) else given
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=_CONNECT_SECONDS)
        headers = {"Content-Type": "application/json"} if body is _NO_PARAMETERS else None
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:  # their texts may hold the URL, and that the token
            raise NetworkError(type(error).__name__) from None


def _form(request: RequestData | None) -> dict[str, str] | aiohttp.FormData | bytes:
    if request is None:
        return _NO_PARAMETERS
    if not request.contains_files:
        return request.json_parameters or _NO_PARAMETERS
    form = aiohttp.FormData(request.json_parameters)
    for name, part in request.multipart_data.items():
        filename, content, mime_type = cast("tuple[str, bytes, str]", part)
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form
