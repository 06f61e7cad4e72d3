"""One provider over HTTP: sends a request, hands on the JSON of its answer as it streams."""

import asyncio
import functools
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import httpx2
import stamina
from openai import AsyncOpenAI, AsyncStream, DefaultAioHttpClient, Timeout
from openai._constants import RAW_RESPONSE_HEADER
from openai._legacy_response import HttpxBinaryResponseContent
from openai._response import AsyncAPIResponse
from openai._streaming import ServerSentEvent
from openai._types import RequestOptions

from ai.bodies import FORM_TYPE, Body, form_body, has_enclosures, has_uploads, json_body
from ai.errors import OrderLost, RouteMissing, TimedOut, translated
from ai.json_values import JsonObject, as_list, as_object, as_text
from ai.provider import Provider
from ai.unstreamed import as_events
from domain.errors import AnswerBroken, FileTooLarge, ProviderUnreachable, RateLimited, UserFacingError

_NO_KEY = "none"  # for servers that want none: the SDK insists on one
_LIST_TIMEOUT = Timeout(connect=5, write=5, read=5, pool=5)
_BRIEF = Timeout(connect=5, write=5, read=20, pool=10)
_PIECE_BYTES = 256 * 1024
_IDLE_CONNECTION_SECONDS = 60.0  # httpx2's 5 s would cost most messages of a quiet bot a TLS handshake
_REST_SECONDS = 0.1
_ATTEMPTS = 3
_WORK_SECONDS = 180.0  # how long a model may work on a few sentences
_UPLOAD_SECONDS, _SLOWEST_BYTES_PER_SECOND = 60.0, 100_000  # how long sending and working on it may take
_BUSY_SECONDS = 2.0  # where the provider does not say how long to wait

Answered = TypeVar("Answered")


class _Client(AsyncOpenAI):
    """The SDK takes a form's file as a whole or reads it on the loop; ours comes written, type and all."""

    async def _prepare_request(self, request: httpx2.Request) -> None:
        if content_type := request.headers.pop(FORM_TYPE, ""):
            request.headers["Content-Type"] = content_type


class _EventStream(AsyncStream[object]):
    """An event without data is none (WHATWG, server-sent events); the SDK would try to read it as JSON.

    `is_done`: the server has said that nothing more will come.
    """

    is_done = False

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        if self.response.headers.get("content-type", "").startswith("application/json"):
            whole = as_object(json.loads(await self.response.aread()))
            self.is_done = True
            for event in as_events(whole):
                yield ServerSentEvent(data=json.dumps(event))
            return
        async for event in super()._iter_events():
            self.is_done = self.is_done or event.data.startswith("[DONE]")
            if event.data.strip():
                yield event


