"""Who may open the page: anybody on this machine; elsewhere, whoever knows the token."""

import hmac
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_COOKIE = "sandbox_token"
_BOTS_OWN = ("/bot", "/file/bot")  # a bot shows its own token
_DOOR = Path(__file__).parents[1] / "web" / "door.html"


def guard(host: str, page_token: str | None) -> Middleware:
    """Refuses other sites' pages, other names for this machine, and strangers where a token is set."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_bots = request.path.startswith(_BOTS_OWN)
        if _is_of_another_page(request) or (not is_bots and host in LOOPBACK and _is_misnamed(request)):
            return web.Response(status=403, text="This page belongs to the machine that runs it.\n")
        if is_bots:
            return await handler(request)
        if page_token is None or request.path == "/web/css/door.css":
            return await handler(request)
        return await _asked_for_token(request, handler, page_token)

    return guarded


def _is_of_another_page(request: web.Request) -> bool:
    """Sent by the page of another site, or of another port here; to follow a link to the page is fine.

    Browsers say so, and no bot does.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return True
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} and request.path != "/"


def _is_misnamed(request: web.Request) -> bool:
    """Asked for under a name that somebody else's DNS points here."""
    return urlsplit(f"//{request.host}").hostname not in LOOPBACK


async def _asked_for_token(request: web.Request, handler: Handler, page_token: str) -> web.StreamResponse:
    if _is_it(request.query.get("token"), page_token) and request.path == "/":
        entered = web.HTTPSeeOther("/")
        entered.set_cookie(_COOKIE, page_token, httponly=True, samesite="Lax")
        raise entered
    if any(
        _is_it(shown, page_token) for shown in (request.cookies.get(_COOKIE), request.headers.get("X-Token"))
    ):
        return await handler(request)
    return web.FileResponse(_DOOR, status=401)


def _is_it(shown: str | None, page_token: str) -> bool:
    return shown is not None and hmac.compare_digest(shown.encode(), page_token.encode())
