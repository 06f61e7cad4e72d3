"""`/v1/files`: upload, look up, download, delete."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.checks import Check, integer, one_of, shape
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing
from sandbox.model.files import Stored
from sandbox.model.forms import Form, Upload
from sandbox.model.frames import lookup
from sandbox.model.journal import Entry
from sandbox.model.listing import Bounds, page
from sandbox.model.values import as_count, as_object, as_text

_PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
_KEPT_BACK = ("assistants", "user_data", "vision")  # nobody downloads those
_ONLY_LINES = ("batch", "fine-tune")  # what these are for comes as .jsonl
_KINDS: Mapping[str, type] = {"expires_after[seconds]": int}
_HOUR_SECONDS, _MONTH_SECONDS = 3_600, 2_592_000
_USUAL_SECONDS = {"batch": _MONTH_SECONDS}
_BOUNDS = Bounds(usual=10_000, most=10_000, more=("purpose",), cursors=("after",))

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
            web.get("/v1/files", lookup(self.endpoints, self._list)),
            web.get("/v1/files/{id}", lookup(self.endpoints, lambda request: _told(self._named(request)))),
            web.get("/v1/files/{id}/content", lookup(self.endpoints, self._content)),
            web.delete("/v1/files/{id}", self.endpoints.journalled(self._delete)),
        ]

    async def _upload(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, _KINDS, self.endpoints.files.most_bytes)
        if broken := await self.endpoints.begin(request):
            return broken
        UPLOAD(form.fields, "")
        purpose = as_text(form.fields["purpose"])
        file = _file(form, purpose)
        seconds = as_count(as_object(form.fields.get("expires_after")).get("seconds"))
        seconds = seconds or _USUAL_SECONDS.get(purpose)
        expires_at = None if seconds is None else int(time.time()) + seconds
        stored = Stored(file.name, purpose, file.content, expires_at)
        self.endpoints.files.put(stored)
        return web.json_response(_told(stored))

    def _list(self, request: web.Request) -> object:
        wanted = request.query.get("purpose")
        found = [one for one in self.endpoints.files.listed() if wanted in (None, one.purpose)]
        return page(found, request.query, _told, _BOUNDS)

    def _named(self, request: web.Request) -> Stored:
        return self.endpoints.files.get(request.match_info["id"])

    def _content(self, request: web.Request) -> web.Response:
        stored = self._named(request)
        if stored.purpose in _KEPT_BACK:
            raise ApiError(400, f"Not allowed to download files of purpose: {stored.purpose}")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _delete(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        if broken := await self.endpoints.begin(request):
            return broken
        file_id = request.match_info["id"]
        entry.body = json.dumps({"deleted": file_id}).encode()
        self.endpoints.files.delete(file_id)
        return web.json_response({"id": file_id, "object": "file", "deleted": True})


def _file(form: Form, purpose: str) -> Upload:
    """The one file of the form. Its name is needed: it alone tells what is in it."""
    files = form.all("file")
    if len(files) != 1 or len(form.files) != 1:
        raise missing("file") if not files else invalid("file", "Exactly one file is expected.")
    file = files[0]
    if not file.name.strip():
        raise invalid("file", "The file has no name, so its format cannot be told.")
    if not file.content:
        raise invalid("file", "The file is empty.", "empty_file")
    if purpose in _ONLY_LINES and not file.name.lower().endswith(".jsonl"):
        raise invalid("file", f"Invalid file format for purpose '{purpose}': expected .jsonl.")
    return file


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
