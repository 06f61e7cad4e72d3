"""What depends on the model: parameters it refuses, efforts, sampling, tools, and how long a prompt may be."""

from sandbox.model.asked import Asked
from sandbox.model.call_rules import check_chat_calls, check_item_calls
from sandbox.model.errors import ApiError, unsupported_parameter, unsupported_value
from sandbox.model.listening import check_audio
from sandbox.model.models import Served
from sandbox.model.sampling_rules import check_sampling
from sandbox.model.structured_rules import check_format, check_tools
from sandbox.model.tokens import count
from sandbox.model.tool_choice import check_choice


def check_responses(asked: Asked, model: Served) -> None:
    """Raises what the Responses API refuses."""
    body = asked.body
    if model.kind == "audio":
        message = f"The requested model '{model.id}' is not supported with the Responses API."
        raise ApiError(400, message, "unsupported_model", "model")
    _check_shared(asked, model, effort_name="reasoning.effort")
    check_choice(asked)
    check_item_calls(asked.messages)
    if asked.effort is not None and not model.reasons:
        raise unsupported_parameter("reasoning.effort")
    if body.get("truncation") != "auto" and _tokens(asked) > model.context_tokens:
        message = "Your input exceeds the context window of this model. Please adjust your input and try again."
        raise ApiError(400, message, "context_length_exceeded", "input")


def check_chat(asked: Asked, model: Served) -> None:
    """Raises what Chat Completions refuses."""
    body = asked.body
    _check_shared(asked, model, effort_name="reasoning_effort")
    check_choice(asked)
    check_chat_calls(body)
    check_audio(asked, model)
    if asked.effort is not None and not model.reasons:
        raise ApiError(
            400,
            "Unrecognized request argument supplied: reasoning_effort",
            "unsupported_parameter",
            "reasoning_effort",
        )
    if model.reasons:
        if body.get("max_tokens") is not None:
            raise unsupported_parameter("max_tokens", " Use 'max_completion_tokens' instead.")
        if body.get("stop") is not None:
            raise unsupported_parameter("stop")
        if asked.tools and asked.effort != "none":
            message = (
                "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions."
            )
            raise ApiError(400, message, None, "reasoning_effort")
    if (used := _tokens(asked)) > model.context_tokens:
        raise ApiError(
            400,
            f"This model's maximum context length is {model.context_tokens} tokens. However, your messages "
            f"resulted in {used} tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
            "messages",
        )


def _check_shared(asked: Asked, model: Served, *, effort_name: str) -> None:
    body = asked.body
    if not model.answers:
        raise ApiError(404, "This is not a model that answers in text.", None, "model")
    for name in body:
        if name in model.refuses:
            raise unsupported_parameter(name)
    if body.get("stream_options") is not None and not asked.streams:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise ApiError(400, message, None, "stream_options")
    if asked.effort is not None and model.reasons and asked.effort not in model.efforts:
        supported = ", ".join(f"'{effort}'" for effort in model.efforts)
        message = (
            f"'{asked.effort}' is not supported with the '{model.id}' model. Supported values are: {supported}."
        )
        raise unsupported_value(effort_name, message)
    _check_sight(asked, model)
    check_sampling(asked, model)
    check_format(asked)
    check_tools(asked)


def _check_sight(asked: Asked, model: Served) -> None:
    if model.vision and model.kind != "audio":
        return
    for one in (one for message in asked.messages for one in message.shown if one.kind == "image"):
        message = "Invalid content type. image_url is only supported by certain models."
        raise ApiError(400, message, None, one.path)


def _tokens(asked: Asked) -> int:
    return sum(count(text) for text in asked.prompt()) + sum(asked.sights())
