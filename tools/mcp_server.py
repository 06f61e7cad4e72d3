"""An MCP server: connected in the background, and again whenever it is lost."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from typing import Final, cast

import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.session import IncomingMessage
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost
from mcp_types import Tool, ToolListChangedNotification

from domain.engine import ToolSpec
from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import Caller, Function
from tools.mcp_file import ServerEntry
from tools.mcp_results import full_name, schema_of, text_of

log = logging.getLogger(__name__)

CALL_SECONDS: Final = 60.0
_CONNECT_SECONDS = 30.0
_LOOK_SECONDS = 60.0  # how often a silent server is looked at
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0
_WAIT_SECONDS = 10.0
_MOST_PAGES, _MOST_TOOLS = 20, 200
_LONGEST_DESCRIPTION = 2_000
_TIMEOUT = httpx2.Timeout(30.0, read=300.0)


class State(StrEnum):
    CONNECTING = "connecting"
    READY = "ready"
    LOST = "lost"


class Server:
    """Its tools are those it had when it was last there; `run` keeps the connection."""

    def __init__(self, entry: ServerEntry, *, call_seconds: float = CALL_SECONDS) -> None:
        self._entry = entry
        self._call_seconds = call_seconds
        self._client: Client | None = None
        self._ready = asyncio.Event()
        self._look = asyncio.Event()
        self._functions: dict[str, Function] = {}
        self.state = State.CONNECTING

    @property
    def name(self) -> str:
        return self._entry.name

    @property
    def is_ready(self) -> bool:
        return self.state is State.READY

    @property
    def functions(self) -> Mapping[str, Function]:
        return self._functions

    def may_have(self, name: str) -> bool:
        """Whether it may bring a tool of that name once it is connected for the first time."""
        return not self._functions and name.startswith(full_name(self.name, ""))

    async def function(self, name: str) -> Function | None:
        """The tool of that name, waiting a little for the first connection."""
        if self.may_have(name):
            await self._connected()
        return self._functions.get(name)

    async def run(self) -> None:
        """Connects, keeps the list of tools fresh, and connects again when it is lost, until cancelled."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            was_ready = False
            try:
                async with self._opened() as client:
                    was_ready = True
                    await self._watch(client)
            except Exception as error:  # noqa: BLE001  # whatever a server does, it is tried again
                if self.state is not State.LOST or was_ready:  # said once, not at every try
                    # Its kind alone: the words may hold the address, or what was said in a header.
                    log.warning("MCP server %s is not there: %s", self.name, _kind(error))
                self.state = State.LOST
            pause = _FIRST_PAUSE_SECONDS if was_ready else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[Client]:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(_CONNECT_SECONDS):
                transport = await self._transport(stack)
                client = Client(
                    transport, message_handler=self._hear, read_timeout_seconds=self._call_seconds, cache=None
                )
                await stack.enter_async_context(client)
                await self._list(client)
            self._client, self.state = client, State.READY
            self._ready.set()
            log.info("MCP server %s is connected: %s tools", self.name, len(self._functions))
            try:
                yield client
            finally:
                self._client, self.state = None, State.LOST
                self._ready.clear()

    async def _transport(self, stack: AsyncExitStack):  # the SDK keeps the type to itself
        entry = self._entry
        if entry.url:
            client = httpx2.AsyncClient(headers=dict(entry.headers), timeout=_TIMEOUT)
            return streamable_http_client(entry.url, http_client=await stack.enter_async_context(client))
        # What it says on its error stream is its own business: it may say what it was told in secret.
        nowhere = stack.enter_context(await asyncio.to_thread(open, os.devnull, "w"))
        parameters = StdioServerParameters(
            command=entry.command, args=list(entry.args), env=dict(entry.env), cwd=entry.cwd
        )
        return stdio_client(parameters, errlog=nowhere)

    async def _watch(self, client: Client) -> None:
        """Lists the tools again when they change, and now and then to see whether it is still there."""
        listening = asyncio.create_task(self._listen(client))
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._look.wait()
                self._look.clear()
                await self._list(client)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, client: Client) -> None:
        """Servers of before July 2026 say by themselves that their tools have changed (`_hear`)."""
        try:
            async with client.listen(tools_list_changed=True) as events:
                async for _ in events:
                    self._look.set()
        except (ListenNotSupportedError, SubscriptionLost, MCPError, TimeoutError) as error:
            log.info("MCP server %s does not tell of changes: %s", self.name, _kind(error))

    async def _hear(self, message: IncomingMessage) -> None:
        if isinstance(message, ToolListChangedNotification):
            self._look.set()

    async def _list(self, client: Client) -> None:
        found: dict[str, Function] = {}
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await client.list_tools(cursor=cursor)
            for tool in page.tools:
                name = full_name(self.name, tool.name)
                if name in found or len(found) >= _MOST_TOOLS:
                    log.warning("tool %s of MCP server %s is left out", name, self.name)
                else:
                    found[name] = self._function(name, tool)
            cursor = page.next_cursor
            if not cursor:
                break
        self._functions = found

    def _function(self, name: str, tool: Tool) -> Function:
        async def invoke(given: Mapping[str, object], _caller: Caller) -> str:
            return await self._call(tool.name, given)

        is_harmless = tool.annotations is not None and tool.annotations.read_only_hint is True
        description = (tool.description or tool.title or tool.name)[:_LONGEST_DESCRIPTION]
        return Function(
            ToolSpec(name, description, schema_of(tool.input_schema)),
            invoke,
            self._call_seconds + _WAIT_SECONDS,
            not is_harmless,
            Text("Asking {server}…", server=self.name),
        )

    async def _call(self, tool: str, given: Mapping[str, object]) -> str:
        client = await self._connected()
        if client is None:
            raise ToolFailed(f"The server {self.name} is not connected right now.")
        try:
            async with asyncio.timeout(self._call_seconds):
                return text_of(await client.call_tool(tool, dict(given)))
        except TimeoutError:
            raise ToolFailed(f"The server {self.name} gave no answer in time.") from None
        except ToolFailed:
            raise
        except MCPError as error:
            self._look.set()
            raise ToolFailed(f"The server {self.name} refuses this: {error.message[:300]}") from None
        except Exception as error:
            self._look.set()  # whether it is still there is seen at once
            log.info("MCP server %s breaks a call off: %s", self.name, _kind(error))
            raise ToolFailed(f"The connection to the server {self.name} broke off.") from error

    async def _connected(self) -> Client | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._ready.wait()
        return self._client


def _kind(error: BaseException) -> str:
    """The kinds of what went wrong; task groups wrap it."""
    if isinstance(error, BaseExceptionGroup):
        inner = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return ", ".join(sorted(set(map(_kind, inner))))
    return type(error).__name__
