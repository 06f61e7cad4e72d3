"""What the SDK and the providers report, turned into the errors of `domain.errors`."""

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
import httpx2
from openai import APIConnectionError, APIError, APIStatusError

from ai.json_values import JsonObject, as_list, as_object, as_text
from domain.drawing import DrawingRefused
from domain.errors import (
    AnswerFailed,
    CreditExhausted,
    HostedGone,
    KeyRefused,
    NobodySees,
    PictureRefused,
    PromptRefused,
    PromptTooLong,
    ProviderUnreachable,
    RateLimited,
    UserFacingError,
)


class ModelGone(UserFacingError):
    """The provider does not know the model, or does not give it to this key."""


class Blind(NobodySees):
    """The model takes no pictures, or no files."""


class TimedOut(ProviderUnreachable):
    """The request was sent and nothing came back in time; asking again may be paid twice."""


class OrderLost(UserFacingError):
    """An order was sent and its answer is lost: it may be paid, so whoever ordered decides what to do."""


class RouteMissing(ProviderUnreachable):
    """404, 405 or 501 for the address itself: there is another server, or one that cannot do this."""


class SchemaRefused(UserFacingError):
    """400: the answer's JSON Schema says what the provider cannot promise to obey."""


class ParameterRefused(UserFacingError):
    """400: a parameter is unknown or not allowed for this model. `hint` is searched for names, never shown."""

    def __init__(self, log_message: str, *, parameter: str, hint: str) -> None:
        super().__init__(log_message)
        self.parameter = parameter
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Failure:
    """What a provider says went wrong. `message` is searched for hints, and never shown or logged.

    `status` is 0 where the answer had already begun.
    """

    status: int = 0
    code: str = ""
    kind: str = ""
    parameter: str = ""
    message: str = ""
    request_id: str = ""
    retry_after_seconds: float = 0
    categories: tuple[str, ...] = ()

    def __str__(self) -> str:
        code, request_id = _printable(self.code or self.kind), _printable(self.request_id)
        return f"status {self.status}, code {code}, request {request_id}"

    def speaks_of(self, *names: str) -> bool:
        return self.code in names or self.kind in names


