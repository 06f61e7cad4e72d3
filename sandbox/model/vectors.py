"""Texts as vectors: stems, what they mean and their parts are hashed into them."""

import hashlib
import math
from collections.abc import Iterator
from functools import lru_cache

from sandbox.model.meaning import concepts, empty_words, terms

_PLACES = 4  # each feature is put in so many, so that few dimensions suffice
_PART = 3
_PART_WEIGHT = 0.2
_CONCEPT_WEIGHT = 1.0
_EMPTY_WEIGHT = 0.1


def embedded(words: str, dimensions: int) -> list[float]:
    """A vector of length one."""
    vector = [0.0] * dimensions
    for feature, weight in _features(words):
        for number in _places(feature):
            vector[number // 2 % dimensions] += weight if number % 2 else -weight
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


@lru_cache(maxsize=65_536)
def _places(feature: str) -> tuple[int, ...]:
    """Where a feature is put in, and with which sign."""
    digest = hashlib.blake2b(feature.encode("utf-8", "replace"), digest_size=4 * _PLACES).digest()
    return tuple(int.from_bytes(digest[4 * place : 4 * place + 4], "big") for place in range(_PLACES))


def _features(words: str) -> Iterator[tuple[str, float]]:
    """The stems, what they mean, and what parts they are made of: so a misspelt word is near the right one."""
    yield "", 0.01  # what holds no word is still some vector
    for word in empty_words(words):
        yield word, _EMPTY_WEIGHT
    for concept in concepts(words):
        yield concept, _CONCEPT_WEIGHT
    for term in terms(words):
        yield term, 1.0
        padded = f"<{term}>"
        for at in range(len(padded) - _PART + 1):
            yield padded[at : at + _PART], _PART_WEIGHT
