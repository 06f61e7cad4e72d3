"""A provider as every capability uses it: its connections, and which of its models are there today."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date
from typing import Self, TypeVar

from ai.availability import Availability, today_in_utc
from ai.errors import ModelGone
from ai.health import Pulse
from ai.provider import Provider
from ai.wire import Wire
from domain.catalogue import Catalogue, Model
from domain.errors import UserFacingError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def _tell_nobody(_model_id: str, _replacement: str) -> None:
    return


class Source:
    """Shared by the capabilities that one provider serves."""

    def __init__(
        self,
        provider: Provider,
        wire: Wire,
        availability: Availability,
        on_model_gone: Callable[[str, str], None] = _tell_nobody,
    ) -> None:
        self.provider = provider
        self.wire = wire
        self.availability = availability
        self._on_model_gone = on_model_gone
        self.pulse = Pulse()
        self._reported: set[str] = set()

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
            availability = Availability(catalogue, today=today, is_openai=provider.speaks_openai)
            yield cls(provider, wire, availability, on_model_gone)

    @property
    def catalogue(self) -> Catalogue:
        """The models of the moment."""
        return self.availability.catalogue

    async def refresh(self) -> None:
        """Asks the provider which models it has and until when. Where it does not say, nothing changes."""
        try:
            await self.learn()
        except UserFacingError as error:
            log.warning("the provider did not list its models: %s: %s", type(error).__name__, error)

    async def learn(self) -> bool:
        """Like `refresh`, but raises when it cannot be asked or refuses the key. False: it lists none."""
        if not self.provider.lists_what_it_serves:
            return False
        listing = await self.wire.models()
        if listing:
            self.availability.learn(listing)
        else:
            log.warning("the provider lists no models: what it serves shows when it is asked")
        return bool(listing)

    async def first_answer(
        self, models: Iterable[Model], asked: str, ask: Callable[[Model], Awaitable[Answer]]
    ) -> Answer | None:
        """What the first model says that is there; None if none of them is. `asked` is "" for the default."""
        for model in models:
            try:
                with self.pulse.measured(model.id):
                    answer = await ask(model)
            except ModelGone as error:
                log.warning("model %s is gone: %s", model.id, error)
                self.availability.bury(model.id)
                continue
            wanted = asked or self.availability.first_choice(model.capability)
            if wanted and wanted != model.id and self.availability.is_gone(wanted):
                self.report(wanted, model.id)
            return answer
        return None

    def report(self, gone: str, replacement: str) -> None:
        """A model was replaced because it is gone: told once while the process lives."""
        if gone not in self._reported:
            self._reported.add(gone)
            self._on_model_gone(gone, replacement)
