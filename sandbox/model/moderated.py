"""Inline moderation: question and answer are judged with the request, and blocked where that is wished."""

from collections.abc import Mapping
from dataclasses import replace

from sandbox.model.answers import Answer
from sandbox.model.asked import Asked
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import invalid
from sandbox.model.moderations import judged
from sandbox.model.values import Json, as_object, as_text

_PLACE = "inline moderation"


def moderated(asked: Asked, made: Answer, endpoints: Endpoints) -> Answer:
    """The answer with what was found; a question that is to be blocked is refused as `ApiError`."""
    wanted = as_object(asked.body.get("moderation"))
    if not wanted:
        return made
    model = endpoints.models.find_for("moderation", as_text(wanted.get("model")), _PLACE)
    policy = as_object(wanted.get("policy"))
    question = _result(asked.last, model.id, endpoints.flags)
    if question["flagged"] and _blocks(policy, "input"):
        raise invalid("input", "Invalid prompt: your prompt was flagged by moderation.", "invalid_prompt")
    answer = _result(made.text, model.id, endpoints.flags)
    made = replace(made, moderation={"input": question, "output": answer})
    if answer["flagged"] and _blocks(policy, "output"):
        return replace(made, deltas=(), annotations=(), ending="content_filter")
    return made


def _blocks(policy: Json, side: str) -> bool:
    return as_object(policy.get(side)).get("mode") == "block"


def _result(words: str, model: str, flags: Mapping[str, str]) -> dict[str, object]:
    return {"type": "moderation_result", "model": model, **judged(words, flags)}
