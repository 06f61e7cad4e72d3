"""Which models there are today: the catalogue, refined by dates, by the provider's list and by its answers."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from domain.catalogue import Catalogue, Model

log = logging.getLogger(__name__)

_CHAT: Final = "chat"
_MOST_STRANGERS = 20
# A list of models says no capability; these names speak of another one than chat.
_NO_CHAT = re.compile(
    "embed|whisper|tts|dall-e|image|moderation|transcribe|realtime|audio|sora|rerank|babbage|davinci", re.I
)

Listing = Mapping[str, date | None]
"""The ids a provider lists, with the day each ends where it says one."""


def today_in_utc() -> date:
    return datetime.now(UTC).date()


class Availability:
    """What can be asked now, and what stands in for a model that cannot."""

    def __init__(self, catalogue: Catalogue, *, today: Callable[[], date] = today_in_utc) -> None:
        self._known = catalogue
        self._today = today
        self._listing: Listing | None = None
        self._dead: set[str] = set()
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

    def model(self, model_id: str) -> Model:
        """The model as the catalogue knows it, or a bare one: an id nobody described may still be served."""
        return self._refined.models.get(model_id) or Model(model_id, _CHAT, model_id)

    def line(self, asked: str) -> Iterator[Model]:
        """The asked model and all that stand in for it, best first; without those that are gone by then."""
        for model in dict.fromkeys(self._candidates(asked)):
            if not self._is_gone(model) and (model.id == asked or self._is_listed(model)):
                yield model

    def _candidates(self, asked: str) -> Iterator[Model]:
        yield from self._with_replacements(asked, set())
        offered = sorted(self.catalogue.of(_CHAT), key=_price)
        yield from (model for model in offered if model.is_default)
        yield from offered

    def _with_replacements(self, model_id: str, seen: set[str]) -> Iterator[Model]:
        if model_id in seen:
            return
        seen.add(model_id)
        model = self.model(model_id)
        yield model
        for replacement in model.replacements:
            yield from self._with_replacements(replacement, seen)

    def _is_gone(self, model: Model) -> bool:
        return model.id in self._dead or (model.shutdown is not None and model.shutdown <= self._today())

    def _is_listed(self, model: Model) -> bool:
        return self._listing is None or model.id in self._listing

    def _update(self) -> None:
        self._refined_on = self._today()
        self._refined = self._refine()

    def _refine(self) -> Catalogue:
        models = [self._dated(model) for model in self._known.models.values()]
        usable = {model.id for model in models if self._can_be_offered(model)}
        offered = {model.id for model in models if model.is_offered and model.id in usable}
        if not offered and self._listing is not None:
            offered = usable  # an older model that is there is better than a new one that is not
        strangers = [] if offered else self._strangers()
        if not offered and not strangers:
            return self._known  # nothing better to offer; asking will say what is wrong
        refined = [replace(model, is_offered=model.id in offered) for model in models]
        return Catalogue({model.id: model for model in (*refined, *strangers)})

    def _can_be_offered(self, model: Model) -> bool:
        return not self._is_gone(model) and self._is_listed(model)

    def _strangers(self) -> list[Model]:
        """A small server's own models, where it serves none of the catalogue: it needs no file then."""
        listing = self._listing or {}
        models = (
            Model(model_id, _CHAT, model_id, shutdown=day)
            for model_id, day in listing.items()
            if not _NO_CHAT.search(model_id)
        )
        return [model for model in models if not self._is_gone(model)][:_MOST_STRANGERS]

    def _dated(self, model: Model) -> Model:
        day = (self._listing or {}).get(model.id)
        return model if day is None else replace(model, shutdown=day)


def _price(model: Model) -> float:
    return float("inf") if model.output_price is None else model.output_price
