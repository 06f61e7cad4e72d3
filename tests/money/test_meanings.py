"""Embeddings are on the bill, of whoever has them made."""

from ai.embeddings import EmbeddingEngine
from bot.service import Parley
from conversation.money.meanings import PaidEmbedder
from conversation.money.payer import Payer, paid_by
from domain.money import Account, Purpose
from domain.turn import ConversationKey
from tests.money.books import only, spent


async def test_embeddings_are_booked_by_their_tokens(bot: Parley) -> None:
    embedder = PaidEmbedder(
        EmbeddingEngine(bot.sources.of("embedding")), bot.money.paying, lambda: bot.sources.catalogue
    )

    with paid_by(Payer(5, ConversationKey(5), 7)):
        await embedder.embed(["some words " * 300])
    await embedder.embed(["embedded again in the background"])

    line = await only(bot, Purpose.EMBEDDING)
    assert (line.model, line.calls, line.estimated_microdollars) == ("text-embedding-3-small", 2, 0)
    assert 0 < (await spent(bot, Account("user", 5)))[Purpose.EMBEDDING] < line.microdollars
