"""What happens while an answer is made besides its text: calls, code, searches, files, sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RunStepKind = Literal["function", "code", "web_search", "file_search"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool. `arguments` are as the model wrote them: JSON if it kept to its word.

    `id` is the model's own; what came of the call goes back to it under this id.
    """

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One request of the tool loop: what the model said, what it called, and what came of that.

    `items` are the provider's own words for all it said (the output items of the Responses API), to be sent
    back as they are; without them `text` and `calls` tell the round. `outputs` are in the order of `calls`.
    """

    text: str = ""
    items: tuple[Mapping[str, object], ...] = ()
    calls: tuple[ToolCall, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStep:
    """One thing done on the way, for people to look at: which function with what, code and its logs, a search.

    `input` is the call's arguments, the code or the queries; `output` what came of it, cut to what is worth
    keeping. `began_seconds` counts from the beginning of the turn. `container` is where code ran.
    """

    kind: RunStepKind
    name: str = ""
    input: str = ""
    output: str = ""
    began_seconds: float = 0.0
    seconds: float = 0.0
    is_failed: bool = False
    container: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of the answer: a page of the web (`url`), or a passage of a file (`file_id`, `quote`).

    `start` and `end` are where the text speaks of it, in characters of the answer; equal where only a place
    behind the text is known. `file_id` is the provider's, or the name of the passage in our own index.
    """

    title: str
    url: str = ""
    file_id: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file made by code in a container of the provider; it is gone when the container is.

    `start` and `end` are where the answer links to it, in characters; both 0 where it does not. One that came
    with the answer itself is in no container: `kept` is its name in the media folder.
    """

    container_id: str
    file_id: str
    name: str
    start: int = 0
    end: int = 0
    kept: str = ""


AUTO = "auto"
"""Stands for a container that the provider makes when code is to run, and not before."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """The provider's own tools that may be used for an answer.

    `container` is the id of the one in which code runs, or `AUTO`: one is made when it is needed, with copies
    of the uploads `container_files`. `stores` are the ids of the vector stores to be searched. `most_calls` is
    how often they may be used in one request, all together.
    """

    web_search: bool = False
    container: str = ""
    container_files: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    most_calls: int = 20

    def __bool__(self) -> bool:
        return self.web_search or bool(self.container) or bool(self.stores)


@dataclass(frozen=True, slots=True)
class Remote:
    """What the provider keeps of this thread: with a `conversation` only what is new is sent.

    `has_history`: it holds all messages but the question; `is_current`: the question and all rounds as well,
    save what came of the last one's calls. `in_background`: the answer is made whether or not we listen, and
    can be fetched by its id.
    """

    conversation: str = ""
    has_history: bool = False
    is_current: bool = False
    in_background: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """How an answer is made, where somebody chose it; None leaves it to the model.

    What the model does not take is left out by whoever asks it. `max_output_tokens` narrows the prompt's.
    """

    effort: str | None = None
    verbosity: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """The answer is JSON: any object, or with a `schema` (JSON Schema) one that obeys it."""

    schema: Mapping[str, object] | None = None
    name: str = "answer"
