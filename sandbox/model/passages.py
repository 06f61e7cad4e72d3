"""Passages: a text cut into pieces that overlap, and how well each of them fits a question."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sandbox.model.meaning import concepts, terms
from sandbox.model.tokens import pieces
from sandbox.model.vectors import embedded

_DIMENSIONS = 256
_SATURATION, _LENGTH_WEIGHT = 1.2, 0.75  # k1 and b of BM25, as usual
_HALF = 2.0  # the BM25 that counts as half of the best
_CONCEPT_PART = 0.5  # a word alike counts half of the very word


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text, ready to be compared."""

    text: str
    terms: Mapping[str, int]
    vector: Sequence[float]

    @property
    def length(self) -> int:
        return sum(self.terms.values())


@dataclass(frozen=True, slots=True)
class Weights:
    """What meaning and what words count."""

    embedding: float = 1.0
    text: float = 1.0


def cut(text: str, most_tokens: int, overlap_tokens: int) -> list[str]:
    """Pieces of so many tokens, each beginning with the last tokens of the one before."""
    tokens = pieces(text)
    step = max(1, most_tokens - overlap_tokens)
    ends = range(0, max(1, len(tokens) - overlap_tokens), step)
    return [words for at in ends if (words := "".join(tokens[at : at + most_tokens]).strip())]


def passage(text: str) -> Passage:
    return Passage(text, Counter(chain(terms(text), concepts(text))), embedded(text, _DIMENSIONS))


def scores(question: str, passages: Sequence[Passage], weights: Weights) -> list[float]:
    """From 0 to 1 for each passage: half its meaning, half its words, or as the weights say."""
    asked = passage(question)
    rarities = {term: _rarity(term, passages) for term in asked.terms}
    usual = sum(one.length for one in passages) / len(passages) if passages else 1.0
    whole = (weights.embedding + weights.text) or 1.0
    return [
        (
            weights.embedding * max(0.0, sum(a * b for a, b in zip(asked.vector, one.vector, strict=True)))
            + weights.text * _bounded(_matching(one, rarities, usual or 1.0))
        )
        / whole
        for one in passages
    ]


def _rarity(term: str, passages: Sequence[Passage]) -> float:
    having = sum(term in one.terms for one in passages)
    part = _CONCEPT_PART if term.startswith("=") else 1.0
    return part * math.log(1 + (len(passages) - having + 0.5) / (having + 0.5))


def _matching(one: Passage, rarities: Mapping[str, float], usual: float) -> float:
    """BM25."""
    length = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * one.length / usual)
    return sum(
        rarity * count * (_SATURATION + 1) / (count + length)
        for term, rarity in rarities.items()
        if (count := one.terms.get(term, 0))
    )


def _bounded(matching: float) -> float:
    return matching / (matching + _HALF)
