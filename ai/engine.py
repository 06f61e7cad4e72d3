"""The text engine the bot uses: the right protocol, the right parameters, and a model that can do it."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Self

from ai.availability import today_in_utc
from ai.chat import CHAT
from ai.errors import Blind, ModelGone, RouteMissing
from ai.healing import Healing
from ai.protocols import ProtocolEngine, TextProtocol
from ai.provider import Protocol, Provider
from ai.responses import RESPONSES
from ai.source import Source
from ai.tuning import Tuner
from ai.whole import whole_characters
from domain.catalogue import Catalogue, Model
from domain.engine import Prompt, completed
from domain.errors import NobodySees, NoModelLeft, UserFacingError
from domain.events import Event, Finished, ModelReplaced
from domain.limits import Limits
from domain.turn import Usage

log = logging.getLogger(__name__)

_PROTOCOLS: Mapping[Protocol, TextProtocol] = {"responses": RESPONSES, "chat": CHAT}


def _tell_nobody(_model_id: str, _replacement: str) -> None:
    return


class TextEngine:
    """`domain.engine.Engine` and `Completer` on one source.

    A model that is gone is replaced, and one that cannot see what a prompt shows, for that prompt.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._availability = source.availability
        provider, healing = source.provider, Healing(source.wire.ask)
        engines = {
            name: ProtocolEngine(
                protocol,
                healing.ask,
                source.wire,
                source.availability.model,
                Tuner(name, healing.refuses, provider.speaks_openai),
            )
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
        """Like `Source.open`."""
        async with Source.open(provider, catalogue, on_model_gone=on_model_gone, today=today) as source:
            yield cls(source)

    @property
    def catalogue(self) -> Catalogue:
        """The models of the moment."""
        return self.source.catalogue

    def model(self, model_id: str) -> Model:
        """The model as it is known by now; a bare one where nobody described it."""
        return self._availability.model(model_id)

    def limits(self, model: Model) -> Limits:
        """What of a `Tuning` the model takes here, as far as is known by now."""
        return self._engine.tuner.limits(model)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        able = _able_to_take(prompt)
        last: UserFacingError = NoModelLeft(f"asked for {prompt.model}")
        for model in self._availability.line(prompt.model, able=able):
            try:
                async with aclosing(self._stream_from(model.id, prompt)) as events:
                    async for event in events:
                        yield event
                return
            except ModelGone as error:
                log.warning("model %s is gone: %s", model.id, error)
                self._availability.bury(model.id)
            except Blind as error:
                if not (_has_pictures(prompt) or _has_files(prompt)):
                    raise
                log.warning("model %s does not take what it is shown: %s", model.id, error)
                self._learn_blindness(model, prompt)
        if any(self._availability.line(prompt.model)):
            last = NobodySees(f"asked for {prompt.model}")
        raise last

    async def resume(self, prompt: Prompt, response_id: str) -> AsyncGenerator[Event]:
        async with aclosing(self._engine.resume(prompt, response_id)) as events:
            async for event in whole_characters(events):
                yield event

    async def cancel(self, response_id: str) -> None:
        await self._engine.cancel(response_id)

    async def complete(self, prompt: Prompt) -> tuple[str, Usage]:
        return await completed(self, prompt)

    async def _stream_from(self, model_id: str, prompt: Prompt) -> AsyncGenerator[Event]:
        is_replacement = model_id != prompt.model
        with self.source.pulse.measured(model_id) as call:
            async with aclosing(self._spoken(replace(prompt, model=model_id))) as events:
                async for event in whole_characters(events):
                    if not isinstance(event, Finished):
                        call.begun()
                    if is_replacement:
                        is_replacement = False
                        yield self._replaced(prompt, model_id)
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

    def _learn_blindness(self, model: Model, prompt: Prompt) -> None:
        """The refusal need not say which of both it means; fewer models read files than see."""
        if _has_files(prompt):
            self._availability.illiterate(model.id)
        else:
            self._availability.blind(model.id)

    def _replaced(self, prompt: Prompt, used: str) -> ModelReplaced:
        if any(model.id == prompt.model for model in self._availability.line(prompt.model)):
            return ModelReplaced(prompt.model, used, "blind")
        self.source.report(prompt.model, used)
        return ModelReplaced(prompt.model, used)


def _able_to_take(prompt: Prompt) -> Callable[[Model], bool]:
    """Whether a model can be shown what is in the prompt."""
    sees, reads = _has_pictures(prompt), _has_files(prompt)
    return lambda model: (model.vision is not None or not sees) and (model.reads_files or not reads)


def _has_pictures(prompt: Prompt) -> bool:
    return any(message.shows and message.pictures for message in prompt.messages)


def _has_files(prompt: Prompt) -> bool:
    return any(message.shows and message.files for message in prompt.messages)
