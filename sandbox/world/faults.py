"""What goes wrong in the world: ordered for a path, and then it happens so many times."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from aiohttp import web

Kind = Literal["status", "hang", "broken", "large", "html", "empty", "reset", "delay"]

_LARGE_BYTES = 10 * 1024 * 1024
_BROKEN = '{"latitude": 52.5, "current": {"temperature'


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests to a path, in which `*` stands for anything."""

    path: str = "*"
    times: int = 1
    kind: Kind = "status"
    status: int = 500
    seconds: float = 0.0  # of a delay


class Faults:
    """Hands faults out, as often as they were ordered."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        if fault.kind not in _HAPPENS:
            raise ValueError(f"no such fault: {fault.kind}")
        self._ordered.append(fault)

    async def suffer(self, request: web.Request) -> web.StreamResponse | None:
        """What is answered instead, or None where all goes well."""
        fault = next((one for one in self._ordered if fnmatchcase(request.path, one.path)), None)
        if fault is None:
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._ordered.remove(fault)
        return await _HAPPENS[fault.kind](fault, request)


async def _status(fault: Fault, _request: web.Request) -> web.Response:
    return web.json_response({"error": True, "reason": "Out of order"}, status=fault.status)


async def _hang(_fault: Fault, _request: web.Request) -> None:
    await asyncio.Event().wait()  # until the client goes away, which cancels this


async def _delay(fault: Fault, _request: web.Request) -> None:
    await asyncio.sleep(fault.seconds)


async def _broken(_fault: Fault, _request: web.Request) -> web.Response:
    return web.Response(text=_BROKEN, content_type="application/json")


async def _large(_fault: Fault, _request: web.Request) -> web.Response:
    return web.Response(text=f'{{"filler": "{"x" * _LARGE_BYTES}"}}', content_type="application/json")


async def _html(fault: Fault, _request: web.Request) -> web.Response:
    return web.Response(status=fault.status, text="<h1>Bad Gateway</h1>", content_type="text/html")


async def _empty(_fault: Fault, _request: web.Request) -> web.Response:
    return web.json_response({})


async def _reset(_fault: Fault, request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


_HAPPENS: dict[str, Callable[[Fault, web.Request], Awaitable[web.StreamResponse | None]]] = {
    "status": _status,
    "hang": _hang,
    "delay": _delay,
    "broken": _broken,
    "large": _large,
    "html": _html,
    "empty": _empty,
    "reset": _reset,
}
