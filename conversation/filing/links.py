"""Links into a container lead nowhere for a person: the names of the files stand in their place."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from domain.run import Citation
from domain.turn import Answer

_LINK: Final = re.compile(
    r"(?P<image>!)?\[(?P<label>[^\]\n]*)\]\(<?sandbox:(?P<linked>[^)>\n]*)>?(?:\s+\"[^\"\n]*\")?\)"
    r"|sandbox:(?P<bare>/[^\s)\]>`*]*)"
    r"|(?P<mark>\.parley-[0-9a-f]{8})(?=\.|\b)"
)


def plain_name(name: str) -> str:
    """A file's name without the mark by which we know our uploads at the provider."""
    return re.sub(r"\.parley-[0-9a-f]{8}(?=\.|\Z)", "", name)


def without_links(answer: Answer) -> Answer:
    """The answer with names for links; what points at places of its text points at the same places after."""
    cuts = [(found.start(), found.end(), _instead(found)) for found in _LINK.finditer(answer.text)]
    citations = answer.citations
    if not cuts and all(plain_name(one.title) == one.title for one in citations):
        return answer
    text, last = "", 0
    for start, end, words in cuts:
        text += answer.text[last:start] + words
        last = end
    text += answer.text[last:]
    moved = _mover(cuts)
    files = tuple(replace(file, start=moved(file.start), end=moved(file.end)) for file in answer.files)
    return replace(answer, text=text, citations=tuple(_moved(citations, moved)), files=files)


def _instead(found: re.Match[str]) -> str:
    if found["mark"] is not None:
        return ""
    name = PurePosixPath(found["linked"] or found["bare"] or "").name
    if found["image"]:
        return ""
    label = found["label"] or ""
    if found["bare"] is not None or not label:
        return f"`{name}`" if name else ""
    return label if not name or name in label else f"{label} (`{name}`)"


def _mover(cuts: list[tuple[int, int, str]]) -> Callable[[int], int]:
    """Where a place of the old text is in the new one."""

    def moved(place: int) -> int:
        shift = 0
        for start, end, words in cuts:
            if place >= end:
                shift += len(words) - (end - start)
            elif place > start:
                return start + shift + min(place - start, len(words))
        return place + shift

    return moved


def _moved(citations: tuple[Citation, ...], moved: Callable[[int], int]) -> Iterator[Citation]:
    for one in citations:
        yield replace(one, title=plain_name(one.title), start=moved(one.start), end=moved(one.end))
