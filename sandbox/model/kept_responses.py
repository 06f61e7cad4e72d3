"""`/v1/responses/{id}`: looking at kept responses, following, cancelling and deleting them."""

from collections.abc import Collection
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid
from sandbox.model.following import follow
from sandbox.model.frames import served
from sandbox.model.included import INCLUDE, included, includes
from sandbox.model.kept import Response
from sandbox.model.listing import Bounds, check_names, page

_ITEMS = Bounds(more=INCLUDE, cursors=("after",))


@dataclass(frozen=True, slots=True)
class KeptResponses:
    """The endpoints for those that are kept."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        one = "/v1/responses/{id}"
        return [
            web.get(one, served(self.endpoints, self._look_up)),
            web.delete(one, served(self.endpoints, self._delete)),
            web.post(f"{one}/cancel", served(self.endpoints, self._cancel)),
            web.get(f"{one}/input_items", served(self.endpoints, self._given)),
        ]

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        response = self.endpoints.kept.response(request.match_info["id"])
        query = request.query
        check_names(query, "stream", "starting_after", "include_obfuscation", *INCLUDE)
        if query.get("stream") != "true":
            if "starting_after" in query:
                raise invalid("starting_after", "'starting_after' is only allowed when 'stream' is true.")
            return web.json_response(_told(response, includes(request.query)))
        run = self.endpoints.background.find(response.id)
        if run is None or not run.streams:
            message = "This response cannot be streamed: it was not created with 'background' and 'stream'."
            raise invalid("stream", message)
        number = query.get("starting_after", "-1")
        if not number.removeprefix("-").isdecimal():
            raise invalid("starting_after", "Invalid type for 'starting_after': expected an integer.")
        return await follow(request, run, int(number))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        response_id = self.endpoints.kept.response(request.match_info["id"]).id
        await self.endpoints.background.forget(response_id)
        self.endpoints.kept.forget(response_id)
        return web.json_response({"id": response_id, "object": "response", "deleted": True})

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        response = self.endpoints.kept.response(request.match_info["id"])
        if self.endpoints.background.find(response.id) is None:
            raise ApiError(400, "Cannot cancel a synchronous response.")
        await self.endpoints.background.cancel(response.id)
        return web.json_response(_told(response, includes(request.query)))

    async def _given(self, request: web.Request) -> web.StreamResponse:
        response = self.endpoints.kept.response(request.match_info["id"])
        wanted = includes(request.query)
        items = [*response.before, *response.given]
        return web.json_response(page(items, request.query, lambda item: included(item.told, wanted), _ITEMS))


def _told(response: Response, include: Collection[object]) -> dict[str, object]:
    return {**response.told, "output": [included(item.told, include) for item in response.output]}
