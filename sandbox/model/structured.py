"""JSON answers: the text put into the shape that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.model.values import Json, as_count, as_list, as_object, as_text

_EXAMPLES: dict[str, object] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
_FORMATS: dict[str, object] = {
    "date-time": "2026-11-01T12:00:00Z",
    "date": "2026-11-01",
    "time": "12:00:00Z",
    "duration": "PT5M",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_DEEPEST = 20  # what refers to itself ends there


def as_json(wanted: Json | None, text: str) -> object:
    """An object with the text in it; with a schema, an example of it."""
    schema = as_object((wanted or {}).get("schema"))
    return _Example(schema, text).of(schema) if schema else {"answer": text}


@dataclass(frozen=True, slots=True)
class _Example:
    """Makes examples of the parts of a schema; every text in them is the same."""

    root: Json
    text: str

    def of(self, schema: Json, depth: int = 0) -> object:
        if reference := as_text(schema.get("$ref")):
            return self.of(self._found(reference), depth + 1) if depth < _DEEPEST else None
        if choices := as_list(schema.get("enum")):
            return choices[0]
        if "const" in schema:
            return schema["const"]
        if options := as_list(schema.get("anyOf")):
            return self.of(_simplest(options) if depth > 1 else as_object(options[0]), depth)
        match _kind(schema):
            case "object":
                parts = as_object(schema.get("properties"))
                return {name: self.of(as_object(part), depth + 1) for name, part in parts.items()}
            case "array":
                return self._array(schema, depth)
            case "string":
                return _FORMATS.get(as_text(schema.get("format")), self.text)
            case kind:
                return schema.get("minimum", _EXAMPLES.get(kind, self.text))

    def _array(self, schema: Json, depth: int) -> list[object]:
        least = as_count(schema.get("minItems")) or (1 if depth <= 1 else 0)
        return [self.of(as_object(schema.get("items")), depth + 1) for _ in range(least)]

    def _found(self, reference: str) -> Json:
        """What `#` or `#/$defs/name` refers to."""
        found = self.root
        for name in reference.split("/")[1:]:
            found = as_object(found.get(name))
        return found


def _simplest(options: Sequence[object]) -> Json:
    """Null where that is one of them: so what refers to itself ends."""
    parts = [as_object(option) for option in options]
    return next((part for part in parts if part.get("type") == "null"), parts[0])


def _kind(schema: Json) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kinds = as_list(kind) or (kind,)
    return str(kinds[0])
