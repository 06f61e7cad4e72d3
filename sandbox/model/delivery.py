"""Sends a stream at its pace, and breaks it where that is asked for."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from aiohttp import web

from sandbox.model.journal import Entry, Journal
from sandbox.model.stream import Stream

STREAM_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
CUT = web.RequestKey("cut", int)
"""After how many pieces of an answer the connection is to be cut, where that is known of a request."""

_OPENED = b": open\n\n"  # a comment: the headers go out with it, and no client takes it for an event


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds before the first token, and before each further one."""

    first_seconds: float = 0.0
    token_seconds: float = 0.0

    @property
    def is_instant(self) -> bool:
        return not (self.first_seconds or self.token_seconds)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a stream is sent: its pace, after how many tokens it dies, whether it ever says anything."""

    pace: Pace
    cut: int | None = None
    hangs: bool = False

    def uncut(self) -> "Manner":
        """For what goes on when its listener is cut off."""
        return replace(self, cut=None)


async def deliver(
    request: web.Request,
    stream: Stream,
    manner: Manner,
    journal: Journal,
    entry: Entry,
    on_piece: Callable[[bytes], None] | None = None,
) -> web.StreamResponse:
    """Sends it. `on_piece` is told of each piece before it is sent, the stream's tail among them."""
    headers = STREAM_HEADERS | {"X-Request-Id": f"req_{entry.id}"}
    if manner.pace.is_instant and manner.cut is None and not manner.hangs and not stream.is_slow:
        journal.first_token(entry)
        steps = (step for _, step in stream.steps)
        if on_piece is not None:
            on_piece(stream.tail)
        whole = b"".join((stream.head, *steps, *stream.deltas, stream.tail))
        return web.Response(body=whole, headers=headers)
    response = web.StreamResponse(headers=headers)
    response.enable_chunked_encoding()
    journal.began(entry, response.status)
    await response.prepare(request)
    if manner.hangs:
        await response.write(_OPENED)
        await asyncio.Event().wait()  # until the client goes away, which cancels this
    async for piece in played(stream, manner, lambda: journal.first_token(entry)):
        if on_piece is not None:
            on_piece(piece)
        await response.write(piece)
    if manner.cut is not None:
        break_off(request)
        return response
    await response.write_eof()
    return response


async def played(stream: Stream, manner: Manner, on_first: Callable[[], None]) -> AsyncGenerator[bytes]:
    """The stream at its pace, up to where it is cut. Everything that is due at once comes in one piece."""
    deltas = stream.deltas if manner.cut is None else stream.deltas[: manner.cut]
    clock = asyncio.get_running_loop().time
    yield stream.head
    for pause, step in stream.steps[: manner.cut]:
        await asyncio.sleep(pause)
        yield step
    first_due = clock() + manner.pace.first_seconds

    def due(number: int) -> float:
        return first_due + number * manner.pace.token_seconds

    sent = 0
    while sent < len(deltas):
        await asyncio.sleep(max(0.0, due(sent) - clock()))
        on_first()
        ready = sent + 1  # a timer may end a little early
        while ready < len(deltas) and due(ready) <= clock():
            ready += 1
        yield b"".join(deltas[sent:ready])
        sent = ready
    if manner.cut is None:
        yield stream.tail


def break_off(request: web.Request) -> None:
    """Ends the connection in the middle of the answer, after what was written."""
    if request.transport is not None:
        request.transport.close()


async def trickle(
    request: web.Request, pieces: list[bytes], pause_seconds: float, kind: str
) -> web.StreamResponse:
    """Sends bytes piece by piece, with a pause before each; all of them at once without."""
    cut = request.get(CUT)
    if not pause_seconds and cut is None:
        return web.Response(body=b"".join(pieces), headers={"Content-Type": kind})
    response = web.StreamResponse(headers={"Content-Type": kind})
    response.enable_chunked_encoding()
    await response.prepare(request)
    for piece in pieces[:cut]:
        await asyncio.sleep(pause_seconds)
        await response.write(piece)
    if cut is not None:
        break_off(request)
        return response
    await response.write_eof()
    return response
