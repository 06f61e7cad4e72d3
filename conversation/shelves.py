"""Where tools are from: functions, parts of the bot itself, and MCP servers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from conversation.functions import FunctionTool
from conversation.tools import Calling, Offer, Outcome, Tool
from domain.assistant import CODE, FILES, WEB
from domain.engine import ToolSpec
from domain.hosting import Hosting
from domain.texts import Sentence, Text
from tools.kit import Function

Zone = Callable[[int], ZoneInfo | None]


class Server(Protocol):
    """A server of tools. `tools.mcp_server` implements it."""

    @property
    def name(self) -> str: ...

    @property
    def is_ready(self) -> bool: ...

    @property
    def functions(self) -> Mapping[str, Function]: ...

    def may_have(self, name: str) -> bool:
        """Whether it may bring a tool of that name once it is connected for the first time."""
        ...

    async def function(self, name: str) -> Function | None:
        """The tool of that name, waiting a little for the first connection."""
        ...


@dataclass(frozen=True, slots=True)
class FunctionShelf:
    """Functions of ours and of plugins, and tools that are parts of the bot."""

    functions: Mapping[str, Function]
    parts: Mapping[str, Tool]
    zone: Zone

    def names(self) -> Sequence[str]:
        return [*self.parts, *(name for name in self.functions if name not in self.parts)]

    def tool(self, name: str) -> Tool | None:
        if name in self.parts:
            return self.parts[name]
        function = self.functions.get(name)
        return FunctionTool(function, self.zone) if function is not None else None

    async def asks_first(self, name: str) -> bool:
        return name not in self.parts and self.functions[name].changes

    def title(self) -> Sentence:
        return Text("Tools of mine:")


@dataclass(frozen=True, slots=True)
class HostedShelf:
    """The provider's own tools, which it works itself: here they only have their switches."""

    hosting: Hosting

    def names(self) -> Sequence[str]:
        there = {WEB: self.hosting.can_remember, CODE: self.hosting.can_run, FILES: self.hosting.can_search}
        return [name for name, is_there in there.items() if is_there]

    def tool(self, name: str) -> Tool | None:
        return None

    async def asks_first(self, name: str) -> bool:
        return False

    def title(self) -> Sentence:
        return Text("Tools of the AI service:")


@dataclass(frozen=True, slots=True)
class ServerShelf:
    """The tools of one MCP server."""

    server: Server
    zone: Zone

    def names(self) -> Sequence[str]:
        return list(self.server.functions)

    def tool(self, name: str) -> Tool | None:
        function = self.server.functions.get(name)
        if function is not None:
            return FunctionTool(function, self.zone)
        return Coming(name, self.server, self.zone) if self.server.may_have(name) else None

    async def asks_first(self, name: str) -> bool:
        function = await self.server.function(name)
        return function is not None and function.changes

    def title(self) -> Sentence:
        if self.server.is_ready:
            return Text("Tools of the server {server}:", server=self.server.name)
        return Text("⚠️ The server {server} is not connected right now. Its tools:", server=self.server.name)


@dataclass(frozen=True, slots=True)
class Coming:
    """`conversation.tools.Tool`: one that a call of before a restart names, its server not being there yet."""

    name: str
    server: Server
    zone: Zone

    @property
    def seconds(self) -> float:
        return 120.0

    def spec(self, offer: Offer) -> ToolSpec | None:
        return None

    @property
    def title(self) -> Sentence | None:
        return None

    def activity(self, arguments: str) -> Sentence:
        return Text("Asking {server}…", server=self.server.name)

    async def call(self, calling: Calling) -> Outcome:
        function = await self.server.function(self.name)
        if function is None:
            return Outcome(f"The server {self.server.name} has no such tool right now.", is_failed=True)
        return await FunctionTool(function, self.zone).call(calling)
