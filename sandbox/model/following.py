"""Following a response that is made in the background, from wherever one stopped listening."""

from aiohttp import web

from sandbox.model.background import Run
from sandbox.model.delivery import STREAM_HEADERS, break_off

_DELTA = b"event: response.output_text.delta"


async def follow(request: web.Request, run: Run, number: int, *, cut: int | None = None) -> web.StreamResponse:
    """The events after one with this number as they come; they may be cut off after so many tokens."""
    response = web.StreamResponse(headers=STREAM_HEADERS)
    response.enable_chunked_encoding()
    await response.prepare(request)
    tokens = 0
    async for event in run.after(number):
        if cut is not None and tokens >= cut:
            break_off(request)
            return response
        tokens += event.startswith(_DELTA)
        await response.write(event)
    await response.write_eof()
    return response
