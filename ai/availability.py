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

    `is_openai`: the catalogue speaks of this provider. A compatible server may serve for years what OpenAI has
    long ended, and but for chat nothing is taken for served before it is listed.
    """

    def __init__(
        self, catalogue: Catalogue, *, today: Callable[[], date] = today_in_utc, is_openai: bool = True
    ) -> None:
        self._known = catalogue
        self._is_openai = is_openai
        self._preferred: dict[Capability, str] = {}
        self._today = today
        self._listing: Listing | None = None
        self._dead: set[str] = set()
        self._blind: set[str] = set()
        self._illiterate: set[str] = set()
        self._refined: Catalogue | None = None  # made when it is asked for
        self._refined_on = today()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of today: what is gone is still known, but not offered."""
        day = self._today()
        if self._refined is None or self._refined_on != day:
            self._refined, self._refined_on = self._refine(), day
        return self._refined

    def learn(self, listing: Listing) -> None:
        """Takes the provider's list. A model it names is alive again, whatever was seen before."""
        self._listing = listing
        self._dead -= listing.keys()
        self._refined = None
        if not any(model.id in listing for model in self.catalogue.of(_CHAT)):
            log.warning("the provider lists no chat model of the catalogue: name some in CATALOGUE_FILE")

    def replace(self, catalogue: Catalogue) -> None:
        """Takes another catalogue: its file has changed."""
        self._known = catalogue
        self._refined = None

    def prefer(self, capability: Capability, model_id: str) -> None:
        """Makes a model the default, be it known, listed or not; "" leaves it to the catalogue."""
        self._preferred[capability] = model_id
        self._refined = None

    def preferred(self, capability: Capability) -> str:
        """The default that was chosen over the catalogue's, "" if none was."""
        return self._preferred.get(capability, "")

    def bury(self, model_id: str) -> None:
        """The provider does not know the model: it is not asked again."""
        self._dead.add(model_id)
        self._refined = None

    def blind(self, model_id: str) -> None:
        """The model refuses pictures: it is shown none again."""
        self._blind.add(model_id)
        self._refined = None

    def illiterate(self, model_id: str) -> None:
        """The model refuses files: it is given none again."""
        self._illiterate.add(model_id)
        self._refined = None

    def first_choice(self, capability: Capability) -> str:
        """The default, chosen or of the catalogue's file, even if it is gone by now; "" if there is none."""
        return self.preferred(capability) or next(
            (m.id for m in self._known.models.values() if m.capability == capability and m.is_default), ""
        )

    def is_gone(self, model_id: str) -> bool:
        """Whether the model's day has come, or the provider does not know it."""
        known = self._known.models.get(model_id)
        return self._is_gone(self._as_seen(known or stranger(model_id, _CHAT)))

    def model(self, model_id: str, capability: Capability = _CHAT) -> Model:
        """The model as the catalogue knows it, or a bare one: an id nobody described may still be served."""
        return self.catalogue.models.get(model_id) or self._as_seen(stranger(model_id, capability))

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
        if model.id == self.preferred(model.capability):
            return True
        if self._listing is None:
            return self._is_openai or model.capability == _CHAT or model.is_own
        return model.id in self._listing

    def _refine(self) -> Catalogue:
        known = [self._as_seen(model) for model in self._known_or_preferred()]
        strangers = [model for capability in _CAPABILITIES for model in self._strangers(known, capability)]
        offered = {
            model.id for capability in _CAPABILITIES for model in self._offered(known, strangers, capability)
        }
        refined = [
            replace(model, is_offered=model.id in offered, is_default=self._is_default(model))
            for model in known
        ]
        return Catalogue({model.id: model for model in (*refined, *strangers)}, self._known.hosted)

    def _known_or_preferred(self) -> Iterator[Model]:
        yield from self._known.models.values()
        for capability, model_id in self._preferred.items():
            if model_id and model_id not in self._known.models:
                yield stranger(model_id, capability)

    def _is_default(self, model: Model) -> bool:
        preferred = self.preferred(model.capability)
        if not preferred or self.is_gone(preferred):
            return model.is_default
        return model.id == preferred

    def _offered(self, known: list[Model], strangers: list[Model], capability: Capability) -> list[Model]:
        models = [model for model in known if model.capability == capability]
        usable = [model for model in models if self._can_be_offered(model)]
        preferred = self.preferred(capability)
        offered = [model for model in usable if model.is_offered or model.id == preferred]
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
        if day is not None or not self._is_openai:
            model = replace(model, shutdown=day)
        if model.id in self._blind:
            model = replace(model, vision=None)
        return replace(model, reads_files=False) if model.id in self._illiterate else model


def _price(model: Model) -> float:
    prices = (model.output_price, model.minute_price, model.audio_output_price, model.characters_price)
    return next((price for price in prices if price is not None), float("inf"))
