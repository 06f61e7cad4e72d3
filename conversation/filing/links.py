"""Links into a container lead nowhere for a person: the names of the files stand in their place."""

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from domain.turn import Answer

_LINK: Final = re.compile(
    r"(?P<image>!)?\[(?P<label>[^\]\n]*)\]\(<?sandbox:(?P<linked>[^)>\n]*)>?(?:\s+\"[^\"\n]*\")?\)"
    r"|sandbox:(?P<bare>/[^\s)\]>`*]*)"
    r"|(?P<mark>\.parley-[0-9a-f]{8})(?=\.|\b)"
)
_MARK: Final = re.compile(r"\.parley-[0-9a-f]{8}(?=\.|\Z)")


def plain_name(name: str) -> str:
    """A file's name without the mark by which we know our uploads at the provider."""
    return _MARK.sub("", name)


def without_links(answer: Answer) -> Answer:
    """The answer with names for links, and its sources under the names that people gave them."""
    text = _LINK.sub(_instead, answer.text)
    sources = tuple(replace(one, title=plain_name(one.title)) for one in answer.citations)
    if text == answer.text and sources == answer.citations:
        return answer
    return replace(answer, text=text, citations=sources)


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
