"""The items of a Responses input, each with its shape: messages, calls of tools and their outputs."""

from collections.abc import Mapping

from sandbox.model.checks import (
    Check,
    anything,
    by_field,
    either,
    json_object,
    list_of,
    one_of,
    optional,
    shape,
    text,
    text_up_to,
)

DETAIL: Check = optional(one_of("low", "high", "auto", "original"))
PART_CACHE: Mapping[str, Check] = {"type": text, "prompt_cache_breakpoint": json_object}

_STATUS = optional(one_of("in_progress", "completed", "incomplete"))
_LONGEST_OUTPUT = 10_485_760
_INPUT_PART = by_field(
    "type",
    {
        "input_text": shape({**PART_CACHE, "text": text}, needs=("text",)),
        "input_image": shape(
            {**PART_CACHE, "image_url": optional(text), "file_id": optional(text), "detail": DETAIL}
        ),
        "input_file": shape(
            {
                **PART_CACHE,
                "filename": text,
                "file_data": text,
                "file_id": optional(text),
                "file_url": text,
                "detail": one_of("auto", "low", "high"),
            }
        ),
    },
)
_OUTPUT_PART = by_field(
    "type",
    {
        "output_text": shape(
            {"type": text, "text": text, "annotations": list_of(json_object), "logprobs": anything},
            needs=("text",),
        ),
        "refusal": shape({"type": text, "refusal": text}, needs=("refusal",)),
    },
)
_MESSAGE: Mapping[str, Check] = {"type": text, "role": text, "id": text, "status": _STATUS}


def _said(part: Check, **more: Check) -> Check:
    content = either(string=text, otherwise=list_of(part))
    return shape({**_MESSAGE, "content": content, **more}, needs=("content",))


_SPOKEN = by_field(
    "role",
    {
        "user": _said(_INPUT_PART),
        "system": _said(_INPUT_PART),
        "developer": _said(_INPUT_PART),
        "assistant": _said(_OUTPUT_PART, phase=optional(one_of("commentary", "final_answer"))),
    },
)
_CALL: Mapping[str, Check] = {
    "type": text,
    "id": optional(text),
    "call_id": text_up_to(64),
    "status": _STATUS,
    "name": text,
    "namespace": optional(text),
    "caller": optional(json_object),
}
_THOUGHT = shape({"type": one_of("reasoning_text"), "text": text}, needs=("type", "text"))
_SUMMARY = shape({"type": one_of("summary_text"), "text": text}, needs=("type", "text"))


def _used(*statuses: str, needs: tuple[str, ...] = (), **fields: Check) -> Check:
    """A use of a tool that runs at OpenAI, as it came back."""
    known: Mapping[str, Check] = {"type": text, "id": text, "status": one_of(*statuses), **fields}
    return shape(known, needs=("id", "status", *needs))


ITEM: Check = by_field(
    "type",
    {
        "message": _SPOKEN,
        "function_call": shape({**_CALL, "arguments": text}, needs=("call_id", "name", "arguments")),
        "function_call_output": shape(
            {**_CALL, "output": either(string=text_up_to(_LONGEST_OUTPUT), otherwise=list_of(_INPUT_PART))},
            needs=("call_id", "output"),
        ),
        "reasoning": shape(
            {
                "type": text,
                "id": text,
                "summary": list_of(_SUMMARY),
                "content": optional(list_of(_THOUGHT)),
                "encrypted_content": optional(text),
                "status": _STATUS,
            },
            needs=("id", "summary"),
        ),
        "item_reference": shape({"type": text, "id": text}, needs=("id",)),
        "configuration_update": json_object,
        "compaction": json_object,
        "web_search_call": _used("in_progress", "searching", "completed", "failed", action=json_object),
        "file_search_call": _used(
            "in_progress", "searching", "completed", "incomplete", "failed",
            needs=("queries",), queries=list_of(text), results=optional(list_of(json_object)),
        ),
        "code_interpreter_call": _used(
            "in_progress", "completed", "incomplete", "interpreting", "failed",
            needs=("container_id",), container_id=text, code=optional(text),
            outputs=optional(list_of(json_object)),
        ),
        "image_generation_call": json_object,
    },
    default="message",
)  # fmt: skip
