"""An answer as the JSON that a step records."""

from typing import cast

from pydantic import TypeAdapter

from domain.steps import Json
from domain.turn import Answer

_answer = TypeAdapter(Answer)


def to_json(answer: Answer) -> Json:
    return cast("Json", _answer.dump_python(answer, mode="json"))


def from_json(recorded: Json) -> Answer:
    return _answer.validate_python(recorded)
