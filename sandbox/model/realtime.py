"""The Realtime API over a WebSocket, as far as reading a text aloud or answering one goes."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from aiohttp import WSMsgType, web

from sandbox.model.endpoints import Endpoints, refusal
from sandbox.model.errors import ApiError, invalid
from sandbox.model.faults import Fault
from sandbox.model.journal import Entry
from sandbox.model.models import Served
from sandbox.model.realtime_parameters import EVENTS
from sandbox.model.recital import disobedient, reads_aloud
from sandbox.model.scripts import BadScript, Script, parse
from sandbox.model.sounds import RATE, seconds_of
from sandbox.model.stream import compact
from sandbox.model.tokens import count, pieces
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.voices import VOICES, check_voice

_Object = dict[str, object]

_VOICES = tuple(voice for voice in VOICES if voice not in ("fable", "onyx", "nova"))
_HALF_HOUR_SECONDS = 1_800
_TOKENS_PER_SECOND = 20
_DELTA_BYTES = RATE // 2 * 2  # half a second
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
            await socket.send_str(_event("error", error=_told(error, None)))
            await socket.close(code=_NOT_SERVED, message=b"invalid_request_error.model_not_found")
            return socket
        async with asyncio.TaskGroup() as group:
            await _Session(self.endpoints, socket, model, group).run()
        return socket


@dataclass(slots=True)
class _Session:
    """One connection. Its conversation is the texts people said in it."""

    endpoints: Endpoints
    socket: web.WebSocketResponse
    model: Served
    group: asyncio.TaskGroup
    settings: _Object = field(default_factory=dict[str, object])
    said: list[str] = field(default_factory=list[str])
    current: asyncio.Task[None] | None = None

    async def run(self) -> None:
        await self._send("session.created", session=self._described())
        async for message in self.socket:
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
            await self._send("error", error=_told(error, event_id))

    async def _obey(self, event: Json) -> None:
        match event["type"]:
            case "session.update":
                session = as_object(event["session"])
                _check_voice_of(session, "session")
                self.settings = _merged(self.settings, session)
                await self._send("session.updated", session=self._described())
            case "conversation.item.create":
                await self._add(as_object(event["item"]))
            case "response.create":
                await self._begin(as_object(event.get("response")))
            case _:
                self._cancel()

    async def _add(self, item: Json) -> None:
        whole = {"id": f"item_{token_hex(10)}", "object": "realtime.item", "status": "completed", **item}
        self.said += _texts([item])
        await self._send("conversation.item.added", previous_item_id=None, item=whole)
        await self._send("conversation.item.done", previous_item_id=None, item=whole)

    async def _begin(self, wished: Json) -> None:
        if self.current is not None and not self.current.done():
            message = "Conversation already has an active response in progress."
            raise invalid("response", message, "conversation_already_has_active_response")
        _check_voice_of(wished, "response")
        asked = {"model": self.model.id, "session": self.settings, "response": wished}
        entry = self.endpoints.journal.open("/v1/realtime", compact(asked).encode())
        text = "\n".join(_texts(as_list(wished["input"])) if "input" in wished else self.said)
        try:
            script = self.endpoints.in_force(parse(text), text)
            fault = self.endpoints.faults.of_script(script, text)
        except BadScript:
            self.endpoints.journal.finished(entry, 400)
            raise
        answer = _Answer(self, wished, entry, text, script, fault)
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
        return _merged(defaults, self.settings)

    async def _send(self, kind: str, /, **fields: object) -> None:
        await self.socket.send_str(_event(kind, **fields))

    send = _send


@dataclass(slots=True)
class _Answer:
    """One response, from its creation to its end."""

    session: _Session
    wished: Json
    entry: Entry
    text: str
    script: Script
    fault: Fault | None
    id: str = field(default_factory=lambda: f"resp_{token_hex(10)}")
    item_id: str = field(default_factory=lambda: f"item_{token_hex(10)}")

    async def run(self) -> None:
        send, journal = self.session.send, self.session.endpoints.journal
        await send("response.created", response=self._response("in_progress"))
        if self.fault is not None:
            error = self.fault.error()
            details: _Object = {"type": "failed", "error": {"type": error.kind, "code": error.code,
                                                            "message": error.message}}  # fmt: skip
            await send("response.done", response=self._response("failed") | {"status_details": details})
            journal.finished(self.entry, error.status)
            return
        self.entry.paid = 1
        try:
            await self._speak()
        except asyncio.CancelledError:
            journal.cancelled(self.entry)
            if not self.session.socket.closed:
                details = {"type": "cancelled", "reason": "client_cancelled"}
                await send("response.done", response=self._response("cancelled") | {"status_details": details})
            return
        journal.finished(self.entry, 200)

    async def _speak(self) -> None:
        send, endpoints = self.session.send, self.session.endpoints
        words = self._words()
        speaks = self._setting("output_modalities", ["audio"]) != ["text"]
        pcm = (
            await asyncio.to_thread(endpoints.vocabulary.spoken, words, speed=self._speed()) if speaks else b""
        )
        words, pcm, status = self._limited(words, pcm)
        kind = "output_audio" if speaks else "output_text"
        item: _Object = {"id": self.item_id, "object": "realtime.item", "type": "message", "role": "assistant"}
        begun: _Object = {**item, "status": "in_progress", "content": []}
        place: _Object = {"response_id": self.id, "output_index": 0}
        part_place: _Object = {**place, "item_id": self.item_id, "content_index": 0}
        whole: _Object = {"type": kind, "transcript" if speaks else "text": words}
        await send("response.output_item.added", **place, item=begun)
        await send(
            "response.content_part.added", **part_place, part=whole | {"transcript" if speaks else "text": ""}
        )
        endpoints.journal.first_token(self.entry)
        await self._deltas(words, pcm, part_place, speaks=speaks)
        await send("response.content_part.done", **part_place, part=whole)
        done = item | {"status": status, "content": [whole]}
        await send("response.output_item.done", **place, item=done)
        final = self._response(status) | {"output": [done], "usage": self._usage(words, pcm)}
        if status == "incomplete":
            final["status_details"] = {"type": "incomplete", "reason": "max_output_tokens"}
        await send("response.done", response=final)

    async def _deltas(self, words: str, pcm: bytes, place: _Object, *, speaks: bool) -> None:
        send, pace = self.session.send, self.session.endpoints.speech_pace
        kind = "response.output_audio_transcript" if speaks else "response.output_text"
        for piece in pieces(words):
            await send(f"{kind}.delta", **place, delta=piece)
        for at in range(0, len(pcm), _DELTA_BYTES):
            sound = pcm[at : at + _DELTA_BYTES]
            await asyncio.sleep(pace * seconds_of(sound))
            await send("response.output_audio.delta", **place, delta=base64.b64encode(sound).decode())
            await self._break(at)
        if speaks:
            await send("response.output_audio.done", **place)
        await send(f"{kind}.done", **place, **{"transcript" if speaks else "text": words})

    async def _break(self, sent_bytes: int) -> None:
        """Lets the connection die or fall silent after the first piece, where a script says so."""
        if sent_bytes:
            return
        if self.script.first("hang") is not None:
            await asyncio.Event().wait()  # until the client goes away, which cancels this
        if self.script.first("cut") is not None:
            await self.session.socket.close(code=1011, message=b"The server had an error.")
            raise asyncio.CancelledError

    def _words(self) -> str:
        other = disobedient(self.script, self.script.text)
        if other is not None:
            return other
        instructions = as_text(self._setting("instructions", ""))
        said = self.script.first("say")
        if reads_aloud(instructions):
            return self.text
        return said.argument if said else f"You said: {self.script.text}"

    def _limited(self, words: str, pcm: bytes) -> tuple[str, bytes, str]:
        """Cut to the tokens that are allowed, and the status that comes of it."""
        most = self._setting("max_output_tokens", "inf")
        if not isinstance(most, int) or seconds_of(pcm) * _TOKENS_PER_SECOND <= most:
            return words, pcm, "completed"
        share = most / (seconds_of(pcm) * _TOKENS_PER_SECOND)
        return words[: int(len(words) * share)], pcm[: int(len(pcm) // 2 * share) * 2], "incomplete"

    def _setting(self, name: str, default: object) -> object:
        return self.wished.get(name, self.session.settings.get(name, default))

    def _speed(self) -> float:
        speed = as_object(as_object(self.session.settings.get("audio")).get("output")).get("speed")
        return float(speed) if isinstance(speed, int | float) else 1.0

    def _response(self, status: str) -> _Object:
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": status,
            "status_details": None,
            "output": [],
            "conversation_id": None if self.wished.get("conversation") == "none" else "conv_sandbox",
            "output_modalities": self._setting("output_modalities", ["audio"]),
            "max_output_tokens": self._setting("max_output_tokens", "inf"),
            "audio": _merged(
                {"output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": "marin"}},
                as_object(self.wished.get("audio")) or as_object(self.session.settings.get("audio")),
            ),
            "usage": None,
            "metadata": self.wished.get("metadata"),
        }

    def _usage(self, words: str, pcm: bytes) -> _Object:
        read = count(self.text + as_text(self._setting("instructions", "")))
        written, spoken = count(words), round(seconds_of(pcm) * _TOKENS_PER_SECOND)
        nothing = {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0}
        return {
            "total_tokens": read + written + spoken,
            "input_tokens": read,
            "output_tokens": written + spoken,
            "input_token_details": {
                "text_tokens": read,
                "audio_tokens": 0,
                "image_tokens": 0,
                "cached_tokens": 0,
                "cached_tokens_details": nothing,
            },
            "output_token_details": {"text_tokens": written, "audio_tokens": spoken},
        }


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


def _texts(items: object) -> list[str]:
    """What people say in these items."""
    messages = [as_object(item) for item in as_list(items)]
    return [
        as_text(part.get("text"))
        for message in messages
        if message.get("role") == "user"
        for part in (as_object(part) for part in as_list(message.get("content")))
        if "text" in part
    ]


def _merged(one: Mapping[str, object], other: Mapping[str, object]) -> _Object:
    """Both objects, the second one before the first, down to the leaves."""
    merged = dict(one)
    for name, value in other.items():
        inner = as_object(value)
        merged[name] = _merged(as_object(merged.get(name)), inner) if inner else value
    return merged


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


def _event(kind: str, /, **fields: object) -> str:
    return compact({"type": kind, "event_id": f"event_{token_hex(10)}", **fields})
