"""Embeddings: texts as vectors, near each other where their meanings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.errors import UserFacingError


class NoEmbeddings(UserFacingError):
    """The provider embeds nothing. Whoever wanted it finds by words alone, so that nobody is told."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors can be compared: those of one model and one length. `dimensions` 0: not known yet."""

    model: str
    dimensions: int = 0


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of some texts, in their order: 32-bit floats of this machine, `space.dimensions` of each."""

    vectors: tuple[bytes, ...]
    space: Space
    input_tokens: int = 0


class Embedder(Protocol):
    @property
    def space(self) -> Space | None:
        """Where the next texts would be embedded; None where no model is served that does it."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """The texts, of which none may be empty; what is too long for the model is cut.

        Raises a `UserFacingError`, of which `NoEmbeddings` will not pass.
        """
        ...
