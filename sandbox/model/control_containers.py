"""The control side of containers: what is in them, and how code in them behaves."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.model.containers import described, described_file
from sandbox.model.control import told
from sandbox.model.endpoints import Endpoints
from sandbox.model.values import Json, as_count, as_text


@dataclass(frozen=True, slots=True)
class ControlOfContainers:
    """Handlers under `/sandbox`."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/containers", self._containers),
            web.post("/sandbox/containers", told(self._change)),
        ]

    async def _containers(self, _request: web.Request) -> web.Response:
        found = [
            described(one) | {"files": [described_file(one, file) for file in one.files]}
            for one in self.endpoints.containers.listed()
        ]
        return web.json_response(found)

    def _change(self, given: Json) -> None:
        containers = self.endpoints.containers
        if expired := as_text(given.get("expire")):
            for container in containers.listed():
                if expired in ("*", container.id):
                    container.expire()
        if (failures := as_count(given.get("failures"))) is not None:
            containers.failures = failures
        if seconds := as_text(given.get("code_seconds")):
            containers.code_seconds = float(seconds)
