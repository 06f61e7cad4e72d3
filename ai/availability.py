"""Which models there are today: the catalogue, refined by dates, by the provider's list and by its answers."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final, get_args

from ai.strangers import capability_of, stranger
from domain.catalogue import Capability, Catalogue, Model

log = logging.getLogger(__name__)

_CHAT: Final = "chat"
_MOST_STRANGERS = 20
_CAPABILITIES: Final[tuple[Capability, ...]] = get_args(Capability)

Listing = Mapping[str, date | None]
"""The ids a provider lists, with the day each ends where it says one."""


def today_in_utc() -> date:
    return datetime.now(UTC).date()


def _any(_model: Model) -> bool:
    return True


class Availability:
    """What can be asked now, and what stands in for a model that cannot.

    `dates_hold`: the catalogue's shutdown dates are this provider's. A compatible server may serve for years
    what OpenAI has long ended.
    """

    def __init__(
        self, catalogue: Catalogue, *, today: Callable[[], date] = today_in_utc, dates_hold: bool = True
    ) -> None:
        self._known = catalogue
        self._dates_hold = dates_hold
        self._today = today
        self._listing: Listing | None = None
        self._dead: set[str] = set()
        self._blind: set[str] = set()
        self._illiterate: set[str] = set()
        self._refined_on = today()
        self._refined = self._refine()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of today: what is gone is still known, but not offered."""
        if self._refined_on != self._today():
            self._update()
        return self._refined

    def learn(self, listing: Listing) -> None:
        """Takes the provider's list. A model it names is alive again, whatever was seen before."""
        self._listing = listing
        self._dead -= listing.keys()
        self._update()
        if not any(model.id in listing for model in self._refined.of(_CHAT)):
            log.warning("the provider lists no chat model of the catalogue: name some in CATALOGUE_FILE")

    def bury(self, model_id: str) -> None:
        """The provider does not know the model: it is not asked again."""
        self._dead.add(model_id)
        self._update()

    def blind(self, model_id: str) -> None:
        """The model refuses pictures: it is shown none again."""
        self._blind.add(model_id)
        self._update()

    def illiterate(self, model_id: str) -> None:
        """The model refuses files: it is given none again."""
        self._illiterate.add(model_id)
        self._update()

    def first_choice(self, capability: Capability) -> str:
        """The default of the catalogue's file, even if it is gone by now; "" if there is none."""
        return next(
            (m.id for m in self._known.models.values() if m.capability == capability and m.is_default), ""
        )

    def is_gone(self, model_id: str) -> bool:
        """Whether the model's day has come, or the provider does not know it."""
        return self._is_gone(self.model(model_id))

    def model(self, model_id: str, capability: Capability = _CHAT) -> Model:
        """The model as the catalogue knows it, or a bare one: an id nobody described may still be served."""
        return self._refined.models.get(model_id) or self._as_seen(stranger(model_id, capability))

    def line(
        self, asked: str, capability: Capability = _CHAT, *, able: Callable[[Model], bool] = _any
    ) -> Iterator[Model]:
        """The asked model and all that stand in for it, best first; without those that are gone by then.

        Only such as are `able` to do what is needed. With "" the default is asked.
        """
        for model in dict.fromkeys(self._candidates(asked, capability)):
            is_there = not self._is_gone(model) and (model.id == asked or self._is_listed(model))
            if is_there and model.capability == capability and able(model):
                yield model

    def _candidates(self, asked: str, capability: Capability) -> Iterator[Model]:
        if first := asked or self.first_choice(capability):
            yield from self._with_replacements(self.model(first, capability), set())
        offered = sorted(self.catalogue.of(capability), key=_price)
        for default in (model for model in offered if model.is_default):
            yield from self._with_replacements(default, set())
        yield from offered
        if capability != _CHAT:  # where nobody chooses, an old model is better than none
            yield from (model for model in self.catalogue.models.values() if model.capability == capability)

    def _with_replacements(self, model: Model, seen: set[str]) -> Iterator[Model]:
        if model.id in seen:
            return
        seen.add(model.id)
        yield model
        for replacement in model.replacements:
            yield from self._with_replacements(self.model(replacement, model.capability), seen)

    def _is_gone(self, model: Model) -> bool:
        return model.id in self._dead or (model.shutdown is not None and model.shutdown <= self._today())

    def _is_listed(self, model: Model) -> bool:
        return self._listing is None or model.id in self._listing

    def _update(self) -> None:
        self._refined_on = self._today()
        self._refined = self._refine()

    def _refine(self) -> Catalogue:
        known = [self._as_seen(model) for model in self._known.models.values()]
        strangers = [model for capability in _CAPABILITIES for model in self._strangers(known, capability)]
        offered = {
            model.id for capability in _CAPABILITIES for model in self._offered(known, strangers, capability)
        }
        refined = [replace(model, is_offered=model.id in offered) for model in known]
        return Catalogue({model.id: model for model in (*refined, *strangers)}, self._known.hosted)

    def _offered(self, known: list[Model], strangers: list[Model], capability: Capability) -> list[Model]:
        models = [model for model in known if model.capability == capability]
        usable = [model for model in models if self._can_be_offered(model)]
        offered = [model for model in usable if model.is_offered]
        if offered:
            return offered
        if usable and (self._listing is not None or capability != _CHAT):
            return usable  # an older model that is there is better than a new one that is not
        if capability == _CHAT and not any(model.capability == _CHAT for model in strangers):
            return [model for model in models if model.is_offered]  # asking will say what is wrong
        return []

    def _can_be_offered(self, model: Model) -> bool:
        return not self._is_gone(model) and self._is_listed(model)

    def _strangers(self, known: list[Model], capability: Capability) -> list[Model]:
        """A small server's own models, where it serves none of the catalogue: it needs no file then."""
        if any(model.capability == capability and self._can_be_offered(model) for model in known):
            return []
        models = (
            self._as_seen(replace(stranger(model_id, capability), shutdown=day))
            for model_id, day in (self._listing or {}).items()
            if capability_of(model_id) == capability
        )
        return [model for model in models if not self._is_gone(model)][:_MOST_STRANGERS]

    def _as_seen(self, model: Model) -> Model:
        """With what the provider said of it."""
        day = (self._listing or {}).get(model.id)
        if day is not None or not self._dates_hold:
            model = replace(model, shutdown=day)
        if model.id in self._blind:
            model = replace(model, vision=None)
        return replace(model, reads_files=False) if model.id in self._illiterate else model


def _price(model: Model) -> float:
    prices = (model.output_price, model.minute_price, model.audio_output_price, model.characters_price)
    return next((price for price in prices if price is not None), float("inf"))
