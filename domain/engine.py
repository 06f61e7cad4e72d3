"""The engine port: what turns a prompt into events."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from domain.events import Event, Finished, TextDelta
from domain.media import Detail
from domain.run import AnswerFormat, Hosted, Remote, Round, Tuning
from domain.turn import Usage


@dataclass(frozen=True, slots=True)
class PromptPicture:
    """A picture for the model: a file of ours, upright, without metadata, already as small as it may be.

    With a `url` it is one that the provider fetches itself; then there is no file.
    """

    path: Path | None
    media_type: str
    width: int
    height: int
    detail: Detail = Detail.AUTO
    url: str = ""


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A document that the model reads itself; only for models with `reads_files`."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """Pictures and files come behind the text, in order; the text says what they are. Only users show some."""

    role: Literal["user", "assistant"]
    text: str
    pictures: tuple[PromptPicture, ...] = ()
    files: tuple[PromptFile, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether there is more than text in it."""
        return self.role == "user" and bool(self.pictures or self.files)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A function that the model may call. `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prompt:
    """All a model is asked with. The prefix is stable from turn to turn, so the provider can cache it.

    `cache_key` and `safety_key` are hashes, at most 64 characters, of the conversation and of the person.
    `rounds` are those of the tool loop so far; without `may_call` the tools stay listed, so that the prefix
    does, but none may be called. `remote` is only for engines that keep conversations.
    """

    model: str
    instructions: str
    messages: tuple[PromptMessage, ...]
    cache_key: str
    safety_key: str
    max_output_tokens: int = 16_000
    tools: tuple[ToolSpec, ...] = ()
    rounds: tuple[Round, ...] = ()
    may_call: bool = True
    hosted: Hosted = field(default_factory=Hosted)
    remote: Remote = field(default_factory=Remote)
    tuning: Tuning = field(default_factory=Tuning)
    format: AnswerFormat | None = None


class Engine(Protocol):
    def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        """Events as they come, the last one `Finished`; closing the iterator closes the HTTP stream at once.

        Raises a `UserFacingError` of `domain.errors` when there will be no (further) answer.
        """
        ...

    def resume(self, prompt: Prompt, response_id: str) -> AsyncGenerator[Event]:
        """The events of an answer that is made in the background (`Begun`), from the first one.

        Raises like `stream`; `AnswerLost` when the provider does not have it any more.
        """
        ...

    async def cancel(self, response_id: str) -> None:
        """Ends an answer that is made in the background. Raises a `UserFacingError` if that cannot be told."""
        ...


class Completer(Protocol):
    async def complete(self, prompt: Prompt) -> tuple[str, Usage]:
        """The whole answer at once, for short jobs nobody watches. Raises like `Engine.stream`."""
        ...


async def completed(engine: Engine, prompt: Prompt) -> tuple[str, Usage]:
    """What `Completer.complete` promises, of an engine's stream."""
    text, usage = "", Usage()
    async with aclosing(engine.stream(prompt)) as events:
        async for event in events:
            match event:
                case TextDelta(delta):
                    text += delta
                case Finished():
                    usage = event.usage
                case _:
                    continue
    return text, usage
