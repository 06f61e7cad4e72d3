"""Refusals in OpenAI's words: `{"error": {"message", "type", "param", "code"}}`."""

from collections.abc import Mapping
from dataclasses import dataclass

_OUT_OF_CREDIT = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)


@dataclass(eq=False)
class ApiError(Exception):
    """A request that is refused. `param` names what is wrong; `retry_after` is in seconds.

    `named` is a type other than the usual one, `details` what moderation says.
    """

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    retry_after: float | None = None
    named: str = ""
    details: Mapping[str, object] | None = None

    @property
    def kind(self) -> str:
        """OpenAI's `type`."""
        if self.named:
            return self.named
        if self.code in _OUT_OF_CREDIT:
            return "insufficient_quota"
        if self.status == 429:
            return "requests"
        return "server_error" if self.status >= 500 else "invalid_request_error"

    def body(self) -> dict[str, object]:
        error: dict[str, object] = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        if self.details is not None:
            error["moderation_details"] = self.details
        return {"error": error}


def unknown(param: str) -> ApiError:
    return ApiError(400, f"Unknown parameter: '{param}'.", "unknown_parameter", param)


def missing(param: str) -> ApiError:
    return ApiError(400, f"Missing required parameter: '{param}'.", "missing_required_parameter", param)


def invalid(param: str, message: str, code: str = "invalid_value") -> ApiError:
    return ApiError(400, message, code, param)


def unsupported_parameter(param: str, hint: str = "") -> ApiError:
    message = f"Unsupported parameter: '{param}' is not supported with this model.{hint}"
    return ApiError(400, message, "unsupported_parameter", param)


def unsupported_value(param: str, message: str) -> ApiError:
    return ApiError(400, f"Unsupported value: {message}", "unsupported_value", param)


def unknown_model(model_id: str) -> ApiError:
    message = f"The model `{model_id}` does not exist or you do not have access to it."
    return ApiError(404, message, "model_not_found", None)
