"""The response object of the Responses API: its state, what it echoes of the request, and what it cost."""

import time
from collections.abc import Sequence
from secrets import token_hex

from sandbox.model.answers import Answer
from sandbox.model.asked import Asked
from sandbox.model.hosted import Used, searches
from sandbox.model.tokens import Usage
from sandbox.model.values import Json, as_object, as_text

_ECHOED: Json = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


class ResponseObject:
    """One response from its beginning to its end."""

    def __init__(self, asked: Asked, answer: Answer) -> None:
        self.id = f"resp_{token_hex(24)}"
        self._asked = asked
        self._answer = answer
        self._created_at = int(time.time())
        given = asked.body
        self._echo = {
            name: default if given.get(name) is None else given[name] for name, default in _ECHOED.items()
        }
        wanted = given.get("conversation")
        conversation_id = as_text(as_object(wanted).get("id")) or as_text(wanted)
        self._echo["conversation"] = {"id": conversation_id} if conversation_id else None

    def begun(self, status: str) -> dict[str, object]:
        """While it is being made."""
        return self._told(status) | {"service_tier": "auto"}

    def ended(self, status: str, output: Sequence[Json], error: Json | None = None) -> dict[str, object]:
        reason = {"reason": self._answer.ending} if status == "incomplete" else None
        return self._told(status) | {
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": error,
            "incomplete_details": reason,
            "output": list(output),
            "moderation": self._answer.moderation,
            "usage": _usage(self._answer.usage),
            "tool_usage": _tool_usage(self._answer.hosted),
        }

    def _told(self, status: str) -> dict[str, object]:
        summary = as_object(self._asked.body.get("reasoning")).get("summary")
        return {
            "id": self.id,
            "object": "response",
            "created_at": self._created_at,
            "completed_at": None,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": self._asked.model,
            "output": [],
            "reasoning": {"effort": self._asked.effort, "summary": summary},
            "service_tier": "default",
            "usage": None,
            "tool_usage": None,
            **self._echo,
        }


def _tool_usage(uses: tuple[Used, ...]) -> dict[str, object]:
    nothing: Json = {"text_tokens": 0, "image_tokens": 0}
    unused: Json = {
        "input_tokens": 0,
        "input_tokens_details": nothing,
        "output_tokens": 0,
        "output_tokens_details": nothing,
        "total_tokens": 0,
    }
    counted: dict[str, object] = {"image_gen": unused}
    for use in uses:
        counted |= use.tool_usage
    return counted | {"web_search": {"num_requests": sum(map(searches, uses))}}


def _usage(usage: Usage) -> dict[str, object]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }
