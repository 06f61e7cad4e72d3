"""What all endpoints share: the state behind them, who is let in, what is written down, and what goes wrong."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from sandbox.model.background import Background
from sandbox.model.containers import Containers
from sandbox.model.delivery import CUT, Pace
from sandbox.model.errors import ApiError
from sandbox.model.faults import Fault, Faults
from sandbox.model.files import Files
from sandbox.model.forms import LARGEST_PART_BYTES, Form, read_form
from sandbox.model.journal import Entry, Journal
from sandbox.model.kept import Kept
from sandbox.model.models import Models, Served
from sandbox.model.scripts import BadScript, Script
from sandbox.model.stream import compact
from sandbox.model.tokens import PromptCache
from sandbox.model.values import Json, as_object
from sandbox.model.vector_stores import VectorStores
from sandbox.model.vision import brief
from sandbox.model.vocabulary import Vocabulary

_LARGE_BYTES = 256 * 1024  # what is larger is read in a thread
_ONCE = ("reword", "answer")
_HTML = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


Respond = Callable[[web.Request, Entry], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Endpoints:
    """The state behind the addresses, and the frame of their handlers."""

    api_key: str
    models: Models
    pace: Pace
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    cache: PromptCache = field(default_factory=PromptCache)
    files: Files = field(default_factory=Files)
    kept: Kept = field(default_factory=Kept)
    containers: Containers = field(default_factory=Containers)
    background: Background = field(default_factory=Background)
    vector_stores: VectorStores = field(init=False)
    flags: dict[str, str] = field(default_factory=dict[str, str])  # markers in texts, and their categories
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    speech_pace: float = 0.0  # seconds of waiting for a second of sound
    image_pace: float = 0.0  # seconds of waiting for pictures
    search_pace: float | None = None  # seconds of each search; like the first token where it is not set

    def __post_init__(self) -> None:
        self.vector_stores = VectorStores(self.files)

    @property
    def searching_seconds(self) -> float:
        """How long searching takes, in files and on the web."""
        return self.pace.first_seconds if self.search_pace is None else self.search_pace

    def journalled(self, respond: Respond) -> Handler:
        """A handler whose requests are written down, and which refuses in OpenAI's words."""

        async def handle(request: web.Request) -> web.StreamResponse:
            entry = self.journal.open(request.path, b"null", request.method)
            try:
                response = await respond(request, entry)
            except ApiError as error:
                response = refusal(error, entry.id)
            except BadScript as error:
                response = refusal(ApiError(400, f"This script cannot be understood: {error}"), entry.id)
            except (asyncio.CancelledError, ConnectionResetError):
                self.journal.cancelled(entry)
                raise
            self.journal.finished(entry, response.status)
            return response

        return handle

    async def list_models(self, request: web.Request) -> web.StreamResponse:
        def listing() -> object:
            return {"object": "list", "data": [_described(model) for model in self.models.listed()]}

        return await self._look_up(request, listing)

    async def retrieve_model(self, request: web.Request) -> web.StreamResponse:
        return await self._look_up(request, lambda: _described(self.models.find(request.match_info["id"])))

    async def _look_up(self, request: web.Request, found: Callable[[], object]) -> web.StreamResponse:
        try:
            self.admit(request)
            return await self.suffer(self.faults.take(request.path), request) or web.json_response(found())
        except ApiError as error:
            return refusal(error)

    async def read_form(
        self,
        request: web.Request,
        entry: Entry,
        kinds: Mapping[str, type],
        most_bytes: int = LARGEST_PART_BYTES,
    ) -> Form:
        """The form, written down with its files; `kinds` are the fields that are bool, int or float."""
        form = await read_form(request, kinds, most_bytes)
        await asyncio.to_thread(entry.tell, form)
        self.journal.keep(entry, [file.content for file in form.files])
        return form

    async def begin(self, request: web.Request) -> web.Response | None:
        """Lets in who has the key; what it returns instead of None is the answer already."""
        self.admit(request)
        fault = self.faults.take(request.path)
        if fault is not None and fault.kind == "cut":
            request[CUT] = fault.tokens
        return await self.suffer(fault, request)

    async def read_json(self, request: web.Request, entry: Entry) -> Json | None:
        """The body, written down as it came; None if it is no JSON."""
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            raise ApiError(413, "The request is larger than this offline stand-in takes.") from error
        if len(raw) <= _LARGE_BYTES:
            body = _parsed(raw)
            entry.body = raw if body is not None else entry.body
            return body
        body, told = await asyncio.to_thread(_parsed_and_told, raw)
        entry.body = told
        return body

    def admit(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise ApiError(401, "You didn't provide an API key.")
        if not hmac.compare_digest(key.encode(), self.api_key.encode()):
            raise ApiError(401, "Incorrect API key provided.", "invalid_api_key")

    async def suffer(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        """Lets a fault happen; None where the request goes on."""
        if fault is None:
            return None
        match fault.kind:
            case "status":
                raise fault.error()
            case "html":
                return web.Response(status=fault.status, text=_HTML, content_type="text/html")
            case "delay":
                await asyncio.sleep(fault.seconds)
                return None
            case "cut":
                return None  # the answer begins as usual
            case "hang":
                await asyncio.Event().wait()  # until the client goes away, which cancels this
                return None
            case "reset":
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)

    def in_force(self, script: Script, message: str) -> Script:
        """Without what was to happen `once` to this very message and has."""
        orders = tuple(
            order
            for order in script.orders
            if order.name not in _ONCE or "once" not in order.words() or self.faults.may(order.name, message, 1)
        )
        return script if orders == script.orders else replace(script, orders=orders)


def refusal(error: ApiError, entry_id: int = 0) -> web.Response:
    headers = {"X-Request-Id": f"req_{entry_id}"}
    if error.retry_after is not None:
        headers["Retry-After"] = f"{error.retry_after:g}"
    return web.json_response(error.body(), status=error.status, headers=headers)


def _parsed(raw: bytes) -> Json | None:
    try:
        body: object = json.loads(raw)
    except ValueError:
        return None
    return as_object(body)


def _parsed_and_told(raw: bytes) -> tuple[Json | None, bytes]:
    body = _parsed(raw)
    return body, b"null" if body is None else compact(brief(body)).encode()


def _described(model: Served) -> dict[str, object]:
    return {
        "id": model.id,
        "object": "model",
        "created": 1_790_000_000,
        "owned_by": "sandbox",
        "shutdown_date": model.shutdown.isoformat() if model.shutdown else None,
    }
