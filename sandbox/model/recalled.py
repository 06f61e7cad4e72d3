"""A request together with what came before it: the chain of a response, or the items of a conversation."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.model.errors import ApiError, invalid
from sandbox.model.kept import Conversation, Item, Kept, as_items
from sandbox.model.thoughts import check_thoughts
from sandbox.model.values import Json, as_object, as_text


@dataclass(frozen=True, slots=True)
class Recalled:
    """The items of a request as they are kept, and those before them."""

    before: tuple[Item, ...]
    given: tuple[Item, ...]
    conversation: Conversation | None = None

    @property
    def earlier(self) -> list[Json]:
        return [item.told for item in self.before]


def recalled(body: Json, kept: Kept) -> Recalled:
    """Raises `ApiError` for what is not kept, or not together."""
    previous_id, wanted = body.get("previous_response_id"), body.get("conversation")
    if previous_id is not None and wanted is not None:
        names = "'previous_response_id' and 'conversation'"
        message = f"Mutually exclusive parameters: {names}. Ensure you are only providing one of them."
        raise invalid("previous_response_id", message, "mutually_exclusive_parameters")
    given = tuple(_resolved(as_items(body["input"]), kept))
    check_thoughts([item.told for item in given], kept)
    if previous_id is not None:
        return Recalled(tuple(kept.before(as_text(previous_id))), given)
    if wanted is not None:
        conversation = kept.conversation(as_text(as_object(wanted).get("id")) or as_text(wanted))
        return Recalled(tuple(conversation.items), given, conversation)
    return Recalled((), given)


def _resolved(items: list[Item], kept: Kept) -> Iterator[Item]:
    """References become what they refer to, pictures that were drawn what they were."""
    for item in items:
        kind = item.told.get("type")
        if kind != "item_reference" and not (kind == "image_generation_call" and "result" not in item.told):
            yield item
            continue
        found = kept.find(item.id)
        if found is None:
            raise ApiError(404, f"Item with id '{item.id}' not found.", None, "input")
        yield Item(item.id, found)
