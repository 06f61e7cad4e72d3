"""Asks the text engine like the bot does, and keeps what it says."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from ai.catalogue import load
from ai.engine import TextEngine
from ai.provider import Provider
from domain.catalogue import Catalogue, Model
from domain.engine import Engine, Prompt, PromptMessage
from domain.events import Event, Finished, ModelReplaced, TextDelta
from sandbox.model.server import ModelSandbox
from tests.town import the_same_day

Api = Literal["responses", "chat"]

Reports = list[tuple[str, str]]
"""Models that were gone, each with what replaced it."""

OURS = load()
LUNA = "gpt-6-luna"


@dataclass(frozen=True, slots=True)
class Told:
    """All events of one answer."""

    events: tuple[Event, ...]

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def finished(self) -> Finished:
        last = self.events[-1]
        assert isinstance(last, Finished)
        return last

    @property
    def replacements(self) -> list[ModelReplaced]:
        return [event for event in self.events if isinstance(event, ModelReplaced)]


def prompt(*said: str, model: str = LUNA, **fields: Any) -> Prompt:
    """What person and assistant said in turn, the person last."""
    roles: tuple[Literal["user", "assistant"], ...] = ("user", "assistant")
    count = len(said)
    messages = tuple(PromptMessage(roles[(count - 1 - n) % 2], text) for n, text in enumerate(said))
    given: dict[str, Any] = {
        "messages": messages,
        "instructions": "Be kind.",
        "cache_key": "chat-hash",
        "safety_key": "user-hash",
    }
    return Prompt(model=model, **(given | fields))


async def told(engine: Engine, *said: str, model: str = LUNA, **fields: Any) -> Told:
    async with aclosing(engine.stream(prompt(*said, model=model, **fields))) as events:
        return Told(tuple([event async for event in events]))


def provider(sandbox: ModelSandbox, api: Api = "responses", **given: Any) -> Provider:
    """The offline model, taken for OpenAI."""
    chosen: dict[str, Any] = {"api_key": sandbox.api_key, "api": api, "dialect": "openai"}
    return Provider(sandbox.base_url, **(chosen | given))


@asynccontextmanager
async def engine_at(
    sandbox: ModelSandbox, api: Api = "responses", *, catalogue: Catalogue | None = None, **given: Any
) -> AsyncGenerator[TextEngine]:
    """An engine on the offline model; `on_model_gone` and `today` are for it, the rest for the provider."""
    options: dict[str, Any] = {"today": the_same_day}
    options |= {name: given.pop(name) for name in ("on_model_gone", "today") if name in given}
    async with TextEngine.open(provider(sandbox, api, **given), catalogue or OURS, **options) as engine:
        yield engine


def catalogue_of(*models: Model) -> Catalogue:
    return Catalogue({model.id: model for model in models})


def noting(reports: Reports) -> Callable[[str, str], None]:
    """Keeps what is told of models that are gone."""
    return lambda gone, used: reports.append((gone, used))
