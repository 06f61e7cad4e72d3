"""What a call used, from either protocol's report."""

from ai.json_values import JsonObject, as_count, as_object
from domain.turn import Usage


def usage_of(report: object) -> Usage:
    """The tokens of a `usage` object in either protocol's words; zeros for what it does not say."""
    usage = as_object(report)
    inputs = _either(usage, "input_tokens_details", "prompt_tokens_details")
    outputs = _either(usage, "output_tokens_details", "completion_tokens_details")
    return Usage(
        input_tokens=as_count(usage.get("input_tokens", usage.get("prompt_tokens"))),
        cached_tokens=as_count(inputs.get("cached_tokens")),
        cache_write_tokens=as_count(inputs.get("cache_write_tokens")),
        output_tokens=as_count(usage.get("output_tokens", usage.get("completion_tokens"))),
        reasoning_tokens=as_count(outputs.get("reasoning_tokens")),
    )


def searches_of(report: object) -> int:
    """How many searches of the web a `tool_usage` object charges; 0 where it says nothing of them."""
    return as_count(as_object(as_object(report).get("web_search")).get("num_requests"))


def _either(usage: JsonObject, one: str, other: str) -> JsonObject:
    return as_object(usage.get(one) or usage.get(other))
