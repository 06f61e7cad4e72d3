"""All tools that run at OpenAI, in the order in which a model uses them."""

from collections.abc import Awaitable, Callable

from sandbox.model.asked import Asked
from sandbox.model.drawing import draw
from sandbox.model.endpoints import Endpoints
from sandbox.model.file_search import search_files
from sandbox.model.hosted import Used
from sandbox.model.journal import Entry
from sandbox.model.scripts import Script
from sandbox.model.web_search import search_web

Use = Callable[[Asked, Script, Endpoints, Entry], Awaitable[Used | None]]
"""Uses a tool if the request offers it and asks for it. Raises `ApiError` for what the tool does not take."""

_TOOLS: tuple[Use, ...] = (search_files, search_web, draw)


async def used(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> tuple[Used, ...]:
    """What came of all of them. After a function's output the model answers and uses none."""
    if asked.outputs:
        return ()
    uses = [await use(asked, script, endpoints, entry) for use in _TOOLS]
    return tuple(use for use in uses if use is not None)
