"""The toolbox: every tool there is right now, each with its switch, and asking first where it must."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from conversation.permissions import PATIENCE_SECONDS, Permissions
from conversation.tool_choices import ToolChoices
from conversation.tools import Calling, Offer, Outcome, Tool
from domain.engine import ToolSpec
from domain.texts import Sentence

_REFUSED = "The person did not allow this call. Do not try it again; go on without it, or ask what they want."
_OFF = "This tool is switched off in this chat."
_MARGIN_SECONDS = 30.0


class Shelf(Protocol):
    """Tools of one origin; which they are may change."""

    def names(self) -> Sequence[str]:
        """Those that are offered now."""
        ...

    def tool(self, name: str) -> Tool | None:
        """The tool of that name, also if it is only known that it may come; None if the provider works it."""
        ...

    async def asks_first(self, name: str) -> bool:
        """Whether it changes things."""
        ...

    def title(self) -> Sentence:
        """What people read above its tools, with what is wrong where something is."""
        ...


@dataclass(frozen=True, slots=True)
class Switched:
    """`conversation.tools.Tool`: one of them as it is offered."""

    name: str
    tool: Tool
    shelf: Shelf
    choices: ToolChoices
    permissions: Permissions

    @property
    def seconds(self) -> float:
        """With the time that a person may take to allow it."""
        return self.tool.seconds + PATIENCE_SECONDS + _MARGIN_SECONDS

    def spec(self, offer: Offer) -> ToolSpec | None:
        return self.tool.spec(offer) if self.choices.is_on(offer.turn.key.chat_id, self.name) else None

    @property
    def title(self) -> Sentence | None:
        return self.tool.title

    def activity(self, arguments: str) -> Sentence:
        return self.tool.activity(arguments)

    async def call(self, calling: Calling) -> Outcome:
        if not self.choices.is_on(calling.turn.key.chat_id, self.name):
            return Outcome(_OFF, is_failed=True)
        if await self.shelf.asks_first(self.name) and not await self.permissions.granted(calling, self.name):
            return Outcome(_REFUSED, is_failed=True)
        try:
            async with asyncio.timeout(self.tool.seconds):
                return await self.tool.call(calling)
        except TimeoutError:
            return Outcome(f"The tool gave no answer within {self.tool.seconds:.0f} seconds.", is_failed=True)


class Toolbox(Mapping[str, Tool]):
    """All shelves together, as the loop looks into them: what is there changes while the bot runs.

    Of tools with one name that of the earlier shelf counts.
    """

    def __init__(self, shelves: Sequence[Shelf], choices: ToolChoices, permissions: Permissions) -> None:
        self.shelves = shelves
        self.choices = choices
        self.permissions = permissions

    def __getitem__(self, name: str) -> Tool:
        for shelf in self.shelves:
            tool = shelf.tool(name)
            if tool is not None:
                return Switched(name, tool, shelf, self.choices, self.permissions)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names = (name for shelf in self.shelves for name in shelf.names() if shelf.tool(name) is not None)
        return iter(dict.fromkeys(names))

    def __len__(self) -> int:
        return sum(1 for _ in self)
