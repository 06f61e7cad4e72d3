"""What comes with a message beside its words: pictures, files and sounds, as they were given."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.model.values import Json, as_list, as_object, as_text

_INNER = ("image_url", "file", "input_audio")  # where Chat Completions puts one more object around it
_SOURCES = ("url", "image_url", "file_data", "data", "file_url", "file_id")


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them, before anybody looked at it. `path` is where its source stands in the request."""

    path: str
    kind: str  # image, file or audio
    field: str
    source: str
    name: str = ""
    detail: str = "auto"

    @property
    def is_embedded(self) -> bool:
        return self.source.startswith("data:") or self.field in ("file_data", "data")

    def __str__(self) -> str:
        """What can be told without looking inside: its kind, name and size."""
        encoded = self.source.rpartition(",")[2]
        source = f"{len(encoded.rstrip('=')) * 3 // 4:,} bytes" if self.is_embedded else self.source
        return ", ".join(word for word in (self.kind, self.name, source) if word)


def content(given: object, path: str) -> tuple[str, tuple[Shown, ...]]:
    """The text of a message's content at this path, and what it shows."""
    if isinstance(given, str):
        return given, ()
    parts = [as_object(part) for part in as_list(given)]
    texts = [as_text(part.get("text", part.get("refusal"))) for part in parts]
    shown = tuple(
        _shown(part, f"{path}[{index}]")
        for index, part in enumerate(parts)
        if "text" not in part and "refusal" not in part
    )
    return "\n".join(text for text in texts if text), shown


def pictures(shown: Iterable[Shown]) -> list[Shown]:
    return [one for one in shown if one.kind == "image"]


def _shown(part: Json, path: str) -> Shown:
    kind = as_text(part.get("type"))
    inner = as_object(part.get(kind)) if kind in _INNER else part
    place = f"{path}.{kind}" if kind in _INNER else path
    field = next((name for name in _SOURCES if as_text(inner.get(name))), "")
    return Shown(
        path=f"{place}.{field}" if field else place,
        kind=kind.removeprefix("input_").removesuffix("_url"),
        field=field,
        source=as_text(inner.get(field)),
        name=as_text(inner.get("filename")),
        detail=as_text(inner.get("detail")) or "auto",
    )
