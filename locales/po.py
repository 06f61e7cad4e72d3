"""Reads translations from a .po file, the few parts of that format that ours have."""

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr)(?:\[([0-9])\])?\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_PLURAL_FORMS = re.compile(r"^Plural-Forms: *nplurals=(\d+); *plural=([^;\n]+);?$", re.M)


class BrokenTranslation(ValueError):
    """The file cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Sentences with their forms in one language, and which form a number takes."""

    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    chosen: Callable[[int], int] = lambda count: int(count != 1)

    def one(self, sentence: str) -> str:
        """The sentence as it is said there; itself where nobody has translated it."""
        return self.forms.get(sentence, (sentence,))[0]

    def several(self, singular: str, plural: str, count: int) -> str:
        """The form for so many."""
        return self.forms.get(singular, (singular, plural))[self.chosen(count)]


@dataclass(slots=True)
class _Entry:
    """A sentence while it is read: its parts by keyword and number."""

    parts: dict[str, str] = field(default_factory=dict[str, str])
    last: str = ""
    is_doubtful: bool = False

    def add(self, keyword: str, text: str) -> None:
        self.last = keyword or self.last
        self.parts[self.last] = self.parts.get(self.last, "") + (
            _ESCAPED.sub(_meant, text) if "\\" in text else text
        )

    def forms(self) -> tuple[str, ...]:
        return tuple(text for keyword, text in self.parts.items() if keyword.startswith("msgstr"))


def read(path: Path) -> Translation:
    """Raises `BrokenTranslation`, and `OSError` where there is no such file."""
    entries = {entry.parts.get("msgid", ""): entry for entry in _entries(path)}
    header = _PLURAL_FORMS.search("".join(entries[""].forms())) if "" in entries else None
    if header is None:
        raise BrokenTranslation(f"{path.name}: the header names no Plural-Forms")
    try:
        chosen = gettext.c2py(header[2])
    except ValueError as error:
        raise BrokenTranslation(f"{path.name}: Plural-Forms: {error}") from error
    forms = {sentence: _checked(entry, int(header[1]), path) for sentence, entry in entries.items() if sentence}
    return Translation({sentence: said for sentence, said in forms.items() if all(said)}, chosen)


def _entries(path: Path) -> Iterator[_Entry]:
    entry = _Entry()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if entry.parts and (line[:1] in ("", "#") or (found and found[1] == "msgid")):
            yield entry
            entry = _Entry()
        if found and (found[1] or entry.last):
            entry.add(f"{found[1]}{found[2] or ''}" if found[1] else "", found[3])
        elif line.startswith("#,"):
            entry.is_doubtful = "fuzzy" in line
        elif line.strip() and not line.startswith("#"):
            raise BrokenTranslation(f"{path.name}, line {number}: {line!r} is no part of a .po file")
    if entry.parts:
        yield entry


def _checked(entry: _Entry, plurals: int, path: Path) -> tuple[str, ...]:
    """Its forms, as many as the language has; empty ones where the translation is in doubt."""
    forms, wanted = entry.forms(), plurals if "msgid_plural" in entry.parts else 1
    if len(forms) != wanted:
        raise BrokenTranslation(f"{path.name}: {entry.parts['msgid']!r} has {len(forms)} forms, not {wanted}")
    return ("",) if entry.is_doubtful else forms


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[0])
