"""Knowledge: documents cut into passages that are found by their words and by their meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can be read for itself.

    `headings` are those above it, outermost first. `page` counts from 1, or is 0 where there are no pages.
    """

    text: str
    headings: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """What passages are of. `scope` says who may find them: "thread:12", "assistant:7", "user:5".

    `source` is its file's name in the media folder, or names what else it was made of: "turn:12".
    """

    id: int
    scope: str
    name: str
    source: str
    passages: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage, and of which document it is. `score` is the higher the better it fits the question."""

    id: int
    document_id: int
    scope: str
    name: str
    source: str
    passage: Passage
    score: float = 0.0
