"""One answer of the Realtime API, spoken or written, from its creation to its end."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from aiohttp import web

from sandbox.model.endpoints import Endpoints
from sandbox.model.faults import Fault
from sandbox.model.journal import Entry
from sandbox.model.recital import disobedient, reads_aloud
from sandbox.model.scripts import Script
from sandbox.model.sounds import RATE, seconds_of
from sandbox.model.stream import compact
from sandbox.model.tokens import count, pieces
from sandbox.model.values import Json, as_list, as_object, as_text

_Object = dict[str, object]

_TOKENS_PER_SECOND = 20
_DELTA_BYTES = RATE // 2 * 2  # half a second


@dataclass(slots=True)
class Connection:
    """A client that listens, and how it wishes to be answered."""

    endpoints: Endpoints
    socket: web.WebSocketResponse
    settings: _Object = field(default_factory=dict[str, object])

    async def send(self, kind: str, /, **fields: object) -> None:
        await self.socket.send_str(event(kind, **fields))


@dataclass(slots=True)
class Answer:
    """One response, from its creation to its end."""

    connection: Connection
    wished: Json
    entry: Entry
    text: str
    script: Script
    fault: Fault | None
    id: str = field(default_factory=lambda: f"resp_{token_hex(10)}")
    item_id: str = field(default_factory=lambda: f"item_{token_hex(10)}")

    async def run(self) -> None:
        try:
            await self._run()
        except ConnectionResetError:  # the client went away while it was spoken to
            self.connection.endpoints.journal.cancelled(self.entry)

    async def _run(self) -> None:
        send, journal = self.connection.send, self.connection.endpoints.journal
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
            if not self.connection.socket.closed:
                details = {"type": "cancelled", "reason": "client_cancelled"}
                await send("response.done", response=self._response("cancelled") | {"status_details": details})
            return
        journal.finished(self.entry, 200)

    async def _speak(self) -> None:
        send, endpoints = self.connection.send, self.connection.endpoints
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
        send, pace = self.connection.send, self.connection.endpoints.speech_pace
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
            await self.connection.socket.close(code=1011, message=b"The server had an error.")
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
        return self.wished.get(name, self.connection.settings.get(name, default))

    def _speed(self) -> float:
        speed = as_object(as_object(self.connection.settings.get("audio")).get("output")).get("speed")
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
            "audio": merged(
                {"output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": "marin"}},
                as_object(self.wished.get("audio")) or as_object(self.connection.settings.get("audio")),
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


def merged(one: Mapping[str, object], other: Mapping[str, object]) -> _Object:
    """Both objects, the second one before the first, down to the leaves."""
    both = dict(one)
    for name, value in other.items():
        inner = as_object(value)
        both[name] = merged(as_object(both.get(name)), inner) if inner else value
    return both


def texts(items: object) -> list[str]:
    """What people say in these items."""
    messages = [as_object(item) for item in as_list(items)]
    return [
        as_text(part.get("text"))
        for message in messages
        if message.get("role") == "user"
        for part in (as_object(part) for part in as_list(message.get("content")))
        if "text" in part
    ]


def event(kind: str, /, **fields: object) -> str:
    return compact({"type": kind, "event_id": f"event_{token_hex(10)}", **fields})
