"""The control side of what the Responses API keeps and makes in the background."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.model.control import told
from sandbox.model.endpoints import Endpoints
from sandbox.model.values import Json


@dataclass(frozen=True, slots=True)
class ControlOfKept:
    """Handlers under `/sandbox`."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/kept", self._kept),
            web.post("/sandbox/background", told(self._change_background)),
        ]

    async def _kept(self, _request: web.Request) -> web.Response:
        return web.json_response(self.endpoints.kept.told())

    def _change_background(self, given: Json) -> None:
        self.endpoints.background.is_stuck = given["stuck"] is True
