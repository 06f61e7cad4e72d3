"""Text to speech: `/v1/audio/speech`."""

import asyncio
import base64
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.checks import Check, either, number, one_of, shape, text, text_up_to
from sandbox.model.delivery import trickle
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, unsupported_parameter, unsupported_value
from sandbox.model.journal import Entry
from sandbox.model.models import Served
from sandbox.model.sounds import encoded, seconds_of
from sandbox.model.stream import event
from sandbox.model.tokens import count
from sandbox.model.values import Json, as_text
from sandbox.model.voices import VOICES, check_voice

_OLD_VOICES = ("alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
_TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
    "pcm": "audio/pcm",
}  # fmt: skip
_LONGEST = 4_096
_TOKENS_PER_SECOND = 20
_PIECES = 8

SPEECH: Check = shape(
    {
        "model": text,
        "input": text_up_to(_LONGEST),
        "voice": either(string=text, otherwise=shape({"id": text}, needs=("id",))),
        "instructions": text_up_to(_LONGEST),
        "response_format": one_of(*_TYPES),
        "speed": number(0.25, 4),
        "stream_format": one_of("sse", "audio"),
    },
    needs=("model", "input", "voice"),
)


@dataclass(frozen=True, slots=True)
class Speech:
    """The endpoint."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/audio/speech", self.endpoints.journalled(self._speak))]

    async def _speak(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        body = await self.endpoints.read_json(request, entry)
        if broken := await self.endpoints.begin(request):
            return broken
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        SPEECH(body, "")
        model = self.endpoints.models.find_for("speech", as_text(body["model"]), request.path)
        _judge(body, model)
        entry.paid = 1
        kind = as_text(body.get("response_format")) or "mp3"
        pcm, packed = await asyncio.to_thread(self._spoken, body, kind)
        pieces = _cut(packed)
        pause = self.endpoints.speech_pace * seconds_of(pcm) / len(pieces)
        if body.get("stream_format") == "sse":
            events = [*(_delta(piece) for piece in pieces), _done(as_text(body["input"]), seconds_of(pcm))]
            return await trickle(request, events, pause, "text/event-stream")
        return await trickle(request, pieces, pause, _TYPES[kind])

    def _spoken(self, body: Json, kind: str) -> tuple[bytes, bytes]:
        speed = body.get("speed", 1.0)
        pcm = self.endpoints.vocabulary.spoken(
            as_text(body["input"]), speed=speed if isinstance(speed, int | float) else 1.0
        )
        return pcm, encoded(pcm, kind)


def _judge(body: Json, model: Served) -> None:
    is_old = model.family == "tts-1"
    for name in body:
        if name in model.refuses or (is_old and name == "instructions"):
            raise unsupported_parameter(name)
    if is_old and body.get("stream_format") == "sse":
        raise unsupported_value("stream_format", f"'sse' is not supported with the '{model.id}' model.")
    check_voice(body["voice"], _OLD_VOICES if is_old else VOICES, "voice")
    if not as_text(body["input"]).strip():
        raise invalid("input", "Invalid 'input': string too short.", "string_below_min_length")


def _cut(packed: bytes) -> list[bytes]:
    size = max(1, -(-len(packed) // _PIECES))
    return [packed[at : at + size] for at in range(0, len(packed), size)]


def _delta(piece: bytes) -> bytes:
    kind = "speech.audio.delta"
    return event(kind, {"type": kind, "audio": base64.b64encode(piece).decode()})


def _done(said: str, seconds: float) -> bytes:
    read, spoken = count(said), round(seconds * _TOKENS_PER_SECOND)
    usage = {"input_tokens": read, "output_tokens": spoken, "total_tokens": read + spoken}
    return event("speech.audio.done", {"type": "speech.audio.done", "usage": usage})
