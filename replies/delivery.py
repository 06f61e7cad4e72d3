"""The final answer: its parts in order, each recorded as it stands, so that a crash repeats none of them."""

import logging
from collections.abc import Callable

from domain.reply import Destination, Keyboard
from domain.steps import Json, Steps
from replies.errors import MethodMissing, TelegramRefusal
from replies.gateway import Gateway
from replies.markdown import Document
from replies.parts import Part, as_text, in_parts, wants_rich
from replies.placing import Place, Placing
from replies.preview import PLACEHOLDER

log = logging.getLogger(__name__)


class Delivery:
    """Puts an answer where it belongs. A part refused as a rich message is put, with all behind it, as text."""

    def __init__(self, gateway: Gateway, placing: Placing) -> None:
        self._gateway = gateway
        self._placing = placing

    async def deliver(
        self, to: Destination, document: Document, steps: Steps, buttons: Callable[[], Keyboard]
    ) -> tuple[int, ...]:
        """The ids of the answer's messages; none, and nothing done, if there is nothing in it to be seen."""
        parts = await self._parts(to, document, steps)
        if not parts:
            return ()
        places = await known_places(to, steps)
        message_ids: list[int] = []
        while (index := len(message_ids)) < len(parts):
            recorded = await steps.result(_step(index))
            if recorded is None:
                places += [Place(to.key) for _ in range(len(places), index + 1)]
                places[index].reply_to = to.reply_to if index == 0 else None
                keyboard = buttons() if index == len(parts) - 1 else ()
                recorded = await self._placed(places[index], parts[index], keyboard)
                if recorded is not None:
                    await steps.record(_step(index), recorded)
            if recorded is None or (parts[index].is_rich and not recorded.get("rich")):
                parts[index:] = as_text(parts[index:])
            if recorded is not None:
                message_ids.append(_message_id(recorded))
        await self._remove(places[len(message_ids) :])
        return tuple(message_ids)

    async def _parts(self, to: Destination, document: Document, steps: Steps) -> list[Part]:
        """The answer's messages; split as in an earlier try, if its first part stands already."""
        first = await steps.result(_step(0))
        if first is not None:
            rich = bool(first.get("rich"))
        else:
            rich = self._gateway.can_send_rich() and wants_rich(document, to.rich)
        return in_parts(document, rich=rich)

    async def _placed(self, place: Place, part: Part, keyboard: Keyboard) -> Json | None:
        """What is recorded of the part that stands now; None if it is refused as a rich message."""
        forms = part.ladder()
        try:
            message_id = await self._placing.place(place, forms, keyboard)
        except (TelegramRefusal, MethodMissing) as refusal:
            log.warning("chat %s refuses a part: %s", place.key.chat_id, refusal)
            if part.is_rich:
                return None
            message_id = await self._placing.place_bare(place, forms[-1])
        return {"message_id": message_id, "rich": part.is_rich}

    async def _remove(self, surplus: list[Place]) -> None:
        for place in surplus:
            if place.message_id is not None:
                await self._placing.remove(place.key, place.message_id)


async def known_places(to: Destination, steps: Steps) -> list[Place]:
    """The messages that the answer takes the place of, first part first."""
    placeholder = await steps.result(PLACEHOLDER)
    known = [_message_id(placeholder)] if placeholder is not None else []
    return [Place(to.key, message_id) for message_id in (*known, *to.edits)]


def _step(index: int) -> str:
    return f"part:{index}"


def _message_id(recorded: Json) -> int:
    return int(str(recorded["message_id"]))
