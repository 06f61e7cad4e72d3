"""A streamed answer as bytes: what comes before the text, the text piece by piece, what comes after."""

import json
from dataclasses import dataclass

from sandbox.model.values import Json


@dataclass(frozen=True, slots=True)
class Stream:
    head: bytes
    deltas: list[bytes]
    tail: bytes


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(name: str, data: Json) -> bytes:
    """A server-sent event with a name, as Responses has them."""
    return f"event: {name}\ndata: {compact(data)}\n\n".encode("utf-8", "replace")


def chunk(data: Json) -> bytes:
    """A server-sent event without a name, as Chat Completions has them."""
    return f"data: {compact(data)}\n\n".encode("utf-8", "replace")
