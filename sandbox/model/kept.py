"""What the Responses API keeps: responses and their items, the chains they form, and conversations."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from sandbox.model.errors import ApiError, invalid
from sandbox.model.values import Json, as_list, as_object, as_text

_MOST_RESPONSES = 2_000
_PREFIXES = {
    "message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs",
    "code_interpreter_call": "ci", "web_search_call": "ws", "file_search_call": "fs",
    "image_generation_call": "ig",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An item with the id under which it is kept."""

    id: str
    told: Json


@dataclass(slots=True)
class Response:
    """A kept response: how it stands, what it was given, and what came before.

    `whole` are its items with everything that `include` can ask for.
    """

    told: Json
    given: Sequence[Item]
    before: Sequence[Item]
    whole: Mapping[str, Json]

    @property
    def id(self) -> str:
        return as_text(self.told.get("id"))

    @property
    def status(self) -> str:
        return as_text(self.told.get("status"))

    @property
    def output(self) -> list[Item]:
        items = (as_object(item) for item in as_list(self.told.get("output")))
        return [Item(as_text(item["id"]), self.whole.get(as_text(item["id"]), item)) for item in items]


@dataclass(slots=True)
class Conversation:
    """Items that stay until somebody deletes them. While `is_locked` a response is being made from it."""

    metadata: Json
    items: list[Item] = field(default_factory=list[Item])
    id: str = field(default_factory=lambda: f"conv_{token_hex(24)}")
    created_at: int = field(default_factory=lambda: int(time.time()))
    is_locked: bool = False

    def lock(self) -> None:
        """Raises `ApiError` while another response is being made."""
        if self.is_locked:
            message = (
                "Another process is currently operating on this conversation. Please retry in a few seconds."
            )
            raise ApiError(400, message, "conversation_locked", "conversation")
        self.is_locked = True

    def unlock(self) -> None:
        self.is_locked = False

    def item(self, item_id: str) -> Item:
        """The item, or 404 as `ApiError`."""
        found = next((item for item in self.items if item.id == item_id), None)
        if found is None:
            raise ApiError(404, f"Item with id '{item_id}' not found in conversation '{self.id}'.")
        return found


class Kept:
    """All of it. Items outlive the conversation they were in, as they do at OpenAI."""

    def __init__(self) -> None:
        self._responses: OrderedDict[str, Response] = OrderedDict()
        self._conversations: dict[str, Conversation] = {}
        self._left: list[Item] = []

    def put(self, response: Response) -> None:
        self._responses[response.id] = response
        if len(self._responses) > _MOST_RESPONSES:
            self._responses.popitem(last=False)

    def response(self, response_id: str) -> Response:
        """The response, or 404 as `ApiError`."""
        response = self._responses.get(response_id)
        if response is None:
            raise ApiError(404, f"Response with id '{response_id}' not found.")
        return response

    def before(self, response_id: str) -> list[Item]:
        """All that was said up to the end of a response; raises `ApiError`."""
        response = self._responses.get(response_id)
        if response is None:
            message = f"Previous response with id '{response_id}' not found."
            raise ApiError(400, message, "previous_response_not_found", "previous_response_id")
        if response.status in ("queued", "in_progress"):
            raise invalid("previous_response_id", f"Response '{response_id}' is still {response.status}.")
        return [*response.before, *response.given, *response.output]

    def forget(self, response_id: str) -> None:
        del self._responses[self.response(response_id).id]

    def open(self, metadata: Json, items: Iterable[Item]) -> Conversation:
        conversation = Conversation(metadata, list(items))
        self._conversations[conversation.id] = conversation
        return conversation

    def conversation(self, conversation_id: str) -> Conversation:
        """The conversation, or 404 as `ApiError`."""
        conversation = self._conversations.get(conversation_id)
        if conversation is None:
            raise ApiError(404, f"Conversation with id '{conversation_id}' not found.")
        return conversation

    def close(self, conversation_id: str) -> None:
        """Deletes the conversation but not its items."""
        self._left += self.conversation(conversation_id).items
        del self._conversations[conversation_id]

    def find(self, item_id: str) -> Json | None:
        """An item by its id, wherever it is kept."""
        return next((item.told for item in self._items() if item.id == item_id), None)

    def told(self) -> dict[str, list[str]]:
        """The ids of all that is kept; `left` are items whose conversation is gone."""
        return {
            "responses": list(self._responses),
            "conversations": list(self._conversations),
            "items": [item.id for one in self._conversations.values() for item in one.items],
            "left": [item.id for item in self._left],
        }

    def _items(self) -> Iterable[Item]:
        for conversation in self._conversations.values():
            yield from conversation.items
        yield from self._left
        for response in self._responses.values():
            yield from response.given
            yield from response.output


def as_items(given: object) -> list[Item]:
    """An input as the items under which it is kept."""
    if isinstance(given, str):
        return [_item({"role": "user", "content": given})]
    return [_item(as_object(item)) for item in as_list(given)]


def _item(given: Json) -> Item:
    kind = as_text(given.get("type")) or "message"
    item_id = as_text(given.get("id")) or f"{_PREFIXES.get(kind, 'item')}_{token_hex(24)}"
    told: dict[str, object] = {"id": item_id, "type": kind, "status": "completed", **given}
    if kind == "message" and isinstance(given.get("content"), str):
        is_answer = given.get("role") == "assistant"
        part: dict[str, object] = {
            "type": "output_text" if is_answer else "input_text",
            "text": given["content"],
        }
        told["content"] = [part | ({"annotations": []} if is_answer else {})]
    if kind in ("reasoning", "item_reference", "compaction", "configuration_update"):
        del told["status"]
    return Item(item_id, told)
