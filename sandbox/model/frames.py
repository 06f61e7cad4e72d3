"""The frames of handlers that look something up, or that take a JSON body of a known shape."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.model.checks import Check
from sandbox.model.endpoints import Endpoints, Handler, refusal
from sandbox.model.errors import ApiError
from sandbox.model.journal import Entry
from sandbox.model.values import Json


def lookup(endpoints: Endpoints, find: Callable[[web.Request], object]) -> Handler:
    """Answers with what is found, as JSON if it is no response yet. Looking is not written down."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if broken := await endpoints.begin(request):
                return broken
            found = find(request)
        except ApiError as error:
            return refusal(error)
        return found if isinstance(found, web.Response) else web.json_response(found)

    return handle


def served(endpoints: Endpoints, respond: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    """Lets in who has the key, and takes no body. It is written down unless it is a look only."""

    async def handle(request: web.Request, _entry: Entry) -> web.StreamResponse:
        return await endpoints.begin(request) or await respond(request)

    async def look(request: web.Request) -> web.StreamResponse:
        try:
            return await endpoints.begin(request) or await respond(request)
        except ApiError as error:
            return refusal(error)

    written_down = endpoints.journalled(handle)

    async def serve(request: web.Request) -> web.StreamResponse:
        return await (look if request.method == "GET" else written_down)(request)

    return serve


def with_body(
    endpoints: Endpoints,
    check: Check,
    respond: Callable[[web.Request, Entry, Json], Awaitable[web.StreamResponse]],
) -> Handler:
    """Takes only bodies that the check lets through, and writes them down."""

    async def handle(request: web.Request, entry: Entry) -> web.StreamResponse:
        body = await endpoints.read_json(request, entry)
        if broken := await endpoints.begin(request):
            return broken
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        check(body, "")
        return await respond(request, entry, body)

    return endpoints.journalled(handle)
