"""Events: what an engine says during a turn, in order; the last one is always `Finished`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.run import Citation, MadeFile, RunStep, RunStepKind, ToolCall
from domain.turn import Ending, Usage


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class ModelReplaced:
    """Another model than the asked one answers: that one is gone, or `blind` to what it is shown."""

    asked: str
    used: str
    reason: Literal["gone", "blind"] = "gone"


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider works on it and keeps it under this id: `in_background` it can be followed, or cancelled."""

    response_id: str
    in_background: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """A tool of the provider is at work. `detail` says on what, where it is known."""

    kind: RunStepKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """A tool of the provider has done its part. Some of what they do is free, as opening a page."""

    step: RunStep
    is_charged: bool = True


@dataclass(frozen=True, slots=True)
class PassageFound:
    """A search in files has come upon this; the answer may cite its file."""

    passage: Citation


@dataclass(frozen=True, slots=True)
class Cited:
    """The answer has a source."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class PictureShown:
    """A picture that code has shown: a `data:` address."""

    url: str


@dataclass(frozen=True, slots=True)
class FileMade:
    """Code has made a file."""

    file: MadeFile


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model calls a tool that it was offered, and waits for what comes of it."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete. `ending` is `COMPLETED`, `INCOMPLETE` or `REFUSED`.

    `items` are the provider's own words for all that was said, for the next round of a tool loop.
    `web_searches` is how many of them it charges, 0 where it does not say.
    """

    ending: Ending
    model: str
    usage: Usage
    items: tuple[Mapping[str, object], ...] = ()
    fingerprint: str = ""
    web_searches: int = 0


Event = (
    TextDelta
    | ModelReplaced
    | Begun
    | Working
    | Worked
    | PassageFound
    | Cited
    | FileMade
    | PictureShown
    | ToolCalled
    | Finished
)
