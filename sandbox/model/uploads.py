"""`/v1/files`: upload, look up, download, delete."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.checks import Check, integer, one_of, shape
from sandbox.model.endpoints import Endpoints, refusal
from sandbox.model.errors import ApiError, invalid, missing
from sandbox.model.files import Stored
from sandbox.model.journal import Entry
from sandbox.model.values import as_count, as_object, as_text

_PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
_KEPT_BACK = ("assistants", "user_data")  # nobody downloads those
_KINDS: Mapping[str, type] = {"expires_after[seconds]": int}
_HOUR_SECONDS, _MONTH_SECONDS = 3_600, 2_592_000

UPLOAD: Check = shape(
    {
        "purpose": one_of(*_PURPOSES),
        "expires_after": shape(
            {"anchor": one_of("created_at"), "seconds": integer(_HOUR_SECONDS, _MONTH_SECONDS)},
            needs=("anchor", "seconds"),
        ),
    },
    needs=("purpose",),
)


@dataclass(frozen=True, slots=True)
class Uploads:
    """The endpoints of one kind of thing: files."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/files", self.endpoints.journalled(self._upload)),
            web.get("/v1/files", self._list),
            web.get("/v1/files/{id}", self._look_up),
            web.get("/v1/files/{id}/content", self._download),
            web.delete("/v1/files/{id}", self.endpoints.journalled(self._delete)),
        ]

    async def _upload(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, _KINDS)
        if broken := await self.endpoints.begin(request):
            return broken
        UPLOAD(form.fields, "")
        files = form.all("file")
        if not files:
            raise missing("file")
        if not files[0].content:
            raise invalid("file", "The file is empty.", "empty_file")
        seconds = as_count(as_object(form.fields.get("expires_after")).get("seconds"))
        expires_at = None if seconds is None else int(time.time()) + seconds
        stored = Stored(files[0].name, as_text(form.fields["purpose"]), files[0].content, expires_at)
        self.endpoints.files.put(stored)
        return web.json_response(_told(stored))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, self._listed)

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(
            request, lambda given: _json(_told(self.endpoints.files.get(given.match_info["id"])))
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, self._content)

    async def _delete(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        if broken := await self.endpoints.begin(request):
            return broken
        file_id = request.match_info["id"]
        entry.body = json.dumps({"deleted": file_id}).encode()
        self.endpoints.files.delete(file_id)
        return web.json_response({"id": file_id, "object": "file", "deleted": True})

    def _listed(self, request: web.Request) -> web.Response:
        wanted = request.query.get("purpose")
        found = [one for one in self.endpoints.files.listed() if wanted in (None, one.purpose)]
        if request.query.get("order") == "asc":
            found.reverse()
        if after := request.query.get("after"):
            found = (
                found[[one.id for one in found].index(after) + 1 :] if self.endpoints.files.find(after) else []
            )
        most = int(request.query.get("limit", 10_000))
        told = [_told(one) for one in found[:most]]
        edges = {"first_id": told[0]["id"] if told else None, "last_id": told[-1]["id"] if told else None}
        return _json({"object": "list", "data": told, **edges, "has_more": len(found) > most})

    def _content(self, request: web.Request) -> web.Response:
        stored = self.endpoints.files.get(request.match_info["id"])
        if stored.purpose in _KEPT_BACK:
            raise ApiError(400, f"Not allowed to download files of purpose: {stored.purpose}")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _answered(
        self, request: web.Request, find: Callable[[web.Request], web.Response]
    ) -> web.StreamResponse:
        """Looking at files is not written down."""
        try:
            return await self.endpoints.begin(request) or find(request)
        except ApiError as error:
            return refusal(error)
        except ValueError:
            return refusal(invalid("limit", "Invalid query."))


def _json(told: Mapping[str, object]) -> web.Response:
    return web.json_response(dict(told))


def _told(stored: Stored) -> dict[str, object]:
    return {
        "id": stored.id,
        "object": "file",
        "bytes": len(stored.content),
        "created_at": stored.created_at,
        "expires_at": stored.expires_at,
        "filename": stored.name,
        "purpose": stored.purpose,
        "status": "processed",
        "status_details": None,
    }
