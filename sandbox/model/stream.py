"""A streamed answer as bytes: what comes before the text, the text piece by piece, what comes after."""

import json
from dataclasses import dataclass

from sandbox.model.values import Json


@dataclass(frozen=True, slots=True)
class Stream:
    """`steps` come between head and deltas, each after a pause of its own in seconds."""

    head: bytes
    deltas: list[bytes]
    tail: bytes
    steps: tuple[tuple[float, bytes], ...] = ()

    @property
    def is_slow(self) -> bool:
        return any(pause for pause, _ in self.steps)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event(name: str, data: Json) -> bytes:
    """A server-sent event with a name, as Responses has them."""
    return f"event: {name}\ndata: {compact(data)}\n\n".encode("utf-8", "replace")


def chunk(data: Json) -> bytes:
    """A server-sent event without a name, as Chat Completions has them."""
    return f"data: {compact(data)}\n\n".encode("utf-8", "replace")
