"""`/v1/vector_stores/ID/files` and `/file_batches`: attach files one by one or together, look, detach."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from time import time

from aiohttp import web

from sandbox.model.attributes import ATTRIBUTES
from sandbox.model.checks import Check, list_of, one_of, shape, text
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing
from sandbox.model.files import Stored
from sandbox.model.frames import lookup, with_body
from sandbox.model.journal import Entry
from sandbox.model.listing import Bounds, page
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.vector_store_endpoints import ATTACHING, chunking_of
from sandbox.model.vector_stores import Batch, Member, VectorStore, counts

_ATTACHMENT: Check = shape({**ATTACHING, "file_id": text}, needs=("file_id",))
_CHANGE: Check = shape({"attributes": ATTRIBUTES})
_MOST_IN_BATCH = 2_000
_BATCH: Check = shape(
    {
        **ATTACHING,
        "file_ids": list_of(text, at_least=1, at_most=_MOST_IN_BATCH),
        "files": list_of(_ATTACHMENT, at_least=1, at_most=_MOST_IN_BATCH),
    }
)
_STATUS = one_of("in_progress", "completed", "failed", "cancelled")
_BOUNDS = Bounds(more=("filter",))
_LEAST_POLL_MILLISECONDS, _MOST_POLL_MILLISECONDS = 5, 1_000


@dataclass(frozen=True, slots=True)
class VectorStoreFiles:
    """The files of a store, and the batches they came in."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        endpoints = self.endpoints
        files, batches = "/v1/vector_stores/{id}/files", "/v1/vector_stores/{id}/file_batches"
        one, batch = f"{files}/{{file_id}}", f"{batches}/{{batch_id}}"
        return [
            web.post(files, with_body(endpoints, _ATTACHMENT, self._attach)),
            web.get(files, lookup(endpoints, self._list)),
            web.get(one, lookup(endpoints, lambda request: self._polled(self._told(*self._named(request))))),
            web.post(one, with_body(endpoints, _CHANGE, self._change)),
            web.get(f"{one}/content", lookup(endpoints, self._content)),
            web.delete(one, endpoints.journalled(self._detach)),
            web.post(batches, with_body(endpoints, _BATCH, self._attach_all)),
            web.get(batch, lookup(endpoints, self._batch)),
            web.get(f"{batch}/files", lookup(endpoints, self._list_of_batch)),
            web.post(f"{batch}/cancel", endpoints.journalled(self._cancel)),
        ]

    def _store(self, request: web.Request) -> VectorStore:
        return self.endpoints.vector_stores.get(request.match_info["id"])

    def _named(self, request: web.Request) -> tuple[VectorStore, Member]:
        store = self._store(request)
        return store, self.endpoints.vector_stores.member(store, request.match_info["file_id"])

    async def _attach(self, request: web.Request, entry: Entry, body: Json) -> web.StreamResponse:
        store = self._usable(request)
        stored = self.endpoints.files.get(as_text(body["file_id"]))
        (member,) = await self._attached(store, [(stored, body)])
        entry.paid = 1
        return web.json_response(self._told(store, member, is_new=True))

    async def _attach_all(self, request: web.Request, entry: Entry, body: Json) -> web.StreamResponse:
        wanted = self._wanted(body)
        store = self._usable(request)
        batch = Batch(f"vsfb_{token_hex(16)}", int(time()))
        store.batches[batch.id] = batch
        members = await self._attached(store, wanted, batch_id=batch.id)
        entry.paid = len(members)
        waiting = {**dict.fromkeys(counts(()), 0), "in_progress": len(members), "total": len(members)}
        told = _told_batch(store, batch, members) | {"status": "in_progress", "file_counts": waiting}
        return web.json_response(told)

    def _wanted(self, body: Json) -> list[tuple[Stored, Json]]:
        """Each file with how it is to be attached."""
        if ("file_ids" in body) == ("files" in body):
            message = "Exactly one of 'file_ids' and 'files' is expected."
            raise invalid("files", message) if "files" in body else missing("file_ids")
        if "files" in body and ("attributes" in body or "chunking_strategy" in body):
            raise invalid("files", "'attributes' and 'chunking_strategy' belong to each of 'files' here.")
        each = as_list(body.get("files")) or [{**body, "file_id": one} for one in as_list(body["file_ids"])]
        wanted = [as_object(one) for one in each]
        return [(self.endpoints.files.get(as_text(one["file_id"])), one) for one in wanted]

    def _usable(self, request: web.Request) -> VectorStore:
        store = self._store(request)
        store.used()
        store.attach_one_more()
        return store

    async def _attached(
        self, store: VectorStore, wanted: list[tuple[Stored, Json]], *, batch_id: str = ""
    ) -> list[Member]:
        attach = self.endpoints.vector_stores.attach

        def attach_all() -> list[Member]:
            return [
                attach(
                    store,
                    stored,
                    chunking_of(how.get("chunking_strategy")),
                    as_object(how.get("attributes")),
                    batch_id=batch_id,
                )
                for stored, how in wanted
            ]

        return await asyncio.to_thread(attach_all)

    def _list(self, request: web.Request) -> object:
        store = self._store(request)
        return self._listed(request, store, self.endpoints.vector_stores.members(store))

    def _listed(self, request: web.Request, store: VectorStore, members: list[Member]) -> object:
        if (status := request.query.get("filter")) is not None:
            _STATUS(status, "filter")
            members = [member for member in members if member.status == status]
        return page(members, request.query, lambda member: self._told(store, member), _BOUNDS)

    async def _change(self, request: web.Request, _entry: Entry, body: Json) -> web.StreamResponse:
        if "attributes" not in body:
            raise missing("attributes")
        store, member = self._named(request)
        member.attributes = as_object(body["attributes"])
        return web.json_response(self._told(store, member))

    def _content(self, request: web.Request) -> object:
        _, member = self._named(request)
        texts = [{"type": "text", "text": one.text} for one in member.passages]
        return {"object": "vector_store.file_content.page", "data": texts, "has_more": False, "next_page": None}

    async def _detach(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        if broken := await self.endpoints.begin(request):
            return broken
        store, member = self._named(request)
        entry.body = json.dumps({"deleted": member.id}).encode()
        del store.files[member.id]
        return web.json_response({"id": member.id, "object": "vector_store.file.deleted", "deleted": True})

    def _of_batch(self, request: web.Request) -> tuple[VectorStore, Batch, list[Member]]:
        store = self._store(request)
        batch = store.batches.get(request.match_info["batch_id"])
        if batch is None:
            raise ApiError(404, f"No file batch found in vector store '{store.id}'.", None, "batch_id")
        members = self.endpoints.vector_stores.members(store)
        return store, batch, [member for member in members if member.batch_id == batch.id]

    def _batch(self, request: web.Request) -> web.Response:
        return self._polled(_told_batch(*self._of_batch(request)))

    def _list_of_batch(self, request: web.Request) -> object:
        store, _, members = self._of_batch(request)
        return self._listed(request, store, members)

    async def _cancel(self, request: web.Request, _entry: Entry) -> web.StreamResponse:
        if broken := await self.endpoints.begin(request):
            return broken
        store, batch, members = self._of_batch(request)
        for member in members:
            member.cancel()
        return web.json_response(_told_batch(store, batch, members))

    def _polled(self, told: Mapping[str, object]) -> web.Response:
        """Says when to ask again: the SDK goes by that."""
        pause = int(self.endpoints.vector_stores.indexing_seconds * 1_000 / 4)
        pause = max(_LEAST_POLL_MILLISECONDS, min(pause, _MOST_POLL_MILLISECONDS))
        return web.json_response(dict(told), headers={"openai-poll-after-ms": str(pause)})

    def _told(self, store: VectorStore, member: Member, *, is_new: bool = False) -> dict[str, object]:
        """One that has just come is always told as in progress."""
        error = member.indexed.error if member.status == "failed" and not is_new else None
        static = {
            "max_chunk_size_tokens": member.chunking.most_tokens,
            "chunk_overlap_tokens": member.chunking.overlap_tokens,
        }
        return {
            "id": member.id,
            "object": "vector_store.file",
            "usage_bytes": 0 if is_new else member.usage_bytes,
            "created_at": member.created_at,
            "vector_store_id": store.id,
            "status": "in_progress" if is_new else member.status,
            "last_error": error and {"code": error[0], "message": error[1]},
            "chunking_strategy": {"type": "static", "static": static},
            "attributes": member.attributes,
        }


def _told_batch(store: VectorStore, batch: Batch, members: list[Member]) -> dict[str, object]:
    counted = counts(members)
    status = next((kind for kind in ("in_progress", "cancelled") if counted[kind]), "completed")
    return {
        "id": batch.id,
        "object": "vector_store.files_batch",
        "created_at": batch.created_at,
        "vector_store_id": store.id,
        "status": status,
        "file_counts": counted,
    }
