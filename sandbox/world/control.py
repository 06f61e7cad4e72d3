"""The control side of the world: what was looked up, and faults to come."""

import time
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.world.faults import Fault, Faults


@dataclass(slots=True)
class _Lookup:
    """A request; `status` is None as long as nothing was answered."""

    path: str
    query: dict[str, str]
    agent: str
    at: float = field(default_factory=time.monotonic)
    status: int | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "query": self.query,
            "agent": self.agent,
            "at": self.at,
            "status": self.status,
        }


class Control:
    """Writes down every look-up, and lets it go wrong where that is ordered."""

    def __init__(self) -> None:
        self._lookups: list[_Lookup] = []
        self._faults = Faults()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/requests", self._requests),
            web.delete("/sandbox/requests", self._forget),
            web.post("/sandbox/faults", self._fault),
        ]

    def watch(self) -> Middleware:
        @web.middleware
        async def watched(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/sandbox/"):
                return await handler(request)
            lookup = _Lookup(request.path, dict(request.query), request.headers.get("User-Agent", ""))
            self._lookups.append(lookup)
            response = await self._faults.suffer(request) or await handler(request)
            lookup.status = response.status
            return response

        return watched

    async def _requests(self, _request: web.Request) -> web.Response:
        return web.json_response([lookup.as_json() for lookup in self._lookups])

    async def _forget(self, _request: web.Request) -> web.Response:
        self._lookups.clear()
        return web.json_response({"ok": True})

    async def _fault(self, request: web.Request) -> web.Response:
        try:
            self._faults.order(Fault(**await request.json()))
        except (TypeError, ValueError) as error:
            return web.json_response({"ok": False, "description": str(error)}, status=400)
        return web.json_response({"ok": True})
