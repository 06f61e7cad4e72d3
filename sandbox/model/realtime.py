"""The Realtime API over a WebSocket, as far as reading a text aloud or answering one goes."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from secrets import token_hex

from aiohttp import WSMsgType, web

from sandbox.model.endpoints import Endpoints, refusal
from sandbox.model.errors import ApiError, invalid
from sandbox.model.models import Served
from sandbox.model.realtime_answers import Answer, Connection, event, merged, texts
from sandbox.model.realtime_parameters import EVENTS
from sandbox.model.scripts import BadScript, parse
from sandbox.model.sounds import RATE
from sandbox.model.stream import compact
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.voices import VOICES, check_voice

_Object = dict[str, object]

_VOICES = tuple(voice for voice in VOICES if voice not in ("fable", "onyx", "nova"))
_HALF_HOUR_SECONDS = 1_800
_NOT_SERVED = 3_000  # the code of a connection that ends before it began
_DEFAULT = "Your knowledge cutoff is 2023-10. You are a helpful, witty, and friendly AI."


@dataclass(frozen=True, slots=True)
class Realtime:
    """The endpoint; each connection is a `_Session`."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v1/realtime", self._connect)]

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        try:
            if broken := await self.endpoints.begin(request):
                return broken
        except ApiError as error:
            return refusal(error)
        socket = web.WebSocketResponse(max_msg_size=16 * 1024 * 1024)
        await socket.prepare(request)
        try:
            model = self.endpoints.models.find_for("realtime", request.query.get("model", ""), request.path)
        except ApiError as error:
            await socket.send_str(event("error", error=_told(error, None)))
            await socket.close(code=_NOT_SERVED, message=b"invalid_request_error.model_not_found")
            return socket
        async with asyncio.TaskGroup() as group:
            await _Session(Connection(self.endpoints, socket), model, group).run()
        return socket


@dataclass(slots=True)
class _Session:
    """One connection. Its conversation is the texts people said in it."""

    connection: Connection
    model: Served
    group: asyncio.TaskGroup
    said: list[str] = field(default_factory=list[str])
    current: asyncio.Task[None] | None = None

    async def run(self) -> None:
        await self.connection.send("session.created", session=self._described())
        async for message in self.connection.socket:
            if message.type is WSMsgType.TEXT:
                await self._take(message.data)
        if self.current is not None:
            self.current.cancel()

    async def _take(self, data: str) -> None:
        event: Json = {}
        try:
            event = _parsed(data)
            EVENTS(event, "")
            await self._obey(event)
        except (ApiError, BadScript) as error:
            event_id = as_text(event.get("event_id")) or None
            await self.connection.send("error", error=_told(error, event_id))

    async def _obey(self, event: Json) -> None:
        match event["type"]:
            case "session.update":
                session = as_object(event["session"])
                _check_voice_of(session, "session")
                self.connection.settings = merged(self.connection.settings, session)
                await self.connection.send("session.updated", session=self._described())
            case "conversation.item.create":
                await self._add(as_object(event["item"]))
            case "response.create":
                await self._begin(as_object(event.get("response")))
            case _:
                self._cancel()

    async def _add(self, item: Json) -> None:
        whole = {"id": f"item_{token_hex(10)}", "object": "realtime.item", "status": "completed", **item}
        self.said += texts([item])
        await self.connection.send("conversation.item.added", previous_item_id=None, item=whole)
        await self.connection.send("conversation.item.done", previous_item_id=None, item=whole)

    async def _begin(self, wished: Json) -> None:
        if self.current is not None and not self.current.done():
            message = "Conversation already has an active response in progress."
            raise invalid("response", message, "conversation_already_has_active_response")
        _check_voice_of(wished, "response")
        asked = {"model": self.model.id, "session": self.connection.settings, "response": wished}
        entry = self.connection.endpoints.journal.open("/v1/realtime", compact(asked).encode())
        text = "\n".join(texts(as_list(wished["input"])) if "input" in wished else self.said)
        try:
            script = self.connection.endpoints.in_force(parse(text), text)
            fault = self.connection.endpoints.faults.of_script(script, text)
        except BadScript:
            self.connection.endpoints.journal.finished(entry, 400)
            raise
        answer = Answer(self.connection, wished, entry, text, script, fault)
        self.current = self.group.create_task(answer.run())

    def _cancel(self) -> None:
        if self.current is None or self.current.done():
            raise invalid(
                "response_id", "Cancellation failed: no active response found.", "response_cancel_not_active"
            )
        self.current.cancel()

    def _described(self) -> _Object:
        audio: Json = {
            "output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": "marin", "speed": 1.0},
            "input": {"format": {"type": "audio/pcm", "rate": RATE}, "turn_detection": None},
        }
        defaults: Json = {
            "type": "realtime",
            "object": "realtime.session",
            "id": "sess_sandbox",
            "model": self.model.id,
            "output_modalities": ["audio"],
            "instructions": _DEFAULT,
            "tools": [],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "expires_at": int(time.time()) + _HALF_HOUR_SECONDS,
            "audio": audio,
        }
        return merged(defaults, self.connection.settings)


def _parsed(data: str) -> Json:
    try:
        parsed: object = json.loads(data)
    except ValueError as error:
        message = "The event could not be parsed as JSON."
        raise ApiError(400, message, "invalid_json") from error
    return as_object(parsed)


def _check_voice_of(settings: Json, prefix: str) -> None:
    output = as_object(as_object(settings.get("audio")).get("output"))
    if "voice" in output:
        check_voice(output["voice"], _VOICES, f"{prefix}.audio.output.voice")
    kind = as_object(output.get("format")).get("type", "audio/pcm")
    if kind != "audio/pcm":
        message = f"The offline stand-in speaks 'audio/pcm' only, not '{kind}'."
        raise invalid(f"{prefix}.audio.output.format", message)


def _told(error: ApiError | BadScript, event_id: str | None) -> _Object:
    if isinstance(error, BadScript):
        error = ApiError(400, f"This script cannot be understood: {error}")
    return {
        "type": error.kind,
        "code": error.code,
        "message": error.message,
        "param": error.param,
        "event_id": event_id,
    }
