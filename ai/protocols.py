"""A wire protocol for text, and the engine that speaks it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from ai.bodies import Body
from ai.healing import Ask
from ai.wire import Chunks
from domain.catalogue import Model
from domain.engine import Prompt
from domain.events import Event


@dataclass(frozen=True, slots=True)
class TextProtocol:
    """How a prompt is put into a request, and how its answer is read.

    `openai_body` uses every parameter of OpenAI, `plain_body` what all servers of this protocol understand.
    """

    path: str
    openai_body: Callable[[Prompt, Model], Body]
    plain_body: Callable[[Prompt, Model], Body]
    read: Callable[[Chunks, str], AsyncGenerator[Event]]


class ProtocolEngine:
    """`domain.engine.Engine` in one protocol. `describe` tells what a model accepts."""

    def __init__(
        self,
        protocol: TextProtocol,
        ask: Ask,
        describe: Callable[[str], Model],
        *,
        speaks_openai: bool,
    ) -> None:
        self._protocol = protocol
        self._ask = ask
        self._describe = describe
        self._body = protocol.openai_body if speaks_openai else protocol.plain_body

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        body = self._body(prompt, self._describe(prompt.model))
        async with aclosing(await self._ask(self._protocol.path, body)) as chunks:
            async for event in self._protocol.read(chunks, prompt.model):
                yield event
