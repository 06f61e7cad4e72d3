"""The text engine the bot uses: the right protocol, the right parameters, and a model that is there."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Self

from ai.availability import Availability, today_in_utc
from ai.chat import CHAT
from ai.errors import ModelGone, RouteMissing
from ai.healing import Healing
from ai.protocols import ProtocolEngine
from ai.provider import Provider
from ai.responses import RESPONSES
from ai.whole import whole_characters
from ai.wire import Wire
from domain.catalogue import Catalogue
from domain.engine import Engine, Prompt
from domain.errors import NoModelLeft, UserFacingError
from domain.events import Event, Finished, ModelReplaced, TextDelta
from domain.turn import Usage

log = logging.getLogger(__name__)

_PROTOCOLS = {"responses": RESPONSES, "chat": CHAT}


def _tell_nobody(_model_id: str, _replacement: str) -> None:
    return


class TextEngine:
    """`domain.engine.Engine` and `Completer` on one provider. A model that is gone is replaced."""

    def __init__(
        self,
        provider: Provider,
        wire: Wire,
        availability: Availability,
        on_model_gone: Callable[[str, str], None],
    ) -> None:
        self._provider = provider
        self._wire = wire
        self._availability = availability
        self._on_model_gone = on_model_gone
        self._reported: set[str] = set()
        ask = Healing(wire.ask).ask
        engines: dict[str, Engine] = {
            name: ProtocolEngine(protocol, ask, availability.model, speaks_openai=provider.speaks_openai)
            for name, protocol in _PROTOCOLS.items()
        }
        self._engine = engines.pop(provider.protocol)
        self._others = list(engines.values()) if provider.api == "auto" else []

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        provider: Provider,
        catalogue: Catalogue,
        *,
        on_model_gone: Callable[[str, str], None] = _tell_nobody,
        today: Callable[[], date] = today_in_utc,
    ) -> AsyncGenerator[Self]:
        """`on_model_gone(model_id, replacement)` is called once for each model that had to be replaced."""
        async with Wire.open(provider) as wire:
            availability = Availability(catalogue, today=today)
            yield cls(provider, wire, availability, on_model_gone)

    @property
    def catalogue(self) -> Catalogue:
        """The models of the moment."""
        return self._availability.catalogue

    async def refresh(self) -> None:
        """Asks the provider which models it has and until when. Where it does not say, nothing changes."""
        try:
            await self.learn()
        except UserFacingError as error:
            log.warning("the provider did not list its models: %s: %s", type(error).__name__, error)

    async def learn(self) -> None:
        """Like `refresh`, but raises when the provider cannot be asked or refuses the key."""
        if not self._provider.lists_what_it_serves:
            return
        listing = await self._wire.models()
        if listing:
            self._availability.learn(listing)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        for model in self._availability.line(prompt.model):
            try:
                async with aclosing(self._stream_from(model.id, prompt)) as events:
                    async for event in events:
                        yield event
                return
            except ModelGone as error:
                log.warning("model %s is gone: %s", model.id, error)
                self._availability.bury(model.id)
        raise NoModelLeft(f"asked for {prompt.model}")

    async def complete(self, prompt: Prompt) -> tuple[str, Usage]:
        text, usage = "", Usage()
        async with aclosing(self.stream(prompt)) as events:
            async for event in events:
                match event:
                    case TextDelta(delta):
                        text += delta
                    case Finished():
                        usage = event.usage
                    case ModelReplaced():
                        continue
        return text, usage

    async def _stream_from(self, model_id: str, prompt: Prompt) -> AsyncGenerator[Event]:
        is_replacement = model_id != prompt.model
        async with aclosing(self._spoken(replace(prompt, model=model_id))) as events:
            async for event in whole_characters(events):
                if is_replacement:
                    is_replacement = False
                    self._report(prompt.model, model_id)
                    yield ModelReplaced(prompt.model, model_id)
                yield event

    async def _spoken(self, prompt: Prompt) -> AsyncGenerator[Event]:
        """In the protocol that the server speaks: where "auto" guessed wrong, the first question shows it."""
        engine = self._engine
        try:
            async with aclosing(engine.stream(prompt)) as events:
                async for event in events:
                    yield event
            return
        except RouteMissing:
            if engine is self._engine and not self._others:
                raise
        if engine is self._engine:
            log.warning("the provider lacks this API: asking through the other one from now on")
            self._engine = self._others.pop()
        async with aclosing(self._engine.stream(prompt)) as events:
            async for event in events:
                yield event

    def _report(self, model_id: str, replacement: str) -> None:
        if model_id not in self._reported:
            self._reported.add(model_id)
            self._on_model_gone(model_id, replacement)