@contextmanager
def translated(*, lost: type[UserFacingError], request_id: str = "") -> Generator[None]:
    """Raises domain errors for what the SDK and its transport raise; `lost` is what a lost connection means.

    The original is not chained: its message may quote the key or the prompt.
    """
    try:
        yield
    except APIStatusError as error:
        raise domain_error(_http_failure(error)) from None
    except APIConnectionError as error:
        cause = type(error.__cause__ or error)
        outcome = TimedOut if lost is ProviderUnreachable and cause is httpx2.ReadTimeout else lost
        if lost is OrderLost and _was_never_sent(error):
            outcome = ProviderUnreachable
        raise outcome(f"{cause.__name__}, request {_printable(request_id)}") from None
    except APIError as error:
        raise domain_error(stream_failure(error.body, request_id)) from None
    except (aiohttp.ClientError, httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise lost(f"{type(error).__name__}, request {_printable(request_id)}") from None


def _was_never_sent(error: BaseException | None) -> bool:
    """Looks for the transport's own error: the SDK names any lost connection `ConnectTimeout`."""
    while error is not None:
        if isinstance(
            error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | httpx2.PoolTimeout
        ):
            return True
        error = error.__cause__
    return False


def stream_failure(body: object, request_id: str) -> Failure:
    """An error that came inside a stream: OpenAI's error object, or an event that carries its fields."""
    error = as_object(body)
    return Failure(
        code=_code(error.get("code")),
        kind=as_text(error.get("type")),
        parameter=as_text(error.get("param")),
        message=as_text(error.get("message")),
        request_id=request_id,
        categories=_categories(error),
    )


def domain_error(failure: Failure) -> UserFacingError:
    """The error of the first rule that fits. A code says more than a status, so codes come first."""
    for fits, error in _RULES:
        if fits(failure):
            return error(failure)
    if failure.status == 0:
        return AnswerFailed(str(failure))
    return ProviderUnreachable(str(failure))


def _http_failure(error: APIStatusError) -> Failure:
    return Failure(
        status=error.status_code,
        code=_code(error.code),
        kind=as_text(error.type),
        parameter=as_text(error.param) or _named_in_detail(error.body),
        message=error.message,
        request_id=error.request_id or "",
        retry_after_seconds=retry_after_seconds(error.response.headers),
        categories=_categories(as_object(error.body)),
    )


def _categories(error: JsonObject) -> tuple[str, ...]:
    """Which of its rules an image model names."""
    details = as_object(error.get("moderation_details"))
    return tuple(filter(None, map(as_text, as_list(details.get("categories")))))


def _named_in_detail(body: object) -> str:
    """The parameter in FastAPI's words: `{"detail": [{"loc": ["body", NAME, …]}]}`."""
    details = as_list(as_object(body).get("detail"))
    place = as_list(as_object(details[0]).get("loc")) if details else ()
    return as_text(place[1]) if len(place) > 1 else ""


def retry_after_seconds(headers: Mapping[str, str]) -> float:
    """How long the provider wants us to wait, 0 where it does not say."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value) * unit
    return 0


def _code(code: object) -> str:
    """Some servers repeat the status as code, which says nothing new."""
    return code if isinstance(code, str) and not code.isdigit() else ""


def _printable(identifier: str) -> str:
    return identifier if re.fullmatch(r"[\w.:-]{1,80}", identifier) else "-"


def _out_of_credit(failure: Failure) -> bool:
    return failure.status == 402 or failure.speaks_of(
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
    )


def _unknown_model(failure: Failure) -> bool:
    """OpenAI and Azure have a code for it; Ollama, vLLM and LiteLLM only a sentence."""
    if failure.speaks_of("model_not_found", "DeploymentNotFound"):
        return True
    text = failure.message.lower()
    return (failure.status == 404 and "model" in text) or (
        failure.status == 400 and ("invalid model" in text or "not a valid model" in text)
    )


def _workspace_gone(failure: Failure) -> bool:
    """A container that was idle too long, or an index that expired, in the middle of a request or before it."""
    return failure.status in {0, 400, 404, 410} and bool(_GONE.search(failure.message))


def _busy(failure: Failure) -> bool:
    return failure.status in {429, 529} or failure.speaks_of(
        "rate_limit_exceeded", "slow_down", "server_is_overloaded", "conversation_locked"
    )


def _too_long(failure: Failure) -> bool:
    if failure.status == 413 or failure.speaks_of(
        "context_length_exceeded", "string_above_max_length", "exceed_context_size_error"
    ):
        return True
    return failure.status == 400 and "context length" in failure.message.lower()


def _against_the_rules(failure: Failure) -> bool:
    return "policy" in failure.code.lower() or failure.speaks_of(
        "content_filter", "invalid_prompt", "moderation_blocked"
    )


def _unreadable(failure: Failure) -> bool:
    return failure.code in _BAD_PICTURES


def _blind(failure: Failure) -> bool:
    """No server has a code for it: OpenAI, vLLM, Ollama, llama.cpp, OpenRouter and DeepSeek in their words."""
    return failure.status in {400, 404, 415, 422, 500} and bool(_TAKES_NO_PICTURES.search(failure.message))


def _picture_against_the_rules(failure: Failure) -> bool:
    return bool(failure.categories) or failure.speaks_of("moderation_blocked")


def _schema_refused(failure: Failure) -> bool:
    return (
        failure.code == "invalid_json_schema" or "invalid schema for response_format" in failure.message.lower()
    )


def _key_refused(failure: Failure) -> bool:
    return failure.status in {401, 403}


def _no_such_route(failure: Failure) -> bool:
    return failure.status in {404, 405, 501}


def _malformed(failure: Failure) -> bool:
    return failure.status in {400, 422}


_BAD_PICTURES = frozenset(
    {
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "invalid_image_mode",
        "image_too_large",
        "image_too_small",
        "image_file_too_large",
        "image_parse_error",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
    }
)
_GONE = re.compile(
    r"\b(?:container|vector[ _]?store|conversation)s?\b.{0,120}?"
    r"(?:expired|not found|not exist|deleted|no longer)"
    r"|no tool (?:output|call) found for function call"  # broken off between a call and what came of it
    r"|(?:no such|unknown|expired|could not find) (?:container|vector[ _]?store)\b",
    re.I | re.S,
)
_TAKES_NO_PICTURES = re.compile(
    r"(?:image|file)_(?:url|data)\b.*only supported by certain models"
    r"|at most 0 image|not a multimodal model|image input is not supported|required for image input"
    r"|(?:not|n't) support(?: \w+)? (?:images?|vision|multimodal)|no endpoints found that support (?:im|fi)"
    r"|unknown variant .?(?:input_image|image_url|input_file|file)\b",
    re.I,
)

_RULES: tuple[tuple[Callable[[Failure], bool], Callable[[Failure], UserFacingError]], ...] = (
    (_out_of_credit, lambda failure: CreditExhausted(str(failure))),
    (_workspace_gone, lambda failure: HostedGone(str(failure))),
    (_unreadable, lambda failure: PictureRefused(str(failure))),
    (_blind, lambda failure: Blind(str(failure))),
    (_unknown_model, lambda failure: ModelGone(str(failure))),
    (_busy, lambda failure: RateLimited(str(failure), retry_after_seconds=failure.retry_after_seconds)),
    (_too_long, lambda failure: PromptTooLong(str(failure))),
    (_picture_against_the_rules, lambda failure: DrawingRefused(str(failure), failure.categories)),
    (_against_the_rules, lambda failure: PromptRefused(str(failure))),
    (_key_refused, lambda failure: KeyRefused(str(failure))),
    (_no_such_route, lambda failure: RouteMissing(str(failure))),
    (_schema_refused, lambda failure: SchemaRefused(str(failure))),
    (
        _malformed,
        lambda failure: ParameterRefused(str(failure), parameter=failure.parameter, hint=failure.message),
    ),
)
