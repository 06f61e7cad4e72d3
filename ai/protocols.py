"""A wire protocol for text, and the engine that speaks it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

from ai.bodies import Body
from ai.errors import ParameterRefused, RouteMissing, SchemaRefused
from ai.healing import Ask
from ai.tuning import Tuner
from ai.wire import Chunks, Wire
from domain.catalogue import Model
from domain.engine import Prompt
from domain.errors import AnswerLost
from domain.events import Event


@dataclass(frozen=True, slots=True)
class TextProtocol:
    """How a prompt is put into a request, and how its answer is read.

    `keeps_answers`: one that is made in the background is found under the path and its id.
    `openai_body` uses every parameter of OpenAI, `plain_body` what all servers of this protocol understand.
    """

    path: str
    openai_body: Callable[[Prompt, Model], Body]
    plain_body: Callable[[Prompt, Model], Body]
    read: Callable[[Chunks, str], AsyncGenerator[Event]]
    keeps_answers: bool = False


class ProtocolEngine:
    """`domain.engine.Engine` in one protocol. `describe` tells what a model accepts."""

    def __init__(
        self,
        protocol: TextProtocol,
        ask: Ask,
        wire: Wire,
        describe: Callable[[str], Model],
        tuner: Tuner,
    ) -> None:
        self._protocol = protocol
        self._ask = ask
        self._wire = wire
        self._describe = describe
        self._body = protocol.openai_body if tuner.speaks_openai else protocol.plain_body
        self.tuner = tuner

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        async with aclosing(await self._asked(prompt)) as chunks:
            async for event in self._protocol.read(chunks, prompt.model):
                yield event

    async def resume(self, prompt: Prompt, response_id: str) -> AsyncGenerator[Event]:
        if not self._protocol.keeps_answers:
            raise AnswerLost("another protocol is spoken than when it began")
        try:
            followed = await self._wire.follow(f"{self._protocol.path}/{quote(response_id)}?stream=true")
        except (RouteMissing, ParameterRefused) as error:
            raise AnswerLost(str(error)) from None
        async with aclosing(followed) as chunks:
            async for event in self._protocol.read(chunks, prompt.model):
                yield event

    async def cancel(self, response_id: str) -> None:
        await self._wire.post(f"{self._protocol.path}/{quote(response_id)}/cancel", {})

    async def _asked(self, prompt: Prompt) -> Chunks:
        refusal = SchemaRefused("no way to ask")
        for body in self.tuner.bodies(self._body, prompt, self._describe(prompt.model)):
            try:
                return await self._ask(self._protocol.path, body)
            except SchemaRefused as error:
                refusal = error
        raise refusal
