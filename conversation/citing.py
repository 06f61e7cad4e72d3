"""Sources of an answer, numbered in its text: pages of the web as links, passages to be opened by a tap."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.reply import Button, Keyboard
from domain.run import Citation
from domain.turn import Answer

_MOST_BUTTONS: Final = 6
_LONGEST_LABEL: Final = 40
_MARK: Final = re.compile(r"\s?【([^【】]{1,80})】")
# As models write them on their own; other words in these brackets are ordinary Chinese and Japanese.
_OF_MODELS: Final = re.compile(r".*†.*|turn\d+[a-z]+\d+.*")
_NUMBERS: Final = re.compile(r"[\d:,;\s]+")


@dataclass(frozen=True, slots=True)
class _Insertion:
    """What is put into the text, in place of what stands between two places."""

    start: int
    end: int
    text: str


def with_sources(answer: Answer) -> Answer:
    """The answer with its sources numbered in the order in which its text names them, each of them once.

    A page that the text links to already needs no number. Marks of models (`【4:0†source】`) that mean nothing
    go, and numbers alone (`【12】`) where there are passages that they may have been meant for.
    Sources of the web that the text does not place are left out: nobody knows what they are for.
    """
    text = answer.text
    marked = {citation.file_id: citation for citation in answer.citations if not citation.url}
    placed = [
        *(one for one in answer.citations if one.end or one.start),
        *_in_marks(text, marked),
    ]
    placed.sort(key=lambda one: one.end)
    sources: list[Citation] = []
    insertions = [
        _Insertion(*match.span(), "") for match in _MARK.finditer(text) if _is_of_model(match[1], marked)
    ]
    for citation in placed:
        if citation.url and _is_linked(text, citation):
            continue
        number = _number(sources, citation)
        insertions.append(_Insertion(citation.end, citation.end, _label(number, citation)))
    return replace(answer, text=_inserted(text, insertions), citations=tuple(sources))


def passages(citations: Sequence[Citation]) -> list[tuple[int, Citation]]:
    """Those that can be opened, with their numbers."""
    return [(number, one) for number, one in enumerate(citations, 1) if one.quote]


def opening(turn_id: int, citations: Sequence[Citation]) -> Keyboard:
    """A button for each passage that can be opened, the first ones if there are many."""
    found = passages(citations)[:_MOST_BUTTONS]
    return tuple(
        (Button(f"📄 {number} · {_short(one.title)}", f"run:passage:{turn_id}:{number}"),)
        for number, one in found
    )


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_LABEL else title[: _LONGEST_LABEL - 1].rstrip() + "…"


def _in_marks(text: str, marked: Mapping[str, Citation]) -> Iterable[Citation]:
    for match in _MARK.finditer(text):
        for name in _names(match[1]):
            if name in marked:
                yield replace(marked[name], start=match.start(), end=match.start())


def _is_of_model(inside: str, marked: Mapping[str, Citation]) -> bool:
    """Whether what stands in the brackets was meant for us, and not for people."""
    if _OF_MODELS.fullmatch(inside) or any(name in marked for name in _names(inside)):
        return True
    return bool(marked) and _NUMBERS.fullmatch(inside) is not None


def _names(inside: str) -> Iterable[str]:
    return re.split(r"[,;\s]+", inside)


def _is_linked(text: str, citation: Citation) -> bool:
    """Whether the person can tap it where it stands."""
    stretch = text[citation.start : citation.end]
    return "](" in stretch or citation.url in stretch


def _number(sources: list[Citation], citation: Citation) -> int:
    for number, known in enumerate(sources, 1):
        if (known.url, known.file_id) == (citation.url, citation.file_id):
            return number
    sources.append(citation)
    return len(sources)


def _label(number: int, citation: Citation) -> str:
    return f" [[{number}]]({citation.url})" if citation.url else f" [{number}]"


def _inserted(text: str, insertions: Iterable[_Insertion]) -> str:
    """From the end to the beginning, so that places stay right; the same label in one place stands once."""
    once = dict.fromkeys(insertions)
    for one in sorted(once, key=lambda one: (one.start, one.end, one.text), reverse=True):
        text = text[: one.start] + one.text + text[max(one.end, one.start) :]
    return text
