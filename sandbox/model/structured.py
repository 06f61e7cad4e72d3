"""JSON answers: the text put into the shape that was asked for."""

from sandbox.model.values import Json, as_list, as_object

_EXAMPLES: dict[str, object] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


def as_json(wanted: Json | None, text: str) -> object:
    """An object with the text in it; with a schema, an example of it."""
    schema = as_object((wanted or {}).get("schema"))
    return _example(schema, text) if schema else {"answer": text}


def _example(schema: Json, text: str) -> object:
    if choices := as_list(schema.get("enum")):
        return choices[0]
    if "const" in schema:
        return schema["const"]
    if options := as_list(schema.get("anyOf")):
        return _example(as_object(options[0]), text)
    match _kind(schema):
        case "object":
            parts = as_object(schema.get("properties"))
            return {name: _example(as_object(part), text) for name, part in parts.items()}
        case "array":
            return [_example(as_object(schema.get("items")), text)]
        case kind:
            return _EXAMPLES.get(kind, text)


def _kind(schema: Json) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kinds = as_list(kind) or (kind,)
    return str(kinds[0])
