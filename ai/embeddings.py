"""Texts embedded, in requests as large as a provider takes and our loop can bear."""

import asyncio
import base64
import binascii
import logging
import math
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, cast

from ai.bodies import Body
from ai.errors import RouteMissing
from ai.healing import Healing
from ai.json_values import JsonObject, as_count, as_list, as_object
from ai.source import Source
from domain.catalogue import Model
from domain.embedding import Embedded, NoEmbeddings, Space
from domain.errors import AnswerBroken

log = logging.getLogger(__name__)

# The API takes 2,048 texts of 8,192 tokens, 300,000 in all. An answer of 2,048 vectors would be 4 MB of JSON,
# which blocks the loop for longer than a person who types should wait.
MOST_TEXTS: Final = 256
MOST_BYTES_IN_ALL: Final = 300_000  # no token is shorter than a byte
MOST_BYTES: Final = 8_192

_CAPABILITY: Final = "embedding"
_NEEDED = frozenset({"model", "input"})


class EmbeddingEngine:
    """`domain.embedding.Embedder` on one source. `model` is the operator's choice, "" the catalogue's default.

    OpenAI's models give vectors as short as the catalogue says. How long another server's are is learned.
    """

    def __init__(self, source: Source, model: str = "") -> None:
        self._source = source
        self._asked = model
        self._healing = Healing(source.wire.post, _NEEDED)
        self._lengths: dict[str, int] = {}
        self._is_served = True
        self._has_warned = False

    @property
    def space(self) -> Space | None:
        model = next(self._line(), None)
        return Space(model.id, self._length(model)) if model is not None else None

    async def embed(self, texts: Sequence[str]) -> Embedded:
        try:
            embedded = await self._source.first_answer(
                self._line(), self._asked, lambda model: self._embed_all(model, texts)
            )
        except RouteMissing as error:
            self._is_served = False
            self._warn(str(error))
            raise NoEmbeddings(str(error)) from None
        if embedded is None:
            self._warn(f"no model for embeddings is there, asked for {self._asked or 'the default'}")
            raise NoEmbeddings(f"asked for {self._asked or 'the default'}")
        return embedded

    def _line(self) -> Iterator[Model]:
        return self._source.availability.line(self._asked, _CAPABILITY) if self._is_served else iter(())

    def _warn(self, reason: str) -> None:
        if not self._has_warned:
            log.warning("the provider embeds nothing, so texts are found by their words alone: %s", reason)
        self._has_warned = True

    def _length(self, model: Model) -> int:
        if model.id in self._lengths:
            return self._lengths[model.id]
        return model.dimensions if self._source.provider.speaks_openai else 0

    async def _embed_all(self, model: Model, texts: Sequence[str]) -> Embedded:
        vectors: list[bytes] = []
        used = 0
        for batch in batches(texts):
            answer = await self._healing.ask("/embeddings", self._body(model, batch))
            vectors += await asyncio.to_thread(_vectors, answer, len(batch))
            used += as_count(as_object(answer.get("usage")).get("prompt_tokens"))
        lengths = {len(vector) for vector in vectors}
        if len(lengths) > 1:
            raise AnswerBroken(f"vectors of {len(lengths)} lengths")
        self._lengths[model.id] = lengths.pop() // 4 if lengths else self._length(model)
        return Embedded(tuple(vectors), Space(model.id, self._lengths[model.id]), used)

    def _body(self, model: Model, batch: Sequence[str]) -> Body:
        body: Body = {"model": model.id, "input": list(batch)}
        if self._source.provider.speaks_openai:
            body["encoding_format"] = "base64"  # a third of the bytes, and no digits to be read
            body |= {"dimensions": model.dimensions} if model.dimensions else {}
        return body


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in their order, in pieces that fit a request each; one that fits none is cut at its end."""
    batch: list[str] = []
    size = 0
    for text in map(_cut, texts):
        length = len(text.encode())
        if batch and (len(batch) == MOST_TEXTS or size + length > MOST_BYTES_IN_ALL):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore")


def _vectors(answer: JsonObject, count: int) -> list[bytes]:
    """Every text's vector, in the order of the texts, whichever order and coding they come in."""
    found = {_index(one): _vector(one.get("embedding")) for one in map(as_object, as_list(answer.get("data")))}
    if found.keys() != set(range(count)):
        raise AnswerBroken(f"{len(found)} vectors for {count} texts")
    return [found[index] for index in range(count)]


def _index(one: JsonObject) -> int:
    index = one.get("index", 0)
    return index if isinstance(index, int) else -1


def _vector(told: object) -> bytes:
    try:
        vector = _packed(told) if isinstance(told, str) else _floats(told)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise AnswerBroken("a vector that cannot be read") from None
    if not any(vector) or not all(map(math.isfinite, vector)):
        raise AnswerBroken("a vector without direction")
    return vector.tobytes()


def _packed(told: str) -> "array[float]":
    vector = array("f")
    vector.frombytes(base64.b64decode(told, validate=True))
    if sys.byteorder == "big":
        vector.byteswap()
    return vector


def _floats(told: object) -> "array[float]":
    return array("f", cast("Sequence[float]", as_list(told)))  # the array refuses what is no number