class Chunks:
    """The events of one answer. Whoever has one closes it, which ends the answer at the provider, too."""

    def __init__(self, stream: _EventStream) -> None:
        self._stream = stream
        self.request_id = stream.response.headers.get("x-request-id", "")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> JsonObject:
        with translated(lost=AnswerBroken, request_id=self.request_id):
            return as_object(await anext(self._stream))

    @property
    def is_done(self) -> bool:
        """Whether the server has said that nothing more will come."""
        return self._stream.is_done

    async def read_rest(self) -> None:
        """After the last event that matters: only a connection read to its end serves the next answer."""
        with suppress(TimeoutError, UserFacingError):
            async with asyncio.timeout(_REST_SECONDS):
                async for _ in self:
                    continue

    async def aclose(self) -> None:
        await self._stream.close()


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Reading all authorities takes a tenth of a second: once, for all providers."""
    return httpx2.create_ssl_context()


class Wire:
    """A provider's connection pool."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, provider: Provider) -> AsyncGenerator[Self]:
        # Retries are ours, because the SDK also repeats what waits for money and what was read for too long.
        async with _Client(
            base_url=provider.base_url,
            api_key=provider.api_key or _NO_KEY,
            timeout=Timeout(connect=5, write=30, read=provider.silence_seconds, pool=10),
            max_retries=0,
            http_client=DefaultAioHttpClient(
                verify=_trusted(),
                limits=httpx2.Limits(
                    max_connections=provider.connections, keepalive_expiry=_IDLE_CONNECTION_SECONDS
                ),
            ),
        ) as client:
            yield cls(client)

    async def ask(self, path: str, body: Body) -> Chunks:
        """Sends the request, again when the provider could not be reached, and returns when it answers."""
        async for attempt in stamina.retry_context(
            on=_may_pass, attempts=_ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt, translated(lost=ProviderUnreachable):
                return await self._send(path, body)
        raise AssertionError("stamina raises after the last attempt")

    async def follow(self, path: str) -> Chunks:
        """The events of something that goes on at the provider, whether or not anybody listens."""
        async for attempt in stamina.retry_context(
            on=_may_pass, attempts=_ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt, translated(lost=ProviderUnreachable):
                return Chunks(
                    await self._client.get(
                        path, cast_to=object, options=_options({}), stream=True, stream_cls=_EventStream
                    )
                )
        raise AssertionError("stamina raises after the last attempt")

    async def post(self, path: str, body: Body) -> JsonObject:
        """Sends a request that is answered at once. It is paid for, so it is repeated only where it was not."""
        content = await json_body(body) if has_enclosures(body) else None
        answer = await patiently(
            lambda: self._client.post(
                path,
                cast_to=object,
                body=body if content is None else None,
                content=content,
                options=_options(content.headers if content else {}),
            ),
            _WORK_SECONDS,
        )
        return as_object(answer)

    async def post_for_bytes(self, path: str, body: Body) -> bytes:
        """Like `post`, for an answer that is a file."""
        accept = {"Accept": "application/octet-stream"}
        answer = await patiently(
            lambda: self._client.post(
                path, cast_to=HttpxBinaryResponseContent, body=body, options=_options(accept)
            ),
            _WORK_SECONDS,
        )
        return answer.content

    async def upload(self, path: str, body: Body) -> JsonObject:
        """Like `post`, as a form: each `Upload` in the body is a file of it."""
        content = await form_body(body)
        answer = await patiently(
            lambda: self._client.post(path, cast_to=object, content=content, options=_options(content.headers)),
            _UPLOAD_SECONDS + content.length / _SLOWEST_BYTES_PER_SECOND,
        )
        return as_object(answer)

    async def get(self, path: str) -> JsonObject:
        """What is there now. Asking costs nothing, so it is repeated like any question."""
        return await self._asked(lambda: self._client.get(path, cast_to=object, options=_options({}, _BRIEF)))

    async def delete(self, path: str) -> JsonObject:
        """Deletes what is there; doing it twice does no harm but `RouteMissing`."""
        options = _options({}, _BRIEF)
        return await self._asked(lambda: self._client.delete(path, cast_to=object, options=options))

    async def _asked(self, ask: Callable[[], Awaitable[object]]) -> JsonObject:
        async for attempt in stamina.retry_context(
            on=_may_pass, attempts=_ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt, translated(lost=ProviderUnreachable):
                return as_object(await ask())
        raise AssertionError("stamina raises after the last attempt")

    async def download(self, path: str, to: Path, *, most_bytes: int) -> None:
        """Writes an answer that is a file there, piece by piece. Raises `FileTooLarge`."""
        seconds = _UPLOAD_SECONDS + most_bytes / _SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(seconds):
                with translated(lost=ProviderUnreachable):
                    await self._download(path, to, most_bytes)
        except TimeoutError:
            raise TimedOut(f"not all after {seconds:.0f} s") from None

    async def _download(self, path: str, to: Path, most_bytes: int) -> None:
        options = _options({RAW_RESPONSE_HEADER: "stream", "Accept": "application/octet-stream"})
        answer = cast(
            "AsyncAPIResponse[bytes]",  # what the header asks the SDK for
            await self._client.get(path, cast_to=object, options=options),
        )
        try:
            await _written(answer.iter_bytes(_PIECE_BYTES), to, most_bytes)
        finally:
            await answer.close()

    async def order(self, path: str, body: Body, *, timeout_seconds: float) -> JsonObject:
        """Sends an order that is dear, as a form if it holds an `Upload`; once, unless the rate is refused.

        Raises `OrderLost` where nobody knows what became of it.
        """
        return as_object(await self._ordered(path, body, timeout_seconds, {}))

    async def order_stream(self, path: str, body: Body, *, timeout_seconds: float) -> Chunks:
        """Like `order`, for an answer that comes bit by bit."""
        how: dict[str, Any] = {"stream": True, "stream_cls": _EventStream}
        return Chunks(await self._ordered(path, body, timeout_seconds, how))

    async def _ordered(self, path: str, body: Body, timeout_seconds: float, how: Mapping[str, Any]) -> Any:
        content = await form_body(body) if has_uploads(body) else None
        timeout = Timeout(connect=5, write=60, read=timeout_seconds, pool=10)
        options = _options(content.headers if content else {}, timeout)

        async def send() -> Any:
            return await self._client.post(
                path,
                cast_to=object,
                body=body if content is None else None,
                content=content,
                options=options,
                **how,
            )

        async for attempt in stamina.retry_context(
            on=_Patience(may_fail=False), attempts=None, timeout=None, wait_initial=0.2, wait_max=2.0
        ):
            with attempt, translated(lost=OrderLost):
                try:
                    async with asyncio.timeout(timeout_seconds):
                        return await send()
                except TimeoutError:
                    raise OrderLost(f"nothing after {timeout_seconds:.0f} s") from None
        raise AssertionError("stamina raises after the last attempt")

    async def models(self) -> dict[str, date | None]:
        """The models the provider lists, with the day they end where it says one."""
        with translated(lost=ProviderUnreachable):
            page = await self._client.get("/models", cast_to=object, options=_options({}, _LIST_TIMEOUT))
        listed = (as_object(model) for model in as_list(as_object(page).get("data")))
        days = {as_text(model.get("id")): _day(model.get("shutdown_date")) for model in listed}
        return {model_id: day for model_id, day in days.items() if model_id}

    async def _send(self, path: str, body: Body) -> Chunks:
        # Raw JSON instead of the SDK's typed events: those cost 5 to 7 ms of CPU per short answer, this 1 ms.
        content = await json_body(body) if has_enclosures(body) else None
        stream = await self._client.post(
            path,
            cast_to=object,
            body=body if content is None else None,
            content=content,
            options=_options(content.headers if content else {}),
            stream=True,
            stream_cls=_EventStream,
        )
        return Chunks(stream)


async def _written(pieces: AsyncIterator[bytes], to: Path, most_bytes: int) -> None:
    size_bytes = 0
    file = await asyncio.to_thread(to.open, "wb")
    try:
        async for piece in pieces:
            size_bytes += len(piece)
            if size_bytes > most_bytes:
                raise FileTooLarge(f"more than {most_bytes} bytes")
            await asyncio.to_thread(file.write, piece)
    finally:
        await asyncio.to_thread(file.close)


def _options(headers: Mapping[str, str], timeout: Timeout | None = None) -> RequestOptions:
    options: RequestOptions = {"security": {"bearer_auth": True}, "headers": headers}
    return options if timeout is None else {**options, "timeout": timeout}


async def patiently(send: Callable[[], Awaitable[Answered]], timeout_seconds: float) -> Answered:
    """What `send` returns; a request that is paid for is sent again only where it was not worked on."""
    async for attempt in stamina.retry_context(
        on=_Patience(), attempts=None, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
    ):
        with attempt, translated(lost=ProviderUnreachable):
            try:
                async with asyncio.timeout(timeout_seconds):
                    return await send()
            except TimeoutError:
                raise TimedOut(f"nothing after {timeout_seconds:.0f} s") from None
    raise AssertionError("stamina raises after the last attempt")


class _Patience:
    """Whether a request that is paid for is sent again, and after how long: where it was not worked on."""

    def __init__(self, *, most_seconds: float = 60.0, may_fail: bool = True) -> None:
        self._seconds_left = most_seconds
        self._may_fail = may_fail

    def __call__(self, error: Exception) -> bool | float:
        match error:
            case RateLimited(retry_after_seconds=seconds):
                seconds = seconds or _BUSY_SECONDS
                self._seconds_left -= seconds
                return seconds if self._seconds_left >= 0 else False
            case ProviderUnreachable() if _may_pass(error) and self._may_fail:
                self._may_fail = False
                return True
            case _:
                return False


def _may_pass(error: Exception) -> bool:
    return isinstance(error, ProviderUnreachable) and not isinstance(error, TimedOut | RouteMissing)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(as_text(value))
    except ValueError:
        return None
