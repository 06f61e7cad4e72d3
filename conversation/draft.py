"""An answer in the making: what each request of its tool loop has brought, and what its tools have done."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from conversation.calls import CallDone
from domain.events import (
    Cited,
    Event,
    FileMade,
    Finished,
    ModelReplaced,
    PassageFound,
    TextDelta,
    ToolCalled,
    Worked,
)
from domain.run import Citation, MadeFile, Round, RunStep, ToolCall
from domain.texts import Sentence, Text
from domain.turn import Ending, Usage

_BETWEEN: Final = "\n\n"
_LONGEST_QUOTE: Final = 3_000


@dataclass(slots=True)
class Part:
    """What one request has brought. Its sources and files are placed in its own text.

    `ending` is None as long as it has not ended; `began_seconds` count from the beginning of the answer.
    """

    began_seconds: float = 0.0
    text: str = ""
    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    run: list[RunStep] = field(default_factory=list[RunStep])
    passages: list[Citation] = field(default_factory=list[Citation])
    citations: list[Citation] = field(default_factory=list[Citation])
    files: list[MadeFile] = field(default_factory=list[MadeFile])
    items: tuple[Mapping[str, object], ...] = ()
    ending: Ending | None = None
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    fingerprint: str = ""

    def as_round(self, done: Sequence[CallDone]) -> Round:
        """For the next request: what was said here, and what came of its calls."""
        outputs = tuple(one.output for one in done)
        return Round(self.text, self.items, tuple(self.calls), outputs)


@dataclass(slots=True)
class Draft:
    """All parts so far. `told` stands where the model says nothing; `problems` are told in any case.

    Both are in the person's language.
    """

    parts: list[Part] = field(default_factory=list[Part])
    done: list[CallDone] = field(default_factory=list[CallDone])
    notes: list[Sentence] = field(default_factory=list[Sentence])
    told: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    blind: ModelReplaced | None = None
    is_complete: bool = False
    began: float = field(default_factory=time.monotonic)

    def begin_part(self) -> Part:
        part = Part(round(time.monotonic() - self.began, 1))
        self.parts.append(part)
        return part

    def begin_part_anew(self) -> None:
        """What has come of it comes again, from the beginning."""
        self.parts[-1] = Part(self.part.began_seconds)

    @property
    def part(self) -> Part:
        """The one being written."""
        return self.parts[-1]

    @property
    def text(self) -> str:
        """All that the model has said to the person."""
        return _BETWEEN.join(part.text for part in self.parts if part.text.strip())

    @property
    def run(self) -> tuple[RunStep, ...]:
        """What was done, in the order in which it began."""
        steps = [step for part in self.parts for step in part.run] + [done.step for done in self.done]
        return tuple(sorted(steps, key=lambda step: step.began_seconds))

    @property
    def usage(self) -> Usage:
        return sum((part.usage for part in self.parts), Usage())

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The sources of the text, placed in the whole of it, with the passages they stand for."""
        passages = [passage for part in self.parts for passage in part.passages]
        named = [
            replace(one, start=one.start + start, end=one.end + start, quote=one.quote or _quote(one, passages))
            for start, part in self._placed()
            for one in part.citations
        ]
        return (*named, *(citation for done in self.done for citation in done.citations))

    @property
    def files(self) -> tuple[MadeFile, ...]:
        return tuple(
            replace(file, start=file.start + start, end=file.end + start) if file.end else file
            for start, part in self._placed()
            for file in part.files
        )

    def add(self, done: Iterable[CallDone]) -> None:
        """What came of a round's calls."""
        for one in done:
            self.done.append(one)
            if one.told:
                (self.problems if one.step.is_failed else self.told).append(one.told)

    def take(self, event: Event) -> None:
        part = self.part
        match event:
            case TextDelta(text):
                part.text += text
            case ToolCalled(call):
                part.calls.append(call)
            case Worked(step):
                part.run.append(replace(step, began_seconds=step.began_seconds + part.began_seconds))
            case PassageFound(passage):
                part.passages.append(passage)
            case Cited(citation):
                part.citations.append(citation)
            case FileMade(file):
                part.files.append(file)
            case ModelReplaced(_, _, "blind"):
                self.blind = event
            case ModelReplaced(asked, used):
                gone = Text("{asked} is no longer available; {used} answered.", asked=asked, used=used)
                self.notes += [gone] if gone not in self.notes else []
            case Finished():
                part.items, part.ending, part.model = event.items, event.ending, event.model
                part.usage, part.fingerprint = event.usage, event.fingerprint
            case _:
                return

    def _placed(self) -> Iterable[tuple[int, Part]]:
        """The parts, each with where it begins in the text."""
        start = 0
        for part in self.parts:
            yield start, part
            start += len(part.text) + len(_BETWEEN) if part.text.strip() else 0


def _quote(citation: Citation, passages: Iterable[Citation]) -> str:
    """What the search found in that file, as far as people will read it."""
    found = (one.quote for one in passages if citation.file_id and one.file_id == citation.file_id)
    return _BETWEEN.join(dict.fromkeys(found))[:_LONGEST_QUOTE]
