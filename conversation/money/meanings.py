"""Embeddings that are paid for."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conversation.money.ledger import Bill, Paying
from conversation.tokens import estimate_tokens
from domain.catalogue import Catalogue, Model
from domain.embedding import Embedded, Embedder, Space
from domain.money import Consumed, Purpose, cost
from domain.turn import Usage

_DOUBT = 1.34


@dataclass(frozen=True, slots=True)
class PaidEmbedder:
    """`domain.embedding.Embedder` around another one. What is embedded again in the background the bot pays."""

    embedder: Embedder
    paying: Paying
    catalogue: Callable[[], Catalogue]

    @property
    def space(self) -> Space | None:
        return self.embedder.space

    async def embed(self, texts: Sequence[str]) -> Embedded:
        name = self.space.model if self.space else ""
        estimate = sum(map(estimate_tokens, texts))
        expected = self._cost(name, math.ceil(estimate * _DOUBT))
        async with self.paying.paying(Bill(Purpose.EMBEDDING, name, expected)) as entry:
            embedded = await self.embedder.embed(texts)
            tokens = embedded.input_tokens or estimate
            used = Consumed(text=Usage(input_tokens=tokens))
            await entry.settle(self._model(embedded.space.model), used, is_known=embedded.input_tokens > 0)
        return embedded

    def _cost(self, model_id: str, tokens: int) -> int | None:
        model = self._model(model_id)
        return cost(model, Consumed(text=Usage(input_tokens=tokens))) if model is not None else None

    def _model(self, model_id: str) -> Model | None:
        return self.catalogue().models.get(model_id)
