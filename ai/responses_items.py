"""Output items of the Responses API: what the provider's tools did, which sources it names, what it made."""

from collections.abc import Iterator, Mapping
from typing import Final

from ai.json_values import JsonObject, as_list, as_object, as_text
from domain.events import Cited, Event, FileMade, PassageFound, PictureShown
from domain.run import Citation, MadeFile, RunStep, RunStepKind

_KINDS: Final[Mapping[str, RunStepKind]] = {
    "code_interpreter_call": "code",
    "web_search_call": "web_search",
    "file_search_call": "file_search",
}
_BULKY: Final = {"code_interpreter_call": "outputs", "file_search_call": "results"}
_FREE_ACTIONS: Final = {"open_page", "find_in_page"}
_LONGEST_OUTPUT: Final = 4_000


def work_of(item: JsonObject) -> RunStepKind | None:
    """Which tool of the provider an item is a call of."""
    return _KINDS.get(as_text(item.get("type")))


def worked(item: JsonObject, *, began_seconds: float, seconds: float) -> RunStep | None:
    """What such a tool did."""
    kind = work_of(item)
    if kind is None:
        return None
    told = {"code": _code, "web_search": _web_search, "file_search": _file_search}[kind](item)
    return RunStep(
        kind,
        input=told[0],
        output=told[1][:_LONGEST_OUTPUT],
        began_seconds=round(began_seconds, 1),
        seconds=round(seconds, 1),
        is_failed=item.get("status") in {"failed", "incomplete"},
        container=as_text(item.get("container_id")),
    )


def is_charged(item: JsonObject) -> bool:
    """Of what is done in the web only searches are, no page that is opened: the provider's guide to it."""
    if work_of(item) != "web_search":
        return True
    return as_object(item.get("action")).get("type") not in _FREE_ACTIONS


def cited(part: JsonObject, start: int) -> Iterator[Event]:
    """The sources and files that a part of a message names; `start` is where the part begins in the answer."""
    for annotation in map(as_object, as_list(part.get("annotations"))):
        begin, end = (start + _place(annotation.get(name)) for name in ("start_index", "end_index"))
        match annotation:
            case {"type": "url_citation", "url": str(url)}:
                yield Cited(Citation(as_text(annotation.get("title")) or url, url=url, start=begin, end=end))
            case {"type": "file_citation", "file_id": str(file_id)}:
                place = start + _place(annotation.get("index"))
                title = as_text(annotation.get("filename"))
                yield Cited(Citation(title, file_id=file_id, start=place, end=place))
            case {"type": "container_file_citation", "file_id": str(file_id)}:
                container, name = as_text(annotation.get("container_id")), as_text(annotation.get("filename"))
                yield FileMade(MadeFile(container, file_id, name, begin, end))
            case _:
                continue


def found(item: JsonObject) -> Iterator[Event]:
    """The passages that a search in files has come upon, best first."""
    if item.get("type") != "file_search_call":
        return
    for result in map(as_object, as_list(item.get("results"))):
        title, file_id = as_text(result.get("filename")), as_text(result.get("file_id"))
        yield PassageFound(Citation(title, file_id=file_id, quote=as_text(result.get("text"))))


def shown(item: JsonObject) -> Iterator[Event]:
    """The pictures that code has shown, where they come along."""
    if item.get("type") != "code_interpreter_call":
        return
    for output in map(as_object, as_list(item.get("outputs"))):
        url = as_text(output.get("url"))
        if output.get("type") == "image" and url.startswith("data:"):
            yield PictureShown(url)


def replayable(item: JsonObject) -> JsonObject:
    """An item as it goes back to the provider: without what was only told to us, which may be large."""
    bulk = _BULKY.get(as_text(item.get("type")))
    kept = {name: value for name, value in item.items() if name != bulk}
    return kept | ({bulk: None} if bulk else {})


def _code(item: JsonObject) -> tuple[str, str]:
    outputs = map(as_object, as_list(item.get("outputs")))
    return as_text(item.get("code")), "\n".join(filter(None, (as_text(one.get("logs")) for one in outputs)))


def _web_search(item: JsonObject) -> tuple[str, str]:
    action = as_object(item.get("action"))
    asked = as_text(action.get("query")) or as_text(action.get("url")) or as_text(action.get("pattern"))
    queries = filter(None, map(as_text, as_list(action.get("queries"))))
    sources = (as_text(as_object(source).get("url")) for source in as_list(action.get("sources")))
    return asked or "\n".join(queries), "\n".join(filter(None, sources))


def _file_search(item: JsonObject) -> tuple[str, str]:
    results = map(as_object, as_list(item.get("results")))
    names = dict.fromkeys(as_text(one.get("filename")) for one in results)
    return "\n".join(filter(None, map(as_text, as_list(item.get("queries"))))), "\n".join(names)


def _place(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
