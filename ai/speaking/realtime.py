"""Speech through the Realtime API: one response outside of any conversation, over a WebSocket of its own."""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from ssl import SSLContext
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from ai.errors import Failure, ModelGone, RouteMissing, domain_error, retry_after_seconds
from ai.json_values import JsonObject, as_count, as_object, as_text
from ai.provider import Provider
from ai.speaking.task import Task
from ai.wire import patiently
from domain.errors import AnswerBroken, CannotSpeak, PromptRefused, ProviderUnreachable
from domain.speech import Speech

_CONNECT_SECONDS: Final = 10.0
_GOODBYE_SECONDS: Final = 1.0
_WORK_SECONDS: Final = 180.0
_SILENCE_SECONDS: Final = 30.0
_MOST_TOKENS: Final = 4_096
_LARGEST_EVENT_BYTES: Final = 16 * 1024 * 1024
_PCM: Final = {"type": "audio/pcm", "rate": 24_000}


class NoSocket(ProviderUnreachable):
    """No WebSocket could be had: nobody is there, or something on the way lets none through."""


@dataclass(slots=True)
class _Spoken:
    """What has come so far."""

    sound: bytearray = field(default_factory=bytearray)
    words: str = ""


class Realtime:
    """`Backend` whose models may say something else: `Speech.words` is what they say they said."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def speak(self, task: Task) -> Speech:
        try:
            return await patiently(lambda: self._spoken(task), _WORK_SECONDS)
        except RouteMissing as error:
            raise ModelGone(str(error)) from None

    async def _spoken(self, task: Task) -> Speech:
        async with self._connected(task) as socket:
            try:
                _check(await _next_event(socket))  # it greets, or says that it does not know the model
                await socket.send(json.dumps({"type": "session.update", "session": _session(task)}))
                await socket.send(json.dumps({"type": "response.create", "response": _response(task)}))
                return await _heard(socket, task)
            except ConnectionClosed as error:  # it may have been paid for by now: not tried again
                raise domain_error(_closing_failure(error)) from None

    @asynccontextmanager
    async def _connected(self, task: Task) -> AsyncGenerator[ClientConnection]:
        headers = {
            "Authorization": f"Bearer {self._provider.api_key}",
            "OpenAI-Safety-Identifier": task.safety_key,
        }
        url = _address(self._provider.base_url, task.model.id)
        try:
            socket = await connect(
                url,
                additional_headers=headers,
                user_agent_header=None,
                ssl=await asyncio.to_thread(lambda: self._trust) if url.startswith("wss:") else None,
                compression=None,  # sound in base64 is not worth it
                open_timeout=_CONNECT_SECONDS,
                close_timeout=_GOODBYE_SECONDS,
                max_size=_LARGEST_EVENT_BYTES,
            )
        except InvalidStatus as error:
            raise domain_error(_handshake_failure(error)) from None
        except (InvalidHandshake, OSError, TimeoutError) as error:
            raise NoSocket(f"realtime: {type(error).__name__}") from None
        async with socket:
            yield socket

    @cached_property
    def _trust(self) -> SSLContext:
        """The authorities that all other calls trust. Reads files: not on the loop."""
        return httpx2.create_ssl_context()


def _address(base_url: str, model_id: str) -> str:
    parts = urlsplit(base_url)
    scheme = {"https": "wss", "http": "ws"}.get(parts.scheme, parts.scheme)
    path = f"{parts.path.rstrip('/')}/realtime"
    return urlunsplit((scheme, parts.netloc, path, urlencode({"model": model_id}), ""))


def _session(task: Task) -> JsonObject:
    output: dict[str, object] = {"voice": task.voice_parameter, "format": _PCM}
    if task.possible_speed != 1:
        output["speed"] = task.possible_speed
    return {"type": "realtime", "output_modalities": ["audio"], "audio": {"output": output}}


def _response(task: Task) -> JsonObject:
    said = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": task.text}]}
    response: dict[str, object] = {
        "conversation": "none",
        "output_modalities": ["audio"],
        "instructions": task.instructions,
        "input": [said],
        "tools": [],
        "max_output_tokens": min(task.most_tokens, _MOST_TOKENS),
    }
    return response | {"reasoning": {"effort": task.model.effort}} if task.model.effort else response


async def _heard(socket: ClientConnection, task: Task) -> Speech:
    spoken = _Spoken()
    while True:
        event = await _next_event(socket)
        _check(event)
        match event:
            case {"type": "response.output_audio.delta", "delta": str(delta)}:
                spoken.sound += _decoded(delta)
            case {"type": "response.output_audio_transcript.done", "transcript": str(words)}:
                spoken.words += words
            case {"type": "response.done", "response": response}:
                return _finished(as_object(response), spoken, task)
            case _:
                continue


def _finished(response: JsonObject, spoken: _Spoken, task: Task) -> Speech:
    details = as_object(response.get("status_details"))
    if response.get("status") == "failed":
        raise domain_error(_event_failure(as_object(details.get("error"))))
    if details.get("reason") == "content_filter":
        raise PromptRefused("the speaking model's rules")
    if not spoken.sound:
        raise CannotSpeak(f"no sound, status {response.get('status')}")
    usage = as_object(response.get("usage"))
    tokens = as_object(usage.get("output_token_details"))
    return Speech(
        bytes(spoken.sound),
        "pcm",
        task.model.id,
        spoken.words,
        as_count(tokens.get("audio_tokens")),
        task.possible_speed,
        input_tokens=as_count(usage.get("input_tokens")),
        text_tokens=as_count(tokens.get("text_tokens")),
    )


async def _next_event(socket: ClientConnection) -> JsonObject:
    try:
        async with asyncio.timeout(_SILENCE_SECONDS):
            return _parsed(await socket.recv())
    except TimeoutError:
        raise AnswerBroken(f"realtime: nothing for {_SILENCE_SECONDS:.0f} s") from None


def _check(event: JsonObject) -> None:
    if event.get("type") == "error":
        raise domain_error(_event_failure(as_object(event.get("error"))))


def _parsed(message: str | bytes) -> JsonObject:
    try:
        return as_object(json.loads(message))
    except ValueError:
        raise AnswerBroken("realtime: an event that is no JSON") from None


def _decoded(delta: str) -> bytes:
    try:
        return base64.b64decode(delta, validate=True)
    except (binascii.Error, ValueError):
        raise AnswerBroken("realtime: a delta that is no base64") from None


def _handshake_failure(error: InvalidStatus) -> Failure:
    try:
        told = as_object(as_object(json.loads(error.response.body or b"")).get("error"))
    except ValueError:
        told = as_object(None)
    return Failure(
        status=error.response.status_code,
        code=as_text(told.get("code")),
        kind=as_text(told.get("type")),
        parameter=as_text(told.get("param")),
        message=as_text(told.get("message")),
        retry_after_seconds=retry_after_seconds(error.response.headers),
    )


def _closing_failure(error: ConnectionClosed) -> Failure:
    """The reason may be of the kind `invalid_request_error.model_not_found`."""
    reason = error.rcvd.reason if error.rcvd else ""
    return Failure(code=reason.rpartition(".")[2], kind=f"closed-{error.rcvd.code if error.rcvd else 0}")


def _event_failure(error: JsonObject) -> Failure:
    """An event has no status; what is wrong with a request is 400 elsewhere."""
    is_ours = error.get("type") == "invalid_request_error"
    return Failure(
        status=400 if is_ours else 500,
        code=as_text(error.get("code")),
        kind=as_text(error.get("type")),
        parameter=as_text(error.get("param")),
        message=as_text(error.get("message")),
    )
