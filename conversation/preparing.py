"""What comes before the answer: attachments fetched, then heard, each a step of its own."""

import logging
from dataclasses import dataclass
from typing import cast

from pydantic import TypeAdapter

from conversation.fetching import Fetching
from conversation.gallery import DEFAULT_VISION
from conversation.hearing import Hearing
from conversation.tasks import Order
from domain.assistant import Assistant
from domain.catalogue import Model
from domain.material import Material
from domain.speech import Hints
from domain.steps import Json, Steps
from storage.turns import Turns

log = logging.getLogger(__name__)

FETCH, HEAR = "fetch", "hear"

_material = TypeAdapter(Material)
_NOTHING = Material()


@dataclass(frozen=True, slots=True)
class Preparing:
    turns: Turns
    fetching: Fetching
    hearing: Hearing

    async def recorded(self, steps: Steps) -> Material:
        """What earlier tries have come to."""
        done = await steps.result(HEAR) or await steps.result(FETCH)
        return _material.validate_python(done) if done is not None else _NOTHING

    async def material(
        self,
        order: Order,
        model: Model,
        hints: Hints,
        assistant: Assistant,
        *,
        safety_key: str,
    ) -> Material:
        """Everything the turn brought, ready to be asked about. Raises `UserFacingError` if nothing is left."""
        turn, steps = order.turn, order.steps
        if not any(said.attachments for said in turn.said):
            return _NOTHING
        if await steps.result(FETCH) is None:
            known = await self.turns.material(turn.again_of) if turn.again_of is not None else _NOTHING
            fetching = self.fetching.by(assistant)
            fetched = await fetching.fetch(turn, known, model.vision or DEFAULT_VISION, order.say)
            await steps.record(FETCH, _as_json(fetched))
        material = await self.recorded(steps)
        if material.unheard:
            material = await self.hearing.hear(order, material, hints, safety_key=safety_key)
            await steps.record(HEAR, _as_json(material))
        return material


def _as_json(material: Material) -> Json:
    return cast("Json", _material.dump_python(material, mode="json", exclude_defaults=True))
