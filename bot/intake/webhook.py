"""Our own HTTP server: the webhook with its secret, and the health pages."""

import contextlib
import hmac
import json
import logging
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from bot.intake.keys import update_id_of
from bot.intake.reception import Reception

log = logging.getLogger(__name__)

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # a header's name
_LARGEST_UPDATE_BYTES = 1024 * 1024  # Telegram's own limit for an event is 512 KiB

Report = Callable[[], Awaitable[tuple[bool, Mapping[str, Any]]]]
"""Whether the bot is ready to work, and the numbers behind it."""


def webhook_routes(reception: Reception, *, path: str, secret: str) -> list[web.RouteDef]:
    """The route that Telegram posts updates to. 200 is said only when the update is in the inbox."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=401)
        update = _parsed(await _body(request))
        if update is None:
            log.warning("the webhook was sent something that is no update")
            return web.Response(status=400)
        try:
            await reception.accept([update])
        except Exception:
            log.exception("an update could not be kept, so Telegram keeps it")
            return web.Response(status=503)
        return web.Response()

    return [web.post(path, receive)]


def health_routes(report: Report) -> list[web.RouteDef]:
    """`/healthz`: the process answers. `/readyz`: it receives and keeps updates."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_request: web.Request) -> web.Response:
        try:
            is_ready, numbers = await report()
        except Exception:
            log.exception("the bot is not ready")
            is_ready, numbers = False, dict[str, Any]()
        return web.json_response({"ok": is_ready, **numbers}, status=200 if is_ready else 503)

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]


@contextlib.asynccontextmanager
async def serving(routes: list[web.RouteDef], *, host: str, port: int) -> AsyncGenerator[int]:
    """Serves the routes; yields the port, which matters where 0 was asked for."""
    app = web.Application(client_max_size=_LARGEST_UPDATE_BYTES)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _body(request: web.Request) -> bytes:
    """Empty if it cannot be read, as when it is not compressed as its headers say."""
    try:
        return await request.read()
    except (web.RequestPayloadError, BadHttpMessage, ValueError, zlib.error) as error:
        log.info("a body cannot be read: %s", type(error).__name__)
        request.content.feed_eof()  # or aiohttp reads on after our answer, and logs the same error at length
        return b""


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    fields = cast("dict[str, Any]", update)
    return fields if update_id_of(fields) is not None else None
