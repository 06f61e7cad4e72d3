"""What people chose about an answer, put into the words of a protocol: only what the model takes."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ai import provider
from ai.bodies import Body
from ai.json_values import as_object
from ai.schemas import is_object, strict
from domain.catalogue import Model
from domain.engine import Prompt
from domain.limits import Limits
from domain.run import AnswerFormat, Tuning

# The word must stand in a message: Responses does not look for it in the instructions.
_AS_JSON = "[Answer with one JSON object and nothing else: no words around it, no code fence.]"
_BY_SCHEMA = (
    "[Answer with JSON that obeys the given schema and nothing else: no words around it, no code fence.]"
)
_BY_THIS_SCHEMA = (
    "[Answer with JSON and nothing else: no words around it, no code fence. "
    "It must obey this JSON Schema: {schema}]"
)

_NAMES: Mapping[provider.Protocol, Mapping[str, tuple[str, ...]]] = {
    "responses": {
        "effort": ("reasoning", "reasoning.effort"),
        "verbosity": ("text", "text.verbosity"),
        "temperature": ("temperature",),
    },
    "chat": {
        "effort": ("reasoning_effort",),
        "verbosity": ("verbosity",),
        "temperature": ("temperature",),
        "seed": ("seed",),
    },
}
"""What each choice is called; a seed is only in Chat Completions."""

Refuses = Callable[[str, str], bool]
"""Whether that model has refused a parameter of that name."""


class MakesBody(Protocol):
    def __call__(self, prompt: Prompt, model: Model, /) -> Body: ...


@dataclass(frozen=True, slots=True)
class Tuner:
    """For one protocol at one provider. At a compatible server only what somebody chose is sent."""

    protocol: provider.Protocol
    refuses: Refuses
    speaks_openai: bool

    def limits(self, model: Model) -> Limits:
        """What the model takes here, as far as is known by now."""
        return Limits(
            efforts=model.efforts if self._takes(model, "effort") else (),
            effort=model.effort if self.speaks_openai else None,
            verbosity=model.verbosity and self._takes(model, "verbosity"),
            sampling=model.sampling if self._takes(model, "temperature") else "never",
            seed=model.seed and self._takes(model, "seed"),
            max_output_tokens=model.max_output_tokens,
        )

    def bodies(self, make: MakesBody, prompt: Prompt, model: Model) -> Iterator[Body]:
        """The request in the ways it can be put, the best first: a schema may be refused."""
        tuning = self.limits(model).kept(prompt.tuning)
        for words, format_ in self._formats(prompt.format):
            body = make(_told(prompt, words), model)
            yield self._tuned(body, tuning, format_)

    def _takes(self, model: Model, choice: str) -> bool:
        names = _NAMES[self.protocol].get(choice, ())
        return bool(names) and not any(self.refuses(model.id, name) for name in names)

    def _formats(self, wanted: AnswerFormat | None) -> Iterator[tuple[str, Body | None]]:
        """What is said of the format, and the parameter itself."""
        if wanted is None:
            yield "", None
            return
        schema = wanted.schema
        if schema is None:
            yield _AS_JSON, {"type": "json_object"}
            return
        in_words = _BY_THIS_SCHEMA.format(schema=json.dumps(schema, ensure_ascii=False))
        words = _BY_SCHEMA if self.speaks_openai else in_words
        if closed := strict(schema):
            yield words, self._by_schema(wanted.name, closed, is_strict=True)
        if is_object(schema):
            yield words, self._by_schema(wanted.name, schema, is_strict=False)
            yield in_words, {"type": "json_object"}
        else:  # JSON mode makes objects only
            yield in_words, None

    def _by_schema(self, name: str, schema: Mapping[str, object], *, is_strict: bool) -> Body:
        described: Body = {"name": name, "schema": schema, "strict": is_strict}
        if self.protocol == "responses":
            return {"type": "json_schema", **described}
        return {"type": "json_schema", "json_schema": described}

    def _tuned(self, body: Body, tuning: Tuning, format_: Body | None) -> Body:
        put = self._for_responses if self.protocol == "responses" else _for_chat
        tuned = body | put(body, tuning, format_)
        for name in ("max_output_tokens", "max_completion_tokens", "max_tokens"):
            most = tuned.get(name)
            if tuning.max_output_tokens is not None and isinstance(most, int):
                tuned[name] = min(most, tuning.max_output_tokens)
        sampling = {"temperature": tuning.temperature, "top_p": tuning.top_p}
        return tuned | {name: value for name, value in sampling.items() if value is not None}

    def _for_responses(self, body: Body, tuning: Tuning, format_: Body | None) -> Body:
        text = as_object(body.get("text"))
        chosen: Body = {}
        if tuning.effort is not None:
            chosen["reasoning"] = {**as_object(body.get("reasoning")), "effort": tuning.effort}
        if tuning.verbosity is not None:
            text = {**text, "verbosity": tuning.verbosity}
        if format_ is not None:
            text = {**text, "format": format_}
        return chosen | {"text": text} if text else chosen


def _for_chat(_body: Body, tuning: Tuning, format_: Body | None) -> Body:
    chosen: Body = {
        "reasoning_effort": tuning.effort,
        "verbosity": tuning.verbosity,
        "seed": tuning.seed,
        "response_format": format_,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _told(prompt: Prompt, words: str) -> Prompt:
    """With the words below the last thing a person said, so that all before it stays as it was."""
    if not words:
        return prompt
    messages = list(prompt.messages)
    place = max(n for n, message in enumerate(messages) if message.role == "user")
    messages[place] = replace(messages[place], text=f"{messages[place].text}\n\n{words}".strip())
    return replace(prompt, messages=tuple(messages))
