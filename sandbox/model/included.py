"""What of an item is told only to those who ask for it with `include`."""

from collections.abc import Collection

from multidict import MultiMapping

from sandbox.model.checks import Check, one_of
from sandbox.model.values import Json, as_object

INCLUDABLE: Check = one_of(
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)


INCLUDE = ("include[]", "include")
"""Where a query tells it."""


def includes(query: MultiMapping[str]) -> list[str]:
    """What a query asks for; raises `ApiError` for what nobody knows."""
    wanted = [value for name in INCLUDE for value in query.getall(name, [])]
    for value in wanted:
        INCLUDABLE(value, "include")
    return wanted


def included(item: Json, include: Collection[object]) -> Json:
    """The item without what nobody asked for."""
    match item.get("type"):
        case "code_interpreter_call" if "code_interpreter_call.outputs" not in include:
            return {**item, "outputs": None}
        case "file_search_call" if "file_search_call.results" not in include:
            return {**item, "results": None}
        case "web_search_call" if "web_search_call.action.sources" not in include:
            action = as_object(item.get("action"))
            return {**item, "action": {name: part for name, part in action.items() if name != "sources"}}
        case _:
            return item
