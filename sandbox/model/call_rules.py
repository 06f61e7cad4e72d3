"""Calls of functions and their outputs belong together; each protocol has its own words for what does not."""

from collections.abc import Sequence

from sandbox.model.asked import Message
from sandbox.model.errors import ApiError
from sandbox.model.values import Json, as_list, as_object, as_text


def check_item_calls(messages: Sequence[Message]) -> None:
    """Every call has its output, every output its call."""
    calls = {message.call_id for message in messages if message.role == "call"}
    outputs = {message.call_id for message in messages if message.role == "tool"}
    for message in messages:
        if message.role == "call" and message.call_id not in outputs:
            raise _refused(f"No tool output found for function call {message.call_id}.", "input")
        if message.role == "tool" and message.call_id not in calls:
            told = f"No tool call found for function call output with call_id {message.call_id}."
            raise _refused(told, "input")


def check_chat_calls(body: Json) -> None:
    """The messages with the outputs come right after the one with the calls, and nowhere else."""
    open_ids: list[str] = []
    for index, message in enumerate(as_object(one) for one in as_list(body.get("messages"))):
        if message.get("role") == "tool":
            call_id = as_text(message.get("tool_call_id"))
            if call_id not in open_ids:
                told = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                raise _refused(f"Invalid parameter: {told}", f"messages.[{index}].role")
            open_ids.remove(call_id)
            continue
        _check_answered(open_ids, index)
        open_ids = [as_text(as_object(call).get("id")) for call in as_list(message.get("tool_calls"))]
    _check_answered(open_ids, len(as_list(body.get("messages"))))


def _check_answered(open_ids: Sequence[str], index: int) -> None:
    if not open_ids:
        return
    told = "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
    missing = f"The following tool_call_ids did not have response messages: {', '.join(open_ids)}"
    raise _refused(f"{told} 'tool_call_id'. {missing}", f"messages.[{index}].role")


def _refused(message: str, param: str) -> ApiError:
    return ApiError(400, message, None, param)
