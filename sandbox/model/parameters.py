"""Every parameter the two endpoints know, with its shape, as SDK 3.54 and OpenAI's specification have it."""

from collections.abc import Mapping

from sandbox.model.attributes import METADATA
from sandbox.model.checks import (
    Check,
    absent,
    by_field,
    either,
    flag,
    function_name,
    integer,
    json_object,
    list_of,
    number,
    one_of,
    optional,
    shape,
    text,
    text_up_to,
)
from sandbox.model.code_interpreter import CODE_INTERPRETER
from sandbox.model.file_search import FILE_SEARCH
from sandbox.model.image_rules import TOOL as IMAGE_TOOL
from sandbox.model.included import INCLUDABLE
from sandbox.model.items import DETAIL, ITEM, PART_CACHE
from sandbox.model.web_search import KINDS as WEB_SEARCH_KINDS
from sandbox.model.web_search import WEB_SEARCH

_EFFORTS = one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")
_NAME = function_name
_TIERS = optional(one_of("auto", "default", "flex", "scale", "priority", "fast"))
_CACHE = shape(
    {"mode": one_of("implicit", "explicit"), "ttl": one_of("30m", "12h"), "comparison_response_id": text}
)
_VERBOSITY = optional(one_of("low", "medium", "high"))

_MODE_OF_MODERATION = optional(shape({"mode": one_of("score", "block")}, needs=("mode",)))
_MODERATION = shape(
    {
        "model": text,
        "policy": optional(shape({"input": _MODE_OF_MODERATION, "output": _MODE_OF_MODERATION})),
    },
    needs=("model",),
)

_SHARED: Mapping[str, Check] = {
    "model": text,
    "metadata": METADATA,
    "moderation": optional(_MODERATION),
    "parallel_tool_calls": optional(flag),
    "prompt_cache_key": optional(text_up_to(64)),
    "prompt_cache_options": optional(_CACHE),
    "prompt_cache_retention": optional(one_of("in_memory", "24h")),
    "safety_identifier": optional(text_up_to(64)),
    "service_tier": _TIERS,
    "store": optional(flag),
    "stream": optional(flag),
    "temperature": optional(number(0, 2)),
    "top_logprobs": optional(integer(0, 20)),
    "top_p": optional(number(0, 1)),
    "user": text,
}


def _choice(of_a_tool: Check) -> Check:
    return either(string=one_of("none", "auto", "required"), otherwise=of_a_tool)


_MODE = one_of("auto", "required")

# Responses.

_FUNCTION = {
    "name": _NAME,
    "description": optional(text),
    "parameters": optional(json_object),
    "strict": optional(flag),
}
_TOOL = by_field(
    "type",
    {
        "function": shape({**_FUNCTION, "type": text, "output_schema": optional(json_object)}, needs=("name",)),
        **dict.fromkeys(WEB_SEARCH_KINDS, WEB_SEARCH),
        "file_search": FILE_SEARCH,
        "code_interpreter": CODE_INTERPRETER,
        "image_generation": IMAGE_TOOL,
        "mcp": json_object,
    },
)
_HOSTED = ("file_search", "code_interpreter", "image_generation")  # web_search is named by none of the SDK's
_ALLOWED = shape(
    {"type": text, "mode": _MODE, "tools": list_of(json_object, at_least=1)}, needs=("mode", "tools")
)
_CHOSEN = by_field(
    "type",
    {
        "function": shape({"type": text, "name": text}, needs=("name",)),
        "allowed_tools": _ALLOWED,
        **{kind: shape({"type": text}) for kind in _HOSTED},
    },
)
_SCHEMA: Mapping[str, Check] = {
    "name": _NAME,
    "schema": json_object,
    "description": text,
    "strict": optional(flag),
}
_FORMAT = by_field(
    "type",
    {
        "text": shape({"type": text}),
        "json_object": shape({"type": text}),
        "json_schema": shape({**_SCHEMA, "type": text}, needs=("name", "schema")),
    },
)
_REASONING = shape(
    {
        "effort": optional(_EFFORTS),
        "summary": optional(one_of("auto", "concise", "detailed")),
        "generate_summary": optional(one_of("auto", "concise", "detailed")),
        "context": optional(one_of("auto", "current_turn", "all_turns")),
        "mode": one_of("standard", "pro"),
    }
)
RESPONSES: Check = shape(
    {
        **_SHARED,
        "access_programs": json_object,
        "background": optional(flag),
        "background_options": json_object,
        "context_management": optional(list_of(json_object, at_least=1)),
        "conversation": optional(either(string=text, otherwise=shape({"id": text}, needs=("id",)))),
        "image": json_object,
        "include": optional(list_of(INCLUDABLE)),
        "input": either(string=text, otherwise=list_of(ITEM)),
        "instructions": optional(text),
        "max_output_tokens": optional(integer(16)),
        "max_tool_calls": optional(integer(1)),
        "previous_response_id": optional(text),
        "prompt": optional(absent),
        "reasoning": optional(_REASONING),
        "stream_options": optional(shape({"include_obfuscation": flag})),
        "text": shape({"format": _FORMAT, "verbosity": _VERBOSITY}),
        "tool_choice": _choice(_CHOSEN),
        "tools": list_of(_TOOL, at_most=128),
        "truncation": optional(one_of("auto", "disabled")),
    },
    needs=("model", "input"),
)

