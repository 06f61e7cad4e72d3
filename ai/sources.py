"""The providers in use: the main one, and others that serve a capability of their own."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Self

from ai.availability import today_in_utc
from ai.provider import Provider
from ai.source import Source
from domain.catalogue import Capability, Catalogue, Model
from domain.health import ModelHealth


class Sources:
    """Each capability has one source; the main one serves all that have none of their own."""

    def __init__(self, main: Source, own: Mapping[Capability, Source]) -> None:
        self.main = main
        self._own = own
        self._merged_from: tuple[Catalogue, ...] = ()
        self._merged = main.catalogue

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        main: Provider,
        own: Mapping[Capability, Provider],
        catalogue: Catalogue,
        *,
        on_model_gone: Callable[[str, str], None],
        today: Callable[[], date] = today_in_utc,
    ) -> AsyncGenerator[Self]:
        """Like `Source.open`. A provider that serves several capabilities is opened once."""
        async with AsyncExitStack() as stack:
            opened: dict[Provider, Source] = {}
            for provider in dict.fromkeys((main, *own.values())):
                opened[provider] = await stack.enter_async_context(
                    Source.open(provider, catalogue, on_model_gone=on_model_gone, today=today)
                )
            yield cls(opened[main], {capability: opened[provider] for capability, provider in own.items()})

    def of(self, capability: Capability) -> Source:
        return self._own.get(capability, self.main)

    @property
    def all(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys((self.main, *self._own.values())))

    @property
    def catalogue(self) -> Catalogue:
        """The models of the moment, each capability's as its own source has them."""
        catalogues = tuple(source.catalogue for source in self.all)
        if len(catalogues) == 1:
            return catalogues[0]
        if not _are_same(catalogues, self._merged_from):
            self._merged = Catalogue(
                {
                    model.id: model
                    for source in self.all
                    for model in source.catalogue.models.values()
                    if self.of(model.capability) is source
                }
            )
            self._merged_from = catalogues
        return self._merged

    def health(self, model: Model) -> ModelHealth:
        return self.of(model.capability).pulse.of(model.id)

    def prefer(self, capability: Capability, model_id: str) -> None:
        """Makes a model the default of a capability; "" leaves it to the catalogue."""
        self.of(capability).availability.prefer(capability, model_id)

    def replace(self, catalogue: Catalogue) -> None:
        """Takes another catalogue: its file has changed."""
        for source in self.all:
            source.availability.replace(catalogue)

    async def refresh(self) -> None:
        """Asks every provider which models it has and until when. Where one does not say, nothing changes."""
        for source in self.all:
            await source.refresh()


def _are_same(these: tuple[Catalogue, ...], those: tuple[Catalogue, ...]) -> bool:
    """Compared by what they are, because comparing what is in them is work."""
    return len(these) == len(those) and all(one is other for one, other in zip(these, those, strict=True))
