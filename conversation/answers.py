"""An answer as the JSON that a step records."""

from domain.run import ToolCall
from domain.steps import Json
from domain.turn import Answer, Ending, Usage

_USAGE_FIELDS = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")


def to_json(answer: Answer) -> Json:
    usage = {name: getattr(answer.usage, name) for name in _USAGE_FIELDS}
    return {
        "text": answer.text,
        "ending": answer.ending.value,
        "model": answer.model,
        "note": answer.note,
        "usage": usage,
        "calls": [{"name": call.name, "arguments": call.arguments} for call in answer.calls],
    }


def from_json(recorded: Json) -> Answer:
    usage = recorded["usage"]
    assert isinstance(usage, dict)
    calls = recorded.get("calls")
    return Answer(
        text=str(recorded["text"]),
        ending=Ending(str(recorded["ending"])),
        model=str(recorded["model"]),
        note=str(recorded["note"]),
        usage=Usage(**{name: int(str(usage[name])) for name in _USAGE_FIELDS}),
        calls=tuple(
            ToolCall(str(call["name"]), str(call["arguments"]))
            for call in (calls if isinstance(calls, list) else ())
            if isinstance(call, dict)
        ),
    )
