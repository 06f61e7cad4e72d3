"""The model's way into the files of a conversation: it asks, and cites the passages it is given."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from conversation.knowledge.library import Knowledge
from conversation.tools import Calling, Outcome
from domain.engine import ToolSpec
from domain.knowledge import FoundPassage
from domain.run import Citation
from domain.texts import Sentence, Text
from domain.turn import Turn

NAME = "search_files"

_DESCRIPTION = """\
Looks through the files that were given to this conversation, and returns the passages that fit best. Use it \
before you say anything about what is in these files; ask again in other words if the answer is not among \
them. Each passage stands under a mark such as 【12】. Behind each statement that rests on a passage, repeat \
its mark exactly as it is, and no other mark."""
_PARAMETERS = {
    "type": "object",
    "properties": {
        "query": {
            "type": "string",
            "description": "A question or words, in the language of the files if you know it.",
        }
    },
    "required": ["query"],
}
_NOTHING = "No passage of the files fits this."
_NO_QUERY = "The call needs a query: words or a question."


@dataclass(frozen=True, slots=True)
class SearchFiles:
    """`scopes` tells which documents the turn may draw on; without any the tool is not offered."""

    knowledge: Knowledge
    scopes: Callable[[Turn], Sequence[str]]
    seconds: float = 20.0

    def spec(self, turn: Turn) -> ToolSpec | None:
        return ToolSpec(NAME, _DESCRIPTION, _PARAMETERS) if self.knowledge.has(self.scopes(turn)) else None

    def activity(self, arguments: str) -> Sentence:
        return Text("Searching the files…")

    async def call(self, calling: Calling) -> Outcome:
        query = _query(calling.arguments)
        if not query:
            return Outcome(_NO_QUERY, is_failed=True)
        found = await self.knowledge.search(self.scopes(calling.turn), query)
        output = "\n\n".join(map(_told, found)) or _NOTHING
        return Outcome(output, citations=tuple(_citation(one, calling) for one in found))


def _told(found: FoundPassage) -> str:
    page = f", page {found.passage.page}" if found.passage.page else ""
    above = " › ".join((found.name + page, *found.passage.headings))
    return f"【{found.id}】 {above}\n{found.passage.text}"


def _citation(found: FoundPassage, calling: Calling) -> Citation:
    title = Text("{name}, page {page}", name=found.name, page=found.passage.page)
    return Citation(
        title=calling.order.say(title) if found.passage.page else found.name,
        file_id=str(found.id),
        quote=found.passage.text,
    )


def _query(arguments: str) -> str:
    try:
        given: object = json.loads(arguments)
    except json.JSONDecodeError:
        return ""
    query = cast("dict[str, object]", given).get("query") if isinstance(given, dict) else None
    return query.strip() if isinstance(query, str) else ""
