"""The endpoints: two protocols that answer, and the list of models."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from aiohttp import web

from sandbox.model.answers import Answer, answer
from sandbox.model.asked import Asked, from_chat, from_responses
from sandbox.model.chat_format import ChatWriter
from sandbox.model.checks import Check
from sandbox.model.delivery import Manner, Pace, deliver
from sandbox.model.errors import ApiError
from sandbox.model.faults import Fault, Faults
from sandbox.model.files import Files
from sandbox.model.forms import Form, read_form
from sandbox.model.journal import Entry, Journal
from sandbox.model.listening import listen, spoken
from sandbox.model.models import Models, Served
from sandbox.model.parameters import CHAT, PLAIN_CHAT, RESPONSES
from sandbox.model.responses_format import ResponseWriter
from sandbox.model.rules import check_chat, check_responses
from sandbox.model.scripts import BadScript, Order, Script, parse
from sandbox.model.stream import Stream, compact
from sandbox.model.tokens import PromptCache
from sandbox.model.values import Json, as_object
from sandbox.model.vision import brief, look_at_all
from sandbox.model.vocabulary import Vocabulary

_LARGE_BYTES = 256 * 1024  # what is larger is read in a thread
_ONCE = ("reword", "answer")
_NO_SCRIPT = Script((), "")
_HTML = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


Respond = Callable[[web.Request, Entry], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Writer(Protocol):
    def whole(self) -> dict[str, object]: ...
    def stream(self) -> Stream: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the protocols: what it accepts, how it is read and how its answers are written."""

    check: Check
    read: Callable[[Json], Asked]
    judge: Callable[[Asked, Served], None]
    writer: Callable[[Asked, Answer, tuple[str, str] | None], Writer]


RESPONSES_DIALECT = Dialect(RESPONSES, from_responses, check_responses, ResponseWriter)
CHAT_DIALECT = Dialect(CHAT, from_chat, check_chat, ChatWriter)
PLAIN_DIALECT = Dialect(PLAIN_CHAT, from_chat, check_chat, ChatWriter)


@dataclass(slots=True)
class Endpoints:
    """The state behind the addresses, and their handlers."""

    api_key: str
    models: Models
    pace: Pace
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    cache: PromptCache = field(default_factory=PromptCache)
    files: Files = field(default_factory=Files)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    speech_pace: float = 0.0  # seconds of waiting for a second of sound
    image_pace: float = 0.0  # seconds of waiting for pictures

    def answering(self, dialect: Dialect) -> Handler:
        """The handler of an endpoint that answers."""
        return self.journalled(lambda request, entry: self._answered(request, dialect, entry))

    def journalled(self, respond: Respond) -> Handler:
        """A handler whose requests are written down, and which refuses in OpenAI's words."""

        async def handle(request: web.Request) -> web.StreamResponse:
            entry = self.journal.open(request.path, b"null")
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

    async def read_form(self, request: web.Request, entry: Entry, kinds: Mapping[str, type]) -> Form:
        """The form, written down with its files; `kinds` are the fields that are bool, int or float."""
        form = await read_form(request, kinds)
        entry.tell(form)
        self.journal.keep(entry, [file.content for file in form.files])
        return form

    async def begin(self, request: web.Request) -> web.Response | None:
        """Lets in who has the key; what it returns instead of None is the answer already."""
        self.admit(request)
        return await self.suffer(self.faults.take(request.path), request)

    async def read_json(self, request: web.Request, entry: Entry) -> Json | None:
        """The body, written down as it came; None if it is no JSON."""
        raw = await request.read()
        if len(raw) <= _LARGE_BYTES:
            body = _parsed(raw)
            entry.body = raw if body is not None else entry.body
            return body
        body, told = await asyncio.to_thread(_parsed_and_told, raw)
        entry.body = told
        return body

    async def _answered(self, request: web.Request, dialect: Dialect, entry: Entry) -> web.StreamResponse:
        body = await self.read_json(request, entry)
        self.admit(request)
        fault = self.faults.take(request.path)
        if broken := await self.suffer(fault, request):
            return broken
        asked, model = await self._understood(body, dialect, entry)
        script = _NO_SCRIPT if asked.wants_summary else self.in_force(parse(asked.last), asked.last)
        if broken := await self.suffer(self.faults.of_script(script, asked.last), request):
            return broken
        entry.paid = 1
        made = answer(asked, script, model, self.cache)
        if asked.speaks and made.deltas:
            made = await spoken(asked, made, self.vocabulary)
            await asyncio.sleep(self.speech_pace * (made.sound.seconds if made.sound else 0))
        writer = dialect.writer(asked, made, _failure(script))
        if not asked.streams:
            return web.json_response(writer.whole(), headers={"X-Request-Id": f"req_{entry.id}"})
        return await deliver(
            request, writer.stream(), self._manner(script, asked.last, fault), self.journal, entry
        )

    async def _understood(self, body: Json | None, dialect: Dialect, entry: Entry) -> tuple[Asked, Served]:
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        dialect.check(body, "")
        asked = dialect.read(body)
        model = self.models.find(asked.model)
        if any(message.shown for message in asked.messages):
            asked, looked_at = await look_at_all(asked, self.files)
            asked = await listen(asked, self.vocabulary)
            entry.images = [picture.as_json() for picture in asked.seen.values()]
            entry.body = compact(brief(body, asked)).encode()
            self.journal.keep(entry, looked_at)
        dialect.judge(asked, model)
        return asked, model

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

    def _manner(self, script: Script, message: str, fault: Fault | None) -> Manner:
        pace, cut = script.first("pace"), script.first("cut")
        cut_after = fault.tokens if fault is not None and fault.kind == "cut" else None
        return Manner(
            pace=self.pace if pace is None else _pace(pace),
            cut=cut_after if cut is None else self._cut(cut, message),
            hangs=script.first("hang") is not None,
        )

    def _cut(self, order: Order, message: str) -> int | None:
        after = int(next(iter(order.numbers()), 1))
        if "once" in order.words() and not self.faults.may("cut", message, 1):
            return None
        return after


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


def _pace(order: Order) -> Pace:
    first, token, *_ = (*(order.numbers()), 0.0, 0.0)
    return Pace(first / 1_000, token / 1_000)


def _failure(script: Script) -> tuple[str, str] | None:
    """The code of an error in mid-stream, and which of its three shapes it takes."""
    order = script.first("stream_error")
    if order is None:
        return None
    code, how, *_ = (*order.words(), "", "")
    return code or "server_error", how


def _described(model: Served) -> dict[str, object]:
    return {
        "id": model.id,
        "object": "model",
        "created": 1_790_000_000,
        "owned_by": "sandbox",
        "shutdown_date": model.shutdown.isoformat() if model.shutdown else None,
    }
