"""Looking after the models: the provider's list daily, and a warning before one in use shuts down."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from ai.engine import TextEngine
from domain.catalogue import Catalogue, Model
from domain.texts import Sentence, Text

log = logging.getLogger(__name__)

_DAY_SECONDS = 86_400.0
_WARNING_TIME = timedelta(days=60)


async def refresh_daily(
    engine: TextEngine, tell: Callable[[Sentence], None], chosen: Callable[[], Iterable[str]]
) -> None:
    """Runs until cancelled. `chosen` are the ids people chose; the default counts as chosen."""
    while True:
        await engine.refresh()
        for model in ending(engine.catalogue, chosen()):
            log.warning("model %s shuts down on %s", model.id, model.shutdown)
            tell(_warning(model))
        await asyncio.sleep(_DAY_SECONDS)


def ending(catalogue: Catalogue, chosen: Iterable[str]) -> list[Model]:
    """The models in use that end within two months."""
    used = {catalogue.default("chat").id, *chosen}
    last_day = datetime.now(UTC).date() + _WARNING_TIME
    models = (catalogue.models[model_id] for model_id in sorted(used) if model_id in catalogue.models)
    return [model for model in models if model.shutdown is not None and model.shutdown <= last_day]


def _warning(model: Model) -> Text:
    day = model.shutdown.isoformat() if model.shutdown else ""
    if not model.replacements:
        return Text(
            "The model {model} shuts down on {date}. Choose another with /model.", model=model.id, date=day
        )
    return Text(
        "The model {model} shuts down on {date}; {next} will answer then.",
        model=model.id,
        date=day,
        next=model.replacements[0],
    )
