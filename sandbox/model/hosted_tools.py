"""All tools that run at OpenAI, in the order in which a model uses them."""

from collections.abc import Awaitable, Callable

from sandbox.model.asked import Asked
from sandbox.model.code_interpreter import run_code
from sandbox.model.drawing import draw
from sandbox.model.endpoints import Endpoints
from sandbox.model.file_search import search_files
from sandbox.model.hosted import Used
from sandbox.model.journal import Entry
from sandbox.model.scripts import Script
from sandbox.model.values import as_count
from sandbox.model.web_search import search_web

Use = Callable[[Asked, Script, Endpoints, Entry], Awaitable[Used | None]]
"""Uses a tool if the request offers it and asks for it. Raises `ApiError` for what the tool does not take."""

_ANY_NUMBER = 1_000
_TOOLS: tuple[Use, ...] = (search_files, search_web, run_code, draw)


async def used(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> tuple[Used, ...]:
    """What came of all of them, as far as `max_tool_calls` allows; plain words have only one of them used.

    After a function's output the model answers and uses none.
    """
    if asked.outputs:
        return ()
    uses: list[Used] = []
    left = as_count(asked.body.get("max_tool_calls")) or _ANY_NUMBER
    for use in _TOOLS:
        if left <= 0 or (uses and not script.orders):
            break
        made = await use(asked, script, endpoints, entry)
        if made is not None:
            uses.append(made.first(left))
            left -= len(made.items)
    return tuple(uses)
