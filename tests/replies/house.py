"""All that goes out to Telegram, put together as the bot does it, against the sandbox."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from domain.reply import Destination, RichMode
from domain.steps import Json
from domain.turn import ChatKind, ConversationKey
from replies.clock import Clock
from replies.gateway import Gateway
from replies.governor import Governor
from replies.presenter import TelegramPresenter
from replies.wire import Wire
from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox

TURN = 4711
FaultKind = Literal["status", "reset_before", "reset_after", "delay", "html_502"]


class MemorySteps:
    """Steps that outlive a presenter, as those in storage outlive a process."""

    def __init__(self) -> None:
        self.recorded: dict[str, Json] = {}

    async def result(self, step: str) -> Json | None:
        return self.recorded.get(step)

    async def record(self, step: str, result: Json) -> None:
        self.recorded[step] = result


@dataclass(slots=True)
class House:
    """`people` are those who write to the bot; `moves` what the gateway told of groups with a new id."""

    people: TelegramClient
    wire: Wire
    gateway: Gateway
    presenter: TelegramPresenter
    moves: list[tuple[int, int]]
    steps: MemorySteps = field(default_factory=MemorySteps)

    async def texts(self, chat_id: int) -> list[str]:
        """What the bot's messages in the chat say, oldest first."""
        messages = await self.people.messages(chat_id)
        return [message.get("text", "") for message in messages if message["from"]["is_bot"]]

    async def counted(self, *methods: str) -> int:
        """How many calls of these methods there were."""
        return len([call for call in await self.people.calls() if call["method"] in methods])


@asynccontextmanager
async def opened(
    sandbox: TelegramSandbox, *, speed: float = 1.0, per_second: float = 1000
) -> AsyncGenerator[House]:
    """With `speed` 10 the bot, not the sandbox, lives ten times as fast."""
    moves: list[tuple[int, int]] = []

    async def on_migrated(old: int, new: int) -> None:
        moves.append((old, new))

    async with Wire.open(sandbox.root, sandbox.token) as wire, TelegramClient.open(sandbox.root) as people:
        gateway = Gateway(wire, Governor(per_second=per_second, clock=Clock(speed)), on_migrated)
        yield House(people, wire, gateway, TelegramPresenter(gateway), moves)


def private(user_id: int, *, rich: RichMode = RichMode.AUTO, edits: tuple[int, ...] = ()) -> Destination:
    return Destination(ConversationKey(user_id), ChatKind.PRIVATE, "en", rich=rich, edits=edits)


def group(chat_id: int, *, topic_id: int = 0, reply_to: int | None = None) -> Destination:
    return Destination(ConversationKey(chat_id, topic_id), ChatKind.GROUP, "en", reply_to=reply_to)
