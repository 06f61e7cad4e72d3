"""How an answer may be sampled and how long-winded it may be, which depends on the model and its effort."""

from sandbox.model.asked import Asked
from sandbox.model.errors import unsupported_parameter, unsupported_value
from sandbox.model.models import Served
from sandbox.model.values import as_object, as_text

_SAMPLING = ("temperature", "top_p")
_PENALTIES = ("frequency_penalty", "presence_penalty")
_LIKELIHOODS = ("logprobs", "top_logprobs")
_USUAL_VERBOSITY = "medium"


def check_sampling(asked: Asked, model: Served) -> None:
    """Raises what this model refuses at this effort."""
    _check_verbosity(asked, model)
    if model.sampling == "always" or (model.sampling == "without_effort" and asked.effort == "none"):
        return
    for name in _SAMPLING:
        _check_usual(asked, name, usual=1)
    if model.sampling == "never":
        for name in _PENALTIES:
            _check_usual(asked, name, usual=0)
    for name in _LIKELIHOODS:
        if asked.body.get(name):
            raise unsupported_parameter(name)


def _check_usual(asked: Asked, name: str, *, usual: int) -> None:
    value = asked.body.get(name)
    if value is not None and value != usual:
        message = (
            f"'{name}' does not support {value} with this model. Only the default ({usual}) value is supported."
        )
        raise unsupported_value(name, message)


def _check_verbosity(asked: Asked, model: Served) -> None:
    """Models that do not reason know the usual one only."""
    in_chat = "messages" in asked.body
    given = asked.body.get("verbosity") if in_chat else as_object(asked.body.get("text")).get("verbosity")
    if model.reasons or as_text(given) in ("", _USUAL_VERBOSITY):
        return
    message = (
        f"'{given}' is not supported with the '{model.id}' model. Supported values are: '{_USUAL_VERBOSITY}'."
    )
    raise unsupported_value("verbosity" if in_chat else "text.verbosity", message)
