"""Answers of servers that ignore `stream`: one JSON object, told as the events it stands for."""

from collections.abc import Iterator

from ai.json_values import JsonObject, as_list, as_object


def as_events(answer: JsonObject) -> Iterator[JsonObject]:
    """The events of a whole answer in either protocol; anything else is its own event."""
    if answer.get("object") == "response" or "output" in answer:
        yield from _of_response(answer)
    elif "choices" in answer:
        yield {**answer, "choices": [_as_delta(as_object(choice)) for choice in as_list(answer["choices"])]}
    else:
        yield answer


def _of_response(answer: JsonObject) -> Iterator[JsonObject]:
    for index, item in enumerate(as_list(answer.get("output"))):
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    status = answer.get("status")
    ending = status if status in ("incomplete", "failed") else "completed"
    yield {"type": f"response.{ending}", "response": answer}


def _as_delta(choice: JsonObject) -> JsonObject:
    message = as_object(choice.get("message"))
    calls = [
        {"index": index, **as_object(call)} for index, call in enumerate(as_list(message.get("tool_calls")))
    ]
    delta = {**message, "tool_calls": calls} if calls else message
    return {**choice, "delta": delta, "finish_reason": choice.get("finish_reason") or "stop"}
