"""Looking after the models: the provider's list daily, and warnings before one in use shuts down."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import date

from ai.sources import Sources
from domain.catalogue import Capability, Catalogue, Model
from domain.reply import Keyboard
from domain.texts import Sentence, Text
from handlers.default_models import swap_button
from storage.preferences import Preferences, Scope

log = logging.getLogger(__name__)

_DAY_SECONDS = 86_400.0
_WARNING_DAYS = (60, 14, 3)


async def refresh_daily(
    sources: Sources,
    tell: Callable[[Sentence, Keyboard], Awaitable[bool]],
    chosen: Callable[[], Iterable[str]],
    preferences: Preferences,
    today: Callable[[], date],
) -> None:
    """Runs until cancelled. `chosen` are the ids people chose; the defaults count as chosen.

    `tell` says whether anybody heard it: what nobody heard is told again.
    """
    while True:
        await sources.refresh()
        for model in ending(sources.catalogue, chosen(), today()):
            step, name = _step(model, today()), f"warned:{model.id}"
            if preferences.get(Scope.bot(), name) == step:
                continue
            log.warning("model %s shuts down on %s", model.id, model.shutdown)
            if await tell(*_warning(model, sources)):
                await preferences.set(Scope.bot(), name, step)
        await asyncio.sleep(_DAY_SECONDS)


def ending(catalogue: Catalogue, chosen: Iterable[str], today: date) -> list[Model]:
    """The models in use, for whatever capability, that end within two months."""
    capabilities: set[Capability] = {model.capability for model in catalogue.models.values()}
    defaults = {catalogue.default(capability).id for capability in capabilities if catalogue.of(capability)}
    models = (catalogue.models[model_id] for model_id in sorted({*defaults, *chosen} & catalogue.models.keys()))
    return [model for model in models if _step(model, today) is not None]


def _step(model: Model, today: date) -> int | None:
    """The smallest number of warning days that the time left is within; None if there is longer."""
    if model.shutdown is None:
        return None
    left = (model.shutdown - today).days
    return min((days for days in _WARNING_DAYS if left <= days), default=None)


def _warning(model: Model, sources: Sources) -> tuple[Text, Keyboard]:
    day = model.shutdown.isoformat() if model.shutdown else ""
    availability = sources.of(model.capability).availability
    line = availability.line(model.id, model.capability)
    following = next((one for one in line if one.id != model.id), None)
    if following is None:
        return Text(
            "The model {model} shuts down on {date}. Choose another with /models.", model=model.id, date=day
        ), ()
    told = Text(
        "The model {model} shuts down on {date}; {next} will answer then.",
        model=model.id,
        date=day,
        next=following.id,
    )
    return told, ((swap_button(model, following),),)
