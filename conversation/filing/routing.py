"""Which way a file goes: into the turn, into an index, or beside code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from conversation.knowledge.tool import NAME as SEARCH_FILES
from domain.assistant import CODE, FILES, Assistant
from domain.hosting import Place
from domain.texts import Sentence, Text
from media.kinds import Family, FileKind
from media.tables import SHEETS

LARGEST_IN_TURN_TOKENS = 12_000

_TABLES = frozenset({"text/csv", "text/tab-separated-values"})
# Tables that only code can open; of some the content tells nothing, so their names have to.
_DATA_ENDINGS = {
    ".parquet": "application/vnd.apache.parquet",
    ".feather": "application/vnd.apache.arrow.file",
    ".arrow": "application/vnd.apache.arrow.file",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".npy": "application/octet-stream",
    ".npz": "application/zip",
    ".h5": "application/x-hdf5",
    ".sqlite": "application/vnd.sqlite3",
    ".db": "application/vnd.sqlite3",
    ".sav": "application/x-spss-sav",
    ".dta": "application/x-stata-dta",
    ".geojson": "application/geo+json",
}
# What the provider's index takes besides text.
_INDEXED_DOCUMENTS = frozenset({"application/pdf", "application/msword"})
_INDEXED_OFFICE = ("wordprocessingml.document", "presentationml.presentation")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be done with files here and now.

    `searches`: there is an index, at the provider or of our own, which takes `indexes`. `runs`: there is a
    computer for code. `reads`: some model reads documents itself. `is_index_ours`: the index is searched with
    a function. `is_code_off`: there is a computer, which may not be used here.
    """

    runs: bool
    searches: bool
    reads: bool
    indexes: Callable[[str], bool]
    is_index_ours: bool = False
    is_code_off: bool = False

    def within(self, assistant: Assistant) -> "Abilities":
        """What of it is left to this assistant where it is asked."""
        runs = self.runs and assistant.may_use(CODE)
        may_search = assistant.may_use(FILES) and (not self.is_index_ours or assistant.may_use(SEARCH_FILES))
        return replace(
            self, runs=runs, searches=self.searches and may_search, is_code_off=self.runs and not runs
        )


def is_data(kind: FileKind, name: str) -> bool:
    """Whether it is a table or another file that is to be computed with, not read."""
    return kind.media_type in SHEETS | _TABLES or data_type(name) != ""


def data_type(name: str) -> str:
    """The media type of a data file by its name, empty for any other."""
    return _DATA_ENDINGS.get(PurePath(name).suffix.lower(), "")


def indexed_by_provider(media_type: str) -> bool:
    """Whether the provider's index takes documents of this type."""
    return (
        media_type.startswith("text/")
        or media_type in _INDEXED_DOCUMENTS
        or media_type.endswith(_INDEXED_OFFICE)
        or media_type in ("application/json", "application/xml", "application/yaml")
    )


def place_for(kind: FileKind, name: str, tokens: int, abilities: Abilities) -> Place:
    """Data to code; what is small, or cannot be put elsewhere, into the turn; the rest into the index."""
    if abilities.runs and (is_data(kind, name) or kind.family is Family.ARCHIVE):
        return Place.CODE
    is_readable = abilities.reads or kind.family is not Family.DOCUMENT
    if tokens <= LARGEST_IN_TURN_TOKENS and is_readable:
        return Place.TURN
    return Place.KNOWLEDGE if may_go(Place.KNOWLEDGE, kind.media_type, name, abilities) else Place.TURN


def may_go(place: Place, media_type: str, name: str, abilities: Abilities) -> bool:
    """Whether a file of this type can be put there at all."""
    match place:
        case Place.TURN:
            return data_type(name) == "" and media_type not in SHEETS
        case Place.CODE:
            return abilities.runs
        case Place.KNOWLEDGE:
            is_table = media_type in SHEETS | _TABLES or data_type(name) != ""
            return abilities.searches and not is_table and abilities.indexes(media_type)


def kept_sentence(name: str, place: Place) -> Sentence | None:
    """What the person is told about a file that is kept; nothing where it is simply read."""
    match place:
        case Place.CODE:
            return Text("{name}: I can calculate with it and draw charts. /files lists it.", name=name)
        case Place.KNOWLEDGE:
            return Text("{name}: I can search it and show where I found what. /files lists it.", name=name)
        case Place.TURN:
            return None


def unpacked_sentence(name: str) -> Sentence:
    """What the person is told about an archive that is left to code."""
    return Text("{name}: I can unpack it with code and work with what is in it. /files lists it.", name=name)
