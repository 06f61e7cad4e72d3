"""What depends on the model: parameters it refuses, efforts, sampling, tools, and how long a prompt may be."""

from sandbox.model.asked import Asked
from sandbox.model.call_rules import check_chat_calls, check_item_calls
from sandbox.model.errors import ApiError, invalid, unsupported_parameter, unsupported_value
from sandbox.model.listening import check_audio
from sandbox.model.models import Served
from sandbox.model.tokens import count
from sandbox.model.tool_choice import check_choice
from sandbox.model.values import Json, as_object, as_text

_SAMPLING = ("temperature", "top_p", "top_logprobs")
_KEPT_AT_OPENAI = ("previous_response_id", "conversation", "prompt", "background")


def check_responses(asked: Asked, model: Served) -> None:
    """Raises what the Responses API refuses."""
    body = asked.body
    if model.kind == "audio":
        message = f"The requested model '{model.id}' is not supported with the Responses API."
        raise ApiError(400, message, "unsupported_model", "model")
    _check_shared(asked, model, effort_name="reasoning.effort")
    for name in _KEPT_AT_OPENAI:
        if body.get(name):
            raise ApiError(
                400, f"This offline stand-in keeps nothing, so '{name}' has no meaning here.", None, name
            )
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
    _check_sampling(asked, model)
    _check_format(asked)


def _check_sampling(asked: Asked, model: Served) -> None:
    if model.sampling == "always" or (model.sampling == "without_effort" and asked.effort == "none"):
        return
    for name in _SAMPLING:
        value = asked.body.get(name)
        if value is not None and value != 1:
            message = (
                f"'{name}' does not support {value} with this model. Only the default (1) value is supported."
            )
            raise unsupported_value(name, message)


def _check_format(asked: Asked) -> None:
    wanted = asked.format or {}
    everything = " ".join([asked.instructions, *(message.text for message in asked.messages)])
    if wanted.get("type") == "json_object" and "json" not in everything.lower():
        message = (
            "The messages must contain the word 'json' in some form, to use a format of type 'json_object'."
        )
        raise ApiError(400, message, None, "text.format" if "text" in asked.body else "response_format")
    if wanted.get("strict") is True:
        _check_strict(as_object(wanted.get("schema")), as_text(wanted.get("name")))


def _check_strict(schema: Json, name: str) -> None:
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        message = "'additionalProperties' is required to be supplied and to be false."
        raise invalid(
            "text.format.schema",
            f"Invalid schema for response_format '{name}': {message}",
            "invalid_json_schema",
        )
    for part in as_object(schema.get("properties")).values():
        _check_strict(as_object(part), name)


def _check_sight(asked: Asked, model: Served) -> None:
    if model.vision and model.kind != "audio":
        return
    for one in (one for message in asked.messages for one in message.shown if one.kind == "image"):
        message = "Invalid content type. image_url is only supported by certain models."
        raise ApiError(400, message, None, one.path)


def _tokens(asked: Asked) -> int:
    return sum(count(text) for text in asked.prompt()) + sum(asked.sights())
