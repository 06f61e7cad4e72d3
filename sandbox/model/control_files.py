"""The control side of files, vector stores and searches: what is there, and how it behaves."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.model.control import told
from sandbox.model.endpoints import Endpoints
from sandbox.model.values import Json, as_count, as_text


@dataclass(frozen=True, slots=True)
class ControlOfFiles:
    """Handlers under `/sandbox`."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/files", self._files),
            web.post("/sandbox/files", told(self._change_files)),
            web.get("/sandbox/vector_stores", self._stores),
            web.post("/sandbox/vector_stores", told(self._change_stores)),
            web.post("/sandbox/searches", told(self._pace_searches)),
        ]

    async def _files(self, _request: web.Request) -> web.Response:
        files = [
            {
                "id": one.id,
                "name": one.name,
                "purpose": one.purpose,
                "bytes": len(one.content),
                "expires_at": one.expires_at,
                "created_at": one.created_at,
            }
            for one in self.endpoints.files.listed()
        ]
        return web.json_response(files)

    async def _stores(self, _request: web.Request) -> web.Response:
        stores = self.endpoints.vector_stores
        found = [
            {
                "id": one.id,
                "name": one.name,
                "metadata": one.metadata,
                "is_expired": one.is_expired,
                "expires_days": one.expires_days,
                "files": {member.id: member.status for member in stores.members(one)},
            }
            for one in stores.listed()
        ]
        return web.json_response(found)

    def _change_files(self, given: Json) -> None:
        if expired := as_text(given.get("expire")):
            self.endpoints.files.expire(expired)
        if (most := as_count(given.get("most_bytes"))) is not None:
            self.endpoints.files.most_bytes = most

    def _change_stores(self, given: Json) -> None:
        if expired := as_text(given.get("expire")):
            self.endpoints.vector_stores.expire(expired)
        if pace := as_text(given.get("indexing_seconds")):
            self.endpoints.vector_stores.indexing_seconds = float(pace)

    def _pace_searches(self, given: Json) -> None:
        self.endpoints.search_pace = float(as_text(given["pace"]))