# Chat Completions.

_TEXT_PART = shape({**PART_CACHE, "text": text}, needs=("text",))
_INPUT_AUDIO = shape({"data": text, "format": one_of("wav", "mp3")}, needs=("data", "format"))
_AUDIO = shape(
    {
        "format": one_of("wav", "aac", "mp3", "flac", "opus", "pcm16"),
        "voice": either(string=text, otherwise=shape({"id": text}, needs=("id",))),
    },
    needs=("format", "voice"),
)
_CHAT_FILE = shape({"file_data": text, "file_id": text, "filename": text})
_CHAT_PART = by_field(
    "type",
    {
        "text": _TEXT_PART,
        "image_url": shape(
            {**PART_CACHE, "image_url": shape({"url": text, "detail": DETAIL}, needs=("url",))},
            needs=("image_url",),
        ),
        "input_audio": shape({**PART_CACHE, "input_audio": _INPUT_AUDIO}, needs=("input_audio",)),
        "file": shape({**PART_CACHE, "file": _CHAT_FILE}, needs=("file",)),
    },
)
_ANSWERED_PART = by_field("type", {"text": _TEXT_PART, "refusal": shape({"type": text, "refusal": text})})
_TOOL_CALL = shape(
    {"id": text, "type": one_of("function"), "function": shape({"name": text, "arguments": text})},
    needs=("id", "type", "function"),
)


def _spoken(part: Check, *, needs: tuple[str, ...] = ("content",), **more: Check) -> Check:
    content = optional(either(string=text, otherwise=list_of(part, at_least=1)))
    return shape({"role": text, "name": text, "content": content, **more}, needs=needs)


_CHAT_MESSAGE = by_field(
    "role",
    {
        "developer": _spoken(_TEXT_PART),
        "system": _spoken(_TEXT_PART),
        "user": _spoken(_CHAT_PART),
        "assistant": _spoken(
            _ANSWERED_PART,
            needs=(),
            refusal=optional(text),
            tool_calls=list_of(_TOOL_CALL, at_least=1),
            audio=optional(json_object),
        ),
        "tool": _spoken(_TEXT_PART, needs=("content", "tool_call_id"), tool_call_id=text),
    },
)
_CHAT_FORMAT = by_field(
    "type",
    {
        "text": shape({"type": text}),
        "json_object": shape({"type": text}),
        "json_schema": shape(
            {"type": text, "json_schema": shape(_SCHEMA, needs=("name",))}, needs=("json_schema",)
        ),
    },
)
_CHAT_TOOL = by_field(
    "type",
    {"function": shape({"type": text, "function": shape(_FUNCTION, needs=("name",))}, needs=("function",))},
)
_CHAT_CHOSEN = by_field(
    "type",
    {
        "function": shape(
            {"type": text, "function": shape({"name": text}, needs=("name",))}, needs=("function",)
        ),
        "allowed_tools": shape(
            {"type": text, "allowed_tools": shape({"mode": _MODE, "tools": list_of(json_object)})},
            needs=("allowed_tools",),
        ),
    },
)
_PENALTY = optional(number(-2, 2))
_MESSAGES = list_of(_CHAT_MESSAGE, at_least=1)

CHAT: Check = shape(
    {
        **_SHARED,
        "audio": optional(_AUDIO),
        "frequency_penalty": _PENALTY,
        "logit_bias": optional(json_object),
        "logprobs": optional(flag),
        "max_completion_tokens": optional(integer(1)),
        "max_tokens": optional(integer(1)),
        "messages": _MESSAGES,
        "modalities": optional(list_of(one_of("text", "audio"))),
        "n": optional(integer(1, 1)),  # this stand-in has one opinion only
        "prediction": optional(json_object),
        "presence_penalty": _PENALTY,
        "reasoning_effort": optional(_EFFORTS),
        "response_format": _CHAT_FORMAT,
        "seed": optional(integer()),
        "stop": optional(either(string=text, otherwise=list_of(text, at_most=4))),
        "stream_options": optional(shape({"include_usage": flag, "include_obfuscation": flag})),
        "tool_choice": _choice(_CHAT_CHOSEN),
        "tools": list_of(_CHAT_TOOL, at_most=128),
        "verbosity": _VERBOSITY,
        "web_search_options": json_object,
    },
    needs=("model", "messages"),
)

# What every compatible server knows.

_PLAIN_MESSAGE = by_field(
    "role",
    {
        "system": _spoken(_TEXT_PART),
        "user": _spoken(_CHAT_PART),
        "assistant": _spoken(_ANSWERED_PART, needs=()),
    },
)

PLAIN_CHAT: Check = shape(
    {
        "model": text,
        "messages": list_of(_PLAIN_MESSAGE, at_least=1),
        "max_tokens": optional(integer(1)),
        "stream": optional(flag),
        "stream_options": optional(shape({"include_usage": flag})),
        "temperature": optional(number(0, 2)),
        "top_p": optional(number(0, 1)),
        "seed": optional(integer()),
        "stop": optional(either(string=text, otherwise=list_of(text))),
    },
    needs=("model", "messages"),
)
