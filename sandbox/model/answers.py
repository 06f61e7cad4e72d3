"""What the model answers: text, calls of tools, its ending and its cost, before any protocol."""

import json
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Literal

from sandbox.model.asked import Asked
from sandbox.model.calls import Call, calls
from sandbox.model.chance import by_lot
from sandbox.model.content import says, written
from sandbox.model.hosted import Used, joined
from sandbox.model.models import Served
from sandbox.model.scripts import Script
from sandbox.model.structured import as_json
from sandbox.model.tokens import PromptCache, Usage, pieces
from sandbox.model.values import Json, as_text

Ending = Literal["completed", "max_output_tokens", "content_filter"]

SPOKEN_TOKENS_PER_SECOND = 20

_REFUSAL = "I cannot help with that. (The offline stand-in was told to refuse.)"
_REASONING_TOKENS = {"minimal": 32, "low": 64, "medium": 128, "high": 256, "xhigh": 512, "max": 1_024}


@dataclass(frozen=True, slots=True)
class Sound:
    """A spoken answer, packed as it was wished; `seconds` is its length."""

    content: bytes
    transcript: str
    seconds: float
    id: str = field(default_factory=lambda: f"audio_{token_hex(12)}")

    @property
    def tokens(self) -> int:
        return round(self.seconds * SPOKEN_TOKENS_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Answer:
    """`deltas` are the text (or the refusal) as it streams; `commentary` is not meant for the reader.

    `hosted` is what came of tools that run at OpenAI, `annotations` what the text cites of it. `fingerprint`
    names the model's inner state: with another one the same seed gives another answer. `moderation` is what
    was found in question (`input`) and answer (`output`), where that was wished.
    """

    deltas: tuple[str, ...]
    usage: Usage
    ending: Ending = "completed"
    refused: bool = False
    commentary: str = ""
    calls: tuple[Call, ...] = ()
    sound: Sound | None = None
    hosted: tuple[Used, ...] = ()
    annotations: tuple[Json, ...] = ()
    fingerprint: str | None = None
    moderation: Json | None = None

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def hosted_seconds(self) -> float:
        """How long the tools that run at OpenAI take."""
        return sum(item.seconds for use in self.hosted for item in use.items)


def answer(asked: Asked, script: Script, model: Served, cache: PromptCache) -> Answer:
    called = calls(asked, script)
    refused = script.first("refuse") is not None
    deltas = pieces(_text(asked, script, model, refused=refused, calls=called))
    thought = _REASONING_TOKENS.get(asked.effort or "medium", 0) if model.reasons else 0
    ending: Ending = "completed"
    if script.first("incomplete") is not None:
        deltas, ending = deltas[: (len(deltas) + 1) // 2], "max_output_tokens"
    if asked.max_tokens is not None and thought + len(deltas) > asked.max_tokens:
        thought = min(thought, asked.max_tokens)
        deltas, ending = deltas[: asked.max_tokens - thought], "max_output_tokens"
    if (order := script.first("incomplete")) is not None and order.argument == "content_filter":
        ending = "content_filter"
    commentary = script.first("commentary")
    said = commentary.argument if commentary else ""
    ordered = sum(len(pieces(call.name + call.arguments)) for call in called)
    coded = sum(len(pieces(as_text(item.done.get("code")))) for use in asked.hosted for item in use.items)
    usage = _usage(asked, cache, len(deltas) + len(pieces(said)) + ordered + coded, thought)
    return Answer(
        tuple(deltas),
        usage,
        ending,
        refused,
        said,
        called if ending == "completed" else (),
        hosted=asked.hosted,
        annotations=_annotations(asked, script, "".join(deltas)),
        fingerprint=model.fingerprint,
    )


def _text(asked: Asked, script: Script, model: Served, *, refused: bool, calls: tuple[Call, ...]) -> str:
    if refused:
        return _REFUSAL
    if calls:
        return ""
    text = by_lot(asked, script, model) or written(asked, script)
    return json.dumps(as_json(asked.format, text), ensure_ascii=False) if _wants_json(asked) else text


def _annotations(asked: Asked, script: Script, text: str) -> tuple[Json, ...]:
    """What the text cites of what tools found; nothing where a script says something else, or JSON is said."""
    said, annotations = joined(asked.hosted)
    return annotations if text == said and not says(script) else ()


def _wants_json(asked: Asked) -> bool:
    return asked.format is not None and asked.format.get("type") != "text"


def _usage(asked: Asked, cache: PromptCache, spoken: int, thought: int) -> Usage:
    total, cached, fresh = cache.take(asked.model, asked.cache_key, asked.prompt(), asked.sights())
    return Usage(
        total + asked.heard_tokens, cached, fresh, spoken + thought, thought, heard_tokens=asked.heard_tokens
    )
