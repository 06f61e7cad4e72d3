"""The events a client of the Realtime API may send, with their shapes, as SDK 3.54 has them."""

from collections.abc import Mapping

from sandbox.model.checks import (
    Check,
    anything,
    by_field,
    either,
    flag,
    integer,
    json_object,
    list_of,
    number,
    one_of,
    optional,
    shape,
    text,
)

_FORMAT = by_field(
    "type",
    {
        "audio/pcm": shape({"type": text, "rate": integer(24_000, 24_000)}),
        "audio/pcmu": shape({"type": text}),
        "audio/pcma": shape({"type": text}),
    },
)
_VOICE = either(string=text, otherwise=shape({"id": text}, needs=("id",)))
_MOST_TOKENS = either(string=one_of("inf"), otherwise=integer(1, 4_096))
_MODALITIES = list_of(one_of("text", "audio"), at_least=1, at_most=1)
_TURNS = by_field(
    "type",
    {"server_vad": json_object, "semantic_vad": json_object},
)
_SHARED: Mapping[str, Check] = {
    "instructions": text,
    "max_output_tokens": _MOST_TOKENS,
    "output_modalities": _MODALITIES,
    "parallel_tool_calls": flag,
    "prompt": optional(json_object),
    "reasoning": shape({"effort": one_of("minimal", "low", "medium", "high", "xhigh")}),
    "tool_choice": either(string=one_of("none", "auto", "required"), otherwise=json_object),
    "tools": list_of(json_object),
}
_SESSION = shape(
    {
        **_SHARED,
        "type": one_of("realtime"),
        "audio": shape(
            {
                "input": shape(
                    {
                        "format": _FORMAT,
                        "noise_reduction": optional(json_object),
                        "transcription": optional(json_object),
                        "turn_detection": optional(_TURNS),
                    }
                ),
                "output": shape({"format": _FORMAT, "speed": number(0.25, 1.5), "voice": _VOICE}),
            }
        ),
        "include": list_of(one_of("item.input_audio_transcription.logprobs")),
        "model": text,
        "tracing": anything,
        "truncation": anything,
    },
    needs=("type",),
)
_PART = by_field(
    "type",
    {
        "input_text": shape({"type": text, "text": text}, needs=("text",)),
        "input_audio": shape({"type": text, "audio": text, "transcript": text}),
        "input_image": shape({"type": text, "image_url": text, "detail": text}, needs=("image_url",)),
        "output_text": shape({"type": text, "text": text}, needs=("text",)),
        "output_audio": shape({"type": text, "audio": text, "transcript": text}),
    },
)
_ITEM = by_field(
    "type",
    {
        "message": shape(
            {
                "type": text,
                "id": text,
                "object": one_of("realtime.item"),
                "role": one_of("user", "assistant", "system"),
                "status": one_of("completed", "incomplete", "in_progress"),
                "content": list_of(_PART),
            },
            needs=("role", "content"),
        ),
        "item_reference": shape({"type": text, "id": text}, needs=("id",)),
        "function_call": json_object,
        "function_call_output": json_object,
    },
)
_RESPONSE = shape(
    {
        **_SHARED,
        "audio": shape({"output": shape({"format": _FORMAT, "voice": _VOICE})}),
        "conversation": one_of("auto", "none"),
        "input": list_of(_ITEM),
        "metadata": optional(json_object),
    }
)

EVENTS: Check = by_field(
    "type",
    {
        "session.update": shape({"type": text, "event_id": text, "session": _SESSION}, needs=("session",)),
        "conversation.item.create": shape(
            {"type": text, "event_id": text, "previous_item_id": optional(text), "item": _ITEM},
            needs=("item",),
        ),
        "response.create": shape({"type": text, "event_id": text, "response": _RESPONSE}),
        "response.cancel": shape({"type": text, "event_id": text, "response_id": text}),
    },
)
"""The audio buffer of a caller has no place here: nobody calls."""
