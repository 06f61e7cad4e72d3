"""The model's way into the files of a conversation: it asks, and cites the passages it is given."""

import json
from dataclasses import dataclass
from typing import cast

from conversation.knowledge.library import Knowledge
from conversation.knowledge.scopes import scopes_of
from conversation.tools import Calling, Offer, Outcome
from domain.engine import ToolSpec
from domain.knowledge import FoundPassage
from domain.run import Citation
from domain.texts import Sentence, Text

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
    """`conversation.tools.Tool`: offered where there are documents to draw on."""

    knowledge: Knowledge
    seconds: float = 20.0

    def spec(self, offer: Offer) -> ToolSpec | None:
        return ToolSpec(NAME, _DESCRIPTION, _PARAMETERS) if self.knowledge.has(scopes_of(offer)) else None

    @property
    def title(self) -> Sentence | None:
        return Text("Searching files")

    def activity(self, arguments: str) -> Sentence:
        return Text("Searching the files…")

    async def call(self, calling: Calling) -> Outcome:
        query = _query(calling.arguments)
        if not query:
            return Outcome(_NO_QUERY, is_failed=True)
        found = await self.knowledge.search(scopes_of(calling.offer), query)
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
