"""The model's way to draw: asked for a picture in the chat, it orders one."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from conversation.drawing.desk import Desk, source_of
from conversation.drawing.errors import NothingToDraw
from conversation.drawing.keyboards import MOST_VARIATIONS
from conversation.drawing.options import SHAPES
from conversation.drawing.wording import shortened
from conversation.tools import Calling, Offer, Outcome
from domain.commission import Commission, Source
from domain.drawing import Task, Wishes
from domain.engine import ToolSpec
from domain.texts import Sentence, Text

NAME = "draw_picture"

_DESCRIPTION = """\
Draws a new picture, or changes pictures of this conversation. The picture is made beside the conversation and \
shown to the person by itself: say at most a short sentence about it, and never describe it as if it were \
there. Use it only if the person wants a picture made or changed, not to talk about one."""
_NUMBER = re.compile(r"(drawing|picture)\D*(\d{1,9})(?:\D+(\d{1,2}))?", re.IGNORECASE)
_PARAMETERS = {
    "type": "object",
    "properties": {
        "prompt": {
            "type": "string",
            "description": "What shall be seen, or what shall change, in the person's words and language, with "
            "all they said about it.",
        },
        "pictures": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Which pictures to change or combine: 'drawing 12' by its number, 'picture 1' of "
            "the person's last message, or 'last' for the newest drawing. Empty for a new picture.",
        },
        "size": {"type": "string", "enum": [*SHAPES], "description": "Only if the person wants a shape."},
        "count": {"type": "integer", "minimum": 1, "maximum": MOST_VARIATIONS},
    },
    "required": ["prompt"],
}
_SPEC = ToolSpec(NAME, _DESCRIPTION, _PARAMETERS)


@dataclass(frozen=True, slots=True)
class DrawTool:
    """`conversation.tools.Tool`."""

    desk: Desk

    def spec(self, offer: Offer) -> ToolSpec | None:
        chosen = self.desk.choices.drawing(offer.turn.asker.user_id)
        return _SPEC if self.desk.studio.painter.chosen(chosen, Task.IMAGINE) is not None else None

    @property
    def seconds(self) -> float:
        return 60.0  # the pictures to be changed may have to be fetched

    @property
    def title(self) -> Sentence | None:
        return Text("Drawing")

    def activity(self, arguments: str) -> Sentence:
        return Text("Preparing the picture…")

    async def call(self, calling: Calling) -> Outcome:
        given = _object(calling.arguments)
        prompt = str(given.get("prompt") or "").strip()
        if not prompt:
            raise NothingToDraw("a call without a prompt")
        sources = await self._sources(calling, _listed(given.get("pictures")))
        task = Task.EDIT if sources else Task.IMAGINE
        turn = calling.turn
        asked = self.desk.understood("", turn.asker, task)
        self.desk.check_length(prompt, asked.wishes, task)
        count = given.get("count")
        wished = Wishes(
            size=SHAPES.get(str(given.get("size")), ""),
            count=min(max(count, 1), MOST_VARIATIONS) if isinstance(count, int) else 0,
        )
        commission = Commission(
            task,
            prompt,
            wished.over(asked.wishes),
            turn.asker,
            turn.key,
            turn.chat_kind,
            reply_to=turn.said[-1].message_id,
            sources=tuple(sources),
        )
        await self.desk.place(commission, origin=calling.origin, thread_id=calling.offer.thread_id)
        told = Text("I am drawing it: {prompt}", prompt=shortened(prompt, 200))
        return Outcome("The picture is being drawn and will be shown by itself.", told)

    async def _sources(self, calling: Calling, names: Iterable[str]) -> list[Source]:
        """The pictures that the model names; what cannot be found is taken for the newest."""
        found: list[Source] = []
        for name in names:
            source = await self._named(calling, name) or await self._newest(calling)
            if source is not None and source not in found:
                found.append(source)
        return found

    async def _named(self, calling: Calling, name: str) -> Source | None:
        match = _NUMBER.search(name)
        if match is None:
            return None
        number = int(match[2])
        if match[1].lower() == "drawing":
            artwork = await self.desk.found(number, calling.turn.key)
            if artwork is None or not artwork.pictures or artwork.commission.key != calling.turn.key:
                return None
            return source_of(artwork, max(int(match[3] or 1), 1) - 1)
        pictures = calling.material.pictures
        if not 1 <= number <= len(pictures):
            return None
        picture = pictures[number - 1]
        known = await self.desk.studio.drawings.by_file_id(calling.turn.key, picture.file_id)
        if picture.file_id and known is not None:
            return source_of(known[0], known[1].number)
        return Source(file_id=picture.file_id) if picture.file_id else Source(file=picture.file)

    async def _newest(self, calling: Calling) -> Source | None:
        """What was brought just now, else the last drawing."""
        if calling.material.pictures:
            return await self._named(calling, "picture 1")
        last = await self.desk.studio.drawings.last(calling.turn.key, calling.offer.thread_id)
        return source_of(last, 0) if last is not None else None


def _object(arguments: str) -> Mapping[str, object]:
    """What the model said, if it is an object at all."""
    try:
        given = json.loads(arguments)
    except json.JSONDecodeError:
        return {}
    return cast("Mapping[str, object]", given) if isinstance(given, dict) else {}


def _listed(value: object) -> list[str]:
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []
