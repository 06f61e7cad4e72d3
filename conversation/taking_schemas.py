"""`/schema`: the JSON Schema that a chat's answers obey, from a message or a file."""

import asyncio
from dataclasses import dataclass

from conversation.fetching import Fetching
from conversation.schemas import MOST_BYTES, SchemaUnusable, schema_from
from conversation.tasks import Done, Order
from conversation.tuning import Tunings
from domain.media import MediaKind
from domain.reply import Presenter
from domain.texts import Text

TASK = "schema"

HINT = Text(
    "Write a JSON Schema behind the command, or send it as a file with /schema below it, or reply with /schema "
    "to it. /schema off forgets it."
)


@dataclass(frozen=True, slots=True)
class TakingSchemas:
    """Takes it from the words behind the command, else from the file that came with it."""

    fetching: Fetching
    tunings: Tunings
    presenter: Presenter

    async def work(self, order: Order) -> Done:
        schema = await asyncio.to_thread(schema_from, await self._text(order))
        key = order.turn.key
        await self.tunings.choose_schema(key, schema)
        await self.tunings.choose_json(key, is_json=True)
        told = Text("From now on answers here are JSON that obeys this schema. /json changes that.")
        ids = await self.presenter.deliver(order.to, order.say(told), steps=order.steps)
        return Done(ids)

    async def _text(self, order: Order) -> str:
        said = order.turn.said[-1]
        if said.text.strip():
            return said.text
        files = [one for one in said.attachments if one.kind is MediaKind.DOCUMENT]
        if not files:
            raise SchemaUnusable("no schema", text=HINT)
        return await self.fetching.text_of(files[0], most_bytes=MOST_BYTES)
