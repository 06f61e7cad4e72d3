"""`/v1/conversations`: conversations and their items."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.attributes import METADATA
from sandbox.model.checks import Check, list_of, optional, shape
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError
from sandbox.model.frames import served, with_body
from sandbox.model.included import INCLUDE, included, includes
from sandbox.model.items import ITEM
from sandbox.model.journal import Entry
from sandbox.model.kept import Conversation, Item, as_items
from sandbox.model.listing import Bounds, check_names, page
from sandbox.model.values import Json, as_object

_MOST_ITEMS = 20
_ITEMS = Bounds(more=INCLUDE, cursors=("after",))
_NEW: Check = shape({"metadata": METADATA, "items": optional(list_of(ITEM, at_most=_MOST_ITEMS))})
_CHANGE: Check = shape({"metadata": METADATA}, needs=("metadata",))
_MORE: Check = shape({"items": list_of(ITEM, at_most=_MOST_ITEMS)}, needs=("items",))


@dataclass(frozen=True, slots=True)
class Conversations:
    """Their endpoints."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        all_of_them, one = "/v1/conversations", "/v1/conversations/{id}"
        items, item = f"{one}/items", f"{one}/items/{{item_id}}"
        return [
            web.post(all_of_them, with_body(self.endpoints, _NEW, self._create)),
            web.get(one, served(self.endpoints, self._look_up)),
            web.post(one, with_body(self.endpoints, _CHANGE, self._change)),
            web.delete(one, served(self.endpoints, self._delete)),
            web.post(items, with_body(self.endpoints, _MORE, self._add)),
            web.get(items, served(self.endpoints, self._list)),
            web.get(item, served(self.endpoints, self._look_up_item)),
            web.delete(item, served(self.endpoints, self._delete_item)),
        ]

    async def _create(self, _request: web.Request, _entry: Entry, body: Json) -> web.Response:
        conversation = self.endpoints.kept.open(as_object(body.get("metadata")), as_items(body.get("items")))
        return web.json_response(_told(conversation))

    async def _look_up(self, request: web.Request) -> web.Response:
        return web.json_response(_told(self._found(request)))

    async def _change(self, request: web.Request, _entry: Entry, body: Json) -> web.Response:
        conversation = self._found(request)
        conversation.metadata = as_object(body["metadata"])
        return web.json_response(_told(conversation))

    async def _delete(self, request: web.Request) -> web.Response:
        conversation = self._unlocked(request)
        self.endpoints.kept.close(conversation.id)
        return web.json_response({"id": conversation.id, "object": "conversation.deleted", "deleted": True})

    async def _add(self, request: web.Request, _entry: Entry, body: Json) -> web.Response:
        conversation, wanted = self._unlocked(request), _wanted(request)
        added = as_items(body["items"])
        known = {item.id for item in conversation.items}
        for item in added:
            if item.id in known:
                message = f"Item with id '{item.id}' already exists in conversation '{conversation.id}'."
                raise ApiError(400, message, None, "items")
        conversation.items += added
        return web.json_response(_listed(added, wanted))

    async def _list(self, request: web.Request) -> web.Response:
        conversation, wanted = self._found(request), includes(request.query)
        return web.json_response(
            page(conversation.items, request.query, lambda item: included(item.told, wanted), _ITEMS)
        )

    async def _look_up_item(self, request: web.Request) -> web.Response:
        item, wanted = self._found(request).item(request.match_info["item_id"]), _wanted(request)
        return web.json_response(dict(included(item.told, wanted)))

    async def _delete_item(self, request: web.Request) -> web.Response:
        conversation = self._unlocked(request)
        conversation.items.remove(conversation.item(request.match_info["item_id"]))
        return web.json_response(_told(conversation))

    def _found(self, request: web.Request) -> Conversation:
        return self.endpoints.kept.conversation(request.match_info["id"])

    def _unlocked(self, request: web.Request) -> Conversation:
        """Nothing changes while a response is being made from it."""
        conversation = self._found(request)
        conversation.lock()
        conversation.unlock()
        return conversation


def _wanted(request: web.Request) -> list[str]:
    check_names(request.query, *INCLUDE)
    return includes(request.query)


def _listed(items: Sequence[Item], wanted: list[str]) -> dict[str, object]:
    return {
        "object": "list",
        "data": [included(item.told, wanted) for item in items],
        "first_id": items[0].id if items else None,
        "last_id": items[-1].id if items else None,
        "has_more": False,
    }


def _told(conversation: Conversation) -> dict[str, object]:
    return {
        "id": conversation.id,
        "object": "conversation",
        "created_at": conversation.created_at,
        "metadata": dict(conversation.metadata),
    }
