"""`/v1/vector_stores`: create, look up, change, delete and search them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.attributes import ATTRIBUTES, FILTER, METADATA, MOST_RESULTS, RANKING_OF_SEARCH
from sandbox.model.checks import Check, by_field, either, flag, integer, list_of, one_of, optional, shape, text
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import invalid
from sandbox.model.files import Stored
from sandbox.model.frames import lookup, with_body
from sandbox.model.journal import Entry
from sandbox.model.listing import page
from sandbox.model.passages import Weights
from sandbox.model.values import Json, as_count, as_list, as_object, as_text
from sandbox.model.vector_stores import Chunking, Found, VectorStore, Wanted, counts

_EXPIRES_AFTER = shape({"anchor": one_of("last_active_at"), "days": integer(1, 365)}, needs=("anchor", "days"))
_STATIC = shape(
    {"max_chunk_size_tokens": integer(100, 4_096), "chunk_overlap_tokens": integer(0, 4_096)},
    needs=("max_chunk_size_tokens", "chunk_overlap_tokens"),
)
_MOST_FILES = 500


def _chunking(value: object, path: str) -> None:
    by_field(
        "type",
        {"auto": shape({"type": text}), "static": shape({"type": text, "static": _STATIC}, needs=("static",))},
    )(value, path)
    chosen = chunking_of(as_object(value))
    if chosen.overlap_tokens * 2 > chosen.most_tokens:
        message = "chunk_overlap_tokens must not exceed half of max_chunk_size_tokens."
        raise invalid(f"{path}.static.chunk_overlap_tokens", message)


ATTACHING: Mapping[str, Check] = {"chunking_strategy": optional(_chunking), "attributes": ATTRIBUTES}

_CREATION: Check = shape(
    {
        "name": optional(text),
        "description": optional(text),
        "file_ids": list_of(text, at_most=_MOST_FILES),
        "expires_after": optional(_EXPIRES_AFTER),
        "chunking_strategy": optional(_chunking),
        "metadata": METADATA,
    }
)
_CHANGE: Check = shape(
    {"name": optional(text), "expires_after": optional(_EXPIRES_AFTER), "metadata": METADATA}
)
_SEARCH: Check = shape(
    {
        "query": either(string=text, otherwise=list_of(text, at_least=1)),
        "rewrite_query": flag,
        "max_num_results": MOST_RESULTS,
        "filters": FILTER,
        "ranking_options": RANKING_OF_SEARCH,
    },
    needs=("query",),
)


@dataclass(frozen=True, slots=True)
class VectorStoreEndpoints:
    """The stores themselves; their files are next door."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        endpoints, one = self.endpoints, "/v1/vector_stores/{id}"
        return [
            web.post("/v1/vector_stores", with_body(endpoints, _CREATION, self._create)),
            web.get("/v1/vector_stores", lookup(endpoints, self._list)),
            web.get(one, lookup(endpoints, lambda request: self._told(self._named(request)))),
            web.post(one, with_body(endpoints, _CHANGE, self._change)),
            web.delete(one, endpoints.journalled(self._delete)),
            web.post(f"{one}/search", with_body(endpoints, _SEARCH, self._search)),
        ]

    def _named(self, request: web.Request) -> VectorStore:
        return self.endpoints.vector_stores.get(request.match_info["id"])

    async def _create(self, request: web.Request, entry: Entry, body: Json) -> web.StreamResponse:
        files = [self.endpoints.files.get(as_text(one)) for one in as_list(body.get("file_ids"))]
        days = as_count(as_object(body.get("expires_after")).get("days"))
        store = VectorStore(as_text(body.get("name")), as_object(body.get("metadata")), days)
        self.endpoints.vector_stores.put(store)
        await asyncio.to_thread(self._attach_all, store, files, chunking_of(body.get("chunking_strategy")))
        return web.json_response(self._told(store))

    def _attach_all(self, store: VectorStore, files: list[Stored], chunking: Chunking) -> None:
        for stored in files:
            self.endpoints.vector_stores.attach(store, stored, chunking, {})

    def _list(self, request: web.Request) -> object:
        return page(self.endpoints.vector_stores.listed(), request.query, self._told)

    async def _change(self, request: web.Request, entry: Entry, body: Json) -> web.StreamResponse:
        store = self._named(request)
        store.name = as_text(body.get("name", store.name))
        store.metadata = as_object(body.get("metadata", store.metadata))
        if "expires_after" in body:
            store.expires_days = as_count(as_object(body["expires_after"]).get("days"))
        return web.json_response(self._told(store))

    async def _delete(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        if broken := await self.endpoints.begin(request):
            return broken
        store = self._named(request)
        entry.body = json.dumps({"deleted": store.id}).encode()
        self.endpoints.vector_stores.delete(store.id)
        return web.json_response({"id": store.id, "object": "vector_store.deleted", "deleted": True})

    async def _search(self, request: web.Request, entry: Entry, body: Json) -> web.StreamResponse:
        store = self._named(request)
        store.used()
        given = body["query"]
        queries = (given,) if isinstance(given, str) else tuple(as_text(one) for one in as_list(given))
        wanted = wanted_of(body, queries)
        found = await asyncio.to_thread(self.endpoints.vector_stores.search, [store], wanted)
        entry.paid = 1
        return web.json_response(
            {
                "object": "vector_store.search_results.page",
                "search_query": list(queries),
                "data": [_result(one) for one in found],
                "has_more": False,
                "next_page": None,
            }
        )

    def _told(self, store: VectorStore) -> dict[str, object]:
        members = self.endpoints.vector_stores.members(store)
        counted = counts(members)
        ready = "in_progress" if counted["in_progress"] else "completed"
        expiry = {"anchor": "last_active_at", "days": store.expires_days} if store.expires_days else None
        return {
            "id": store.id,
            "object": "vector_store",
            "created_at": store.created_at,
            "name": store.name,
            "usage_bytes": sum(member.usage_bytes for member in members),
            "file_counts": counted,
            "status": "expired" if store.is_expired else ready,
            "expires_after": expiry,
            "expires_at": store.expires_at,
            "last_active_at": store.last_active_at,
            "metadata": store.metadata,
        }


def chunking_of(given: object) -> Chunking:
    """The usual one where nothing is said."""
    chosen = as_object(as_object(given).get("static"))
    most = as_count(chosen.get("max_chunk_size_tokens"))
    overlap = as_count(chosen.get("chunk_overlap_tokens"))
    return Chunking() if most is None or overlap is None else Chunking(most, overlap)


def wanted_of(body: Json, queries: tuple[str, ...], usual: int = 10) -> Wanted:
    """The search that checked parameters order."""
    ranking = as_object(body.get("ranking_options"))
    hybrid = as_object(ranking.get("hybrid_search"))
    return Wanted(
        queries=queries,
        most=as_count(body.get("max_num_results")) or usual,
        filters=as_object(body.get("filters")),
        least_score=_float(ranking.get("score_threshold"), 0.0),
        weights=Weights(_float(hybrid.get("embedding_weight"), 1.0), _float(hybrid.get("text_weight"), 1.0)),
    )


def _float(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int | float) else usual


def _result(found: Found) -> dict[str, object]:
    return {
        "file_id": found.member.id,
        "filename": found.member.name,
        "score": found.score,
        "attributes": found.member.attributes,
        "content": [{"type": "text", "text": found.text}],
    }
