"""What an attachment turned out to be, before it gets its place in the turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from conversation.wording import LONGEST_NAME, one_line
from domain.material import Filed, Paper, Picture, Recording
from domain.media import Attachment
from domain.texts import Sentence

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,9}")


@dataclass(slots=True)
class Found:
    """`says` is its line for the model; `{pictures}` in it are the numbers that its pictures will have.

    `told` is what the person hears of it below the answer.
    """

    says: str = ""
    pictures: list[Picture] = field(default_factory=list[Picture])
    recordings: list[Recording] = field(default_factory=list[Recording])
    papers: list[Paper] = field(default_factory=list[Paper])
    filed: list[Filed] = field(default_factory=list[Filed])
    told: list[Sentence] = field(default_factory=list[Sentence])


def name_of(attachment: Attachment) -> str:
    """Its name as the model reads it, and whose it is."""
    return one_line(attachment.name or attachment.kind.value) + whose(attachment)


def whose(attachment: Attachment) -> str:
    return " of the message replied to" if attachment.is_quoted else ""


def file_name(given: str, ending: str) -> str:
    """The last part of a name, short enough and with the ending that its content has, or else its own."""
    name = given.replace("\\", "/").rpartition("/")[2].rstrip()
    own = PurePath(name).suffix
    kept = ending or (own if _ENDING.fullmatch(own) else "")
    stem = name[: -len(kept)] if kept and name.lower().endswith(kept.lower()) else name
    return one_line(stem)[: LONGEST_NAME - len(kept)].rstrip() + kept


def together(parts: Sequence[Found], says: str) -> Found:
    """Several things that came as one, as the files of an archive, under one line."""
    return Found(
        says,
        papers=[paper for part in parts for paper in part.papers],
        filed=[filed for part in parts for filed in part.filed],
        told=[sentence for part in parts for sentence in part.told],
    )
