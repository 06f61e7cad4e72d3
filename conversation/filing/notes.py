"""What the model and the person read about a thread's files."""

from collections.abc import Iterator, Mapping, Sequence

from conversation.filing.routing import Abilities
from conversation.wording import one_line
from domain.filing import Filing
from domain.hosting import Place
from domain.run import Hosted
from domain.texts import Sentence, Text


def reason(filing: Filing) -> Sentence:
    """Why it cannot be used where it was put."""
    name = filing.name
    match filing.problem:
        case "unsupported_file" if filing.place is Place.CODE:
            return Text("{name} cannot be used in code: the AI service does not take this kind.", name=name)
        case "unsupported_file":
            return Text("{name} cannot be searched: the AI service does not know this kind of file.", name=name)
        case "invalid_file":
            return Text("{name} cannot be searched: the AI service cannot read it.", name=name)
        case "too_large":
            return Text("{name} is larger than the AI service takes.", name=name)
        case "gone":
            return Text("{name} is not at hand any more. Please send it again.", name=name)
        case _:
            return Text("{name} could not be indexed. In /files you can try it again.", name=name)


def told_of(before: Sequence[Filing], now: Sequence[Filing]) -> Iterator[Sentence]:
    """What the person hears: files that turned out to be of no use where they were put."""
    had_problems = {filing.id for filing in before if filing.problem}
    for filing in now:
        if filing.problem and filing.id not in had_problems:
            yield reason(filing)


def note_on(filings: Sequence[Filing], paths: Mapping[int, str], hosted: Hosted, abilities: Abilities) -> str:
    """A line for the model about the files at hand; empty where there are none."""
    lines = [line for filing in filings if (line := _line(filing, paths, hosted, abilities))]
    return "\n".join(["[Files at hand:", *lines, "End of the list of files]"]) if lines else ""


def _line(filing: Filing, paths: Mapping[int, str], hosted: Hosted, abilities: Abilities) -> str:
    name = one_line(filing.name)
    if filing.problem:
        return f"- {name}: cannot be used ({filing.problem})"
    match filing.place:
        case Place.CODE if hosted.container:
            return f"- {name}: for the python tool, {paths.get(filing.id) or 'in /mnt/data'}"
        case Place.CODE:
            why = "is switched off here" if abilities.is_code_off else "cannot be run now"
            return f"- {name}: for code, which {why}"
        case Place.KNOWLEDGE if hosted.stores:
            return f"- {name}: search it with your file search"
        case Place.KNOWLEDGE if abilities.searches and abilities.is_index_ours:
            return f"- {name}: search it with the function search_files"
        case Place.KNOWLEDGE:
            return f"- {name}: cannot be searched now"
        case Place.TURN:
            return ""
