"""Parameter healing: what a model refuses with 400 is left out or renamed, and remembered."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from ai.bodies import Body
from ai.errors import ParameterRefused
from ai.json_values import JsonObject, as_list, as_object
from ai.wire import Chunks

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Ask = Callable[[str, Body], Awaitable[Chunks]]
"""Sends a request to a path; `Wire.ask`, and `Healing.ask` around it."""

_NEEDED = frozenset({"model", "input", "messages", "instructions", "stream"})
# Reasoning models refuse the old name, many local servers know no other.
_OTHER_NAME = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_DEVELOPER = "developer"
_PHASE = "phase"  # of an earlier answer among the messages: Responses servers may not know it

Cures = Mapping[str, str | None]
"""Parameter (`store`, `stream_options.include_usage`) to its other name, or to None if it is left out; in the
order in which they were learned."""


class Healing(Generic[Answer]):
    """One provider's memory of what its models refuse, while the process lives.

    `needed` are the parameters without which a request makes no sense.
    """

    def __init__(self, ask: Callable[[str, Body], Awaitable[Answer]], needed: frozenset[str] = _NEEDED) -> None:
        self._ask = ask
        self._needed = needed
        self._cures: dict[str, Cures] = {}

    def refuses(self, model: str, name: str) -> bool:
        """Whether the model has refused the parameter, so that it is left out."""
        cures = self._cures.get(model, {})
        return name in cures and cures[name] is None

    async def ask(self, path: str, body: Body) -> Answer:
        """Asks until nothing more is refused: once per parameter, so it ends."""
        model = str(body["model"])
        known = cures = self._cures.get(model, {})
        while True:
            cured = _cured(body, cures)
            try:
                answer = await self._ask(path, cured)
            except ParameterRefused as refusal:
                name = _refused_name(refusal, cured, self._needed)
                if name is None or name in cures:
                    raise
                log.warning("%s refuses %s (%s): asking without it from now on", model, name, refusal)
                cures = {**cures, name: _other_name(name, cures)}
                continue
            if cures is not known:
                others = self._cures.get(model, {})  # learned meanwhile by answers that ran beside this one
                self._cures[model] = {**others, **cures}
            return answer


def _cured(body: Body, cures: Cures) -> Body:
    cured = dict(body)
    for name, other in cures.items():
        whole, _, part = name.partition(".")
        if name == _DEVELOPER:
            cured["messages"] = [_as_system(message) for message in as_list(cured.get("messages"))]
        elif name == _PHASE:
            cured["input"] = [_without_phase(message) for message in as_list(cured.get("input"))]
        elif whole in cured and part:
            cured[whole] = {key: value for key, value in as_object(cured[whole]).items() if key != part}
        elif whole in cured:
            value = cured.pop(name)
            if other is not None:
                cured[other] = value
    return cured


def _refused_name(refusal: ParameterRefused, body: Body, needed: frozenset[str]) -> str | None:
    """Which of our optional parameters is meant; compatible servers may only mention it in a sentence."""
    # What is named may not be there: "function tools with reasoning_effort", which none was given.
    is_there = not refusal.parameter or refusal.parameter.partition(".")[0].partition("[")[0] in body
    words = re.findall(r"\w+", (is_there and refusal.parameter) or refusal.hint)
    if _speaks_as_developer(body) and ("messages" in words or _DEVELOPER in words):
        return _DEVELOPER
    if _PHASE in words and any(_PHASE in as_object(message) for message in as_list(body.get("input"))):
        return _PHASE
    optional = {name: value for name, value in body.items() if name not in needed}
    parts = (f"{name}.{part}" for name, value in optional.items() for part in _parts(value) if part in words)
    return next(parts, None) or next((name for name in optional if name in words), None)


def _parts(value: object) -> JsonObject:
    """What an object can lose: a part, as long as others remain."""
    parts = as_object(value)
    return parts if len(parts) > 1 else {}


def _other_name(name: str, cures: Cures) -> str | None:
    if name == _DEVELOPER:
        return "system"
    other = _OTHER_NAME.get(name)
    return None if other in cures else other


def _speaks_as_developer(body: Body) -> bool:
    return any(as_object(message).get("role") == _DEVELOPER for message in as_list(body.get("messages")))


def _without_phase(message: object) -> JsonObject:
    return {name: value for name, value in as_object(message).items() if name != _PHASE}


def _as_system(message: object) -> JsonObject:
    words = as_object(message)
    return {**words, "role": "system"} if words.get("role") == _DEVELOPER else words
