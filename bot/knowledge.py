"""Knowledge opened: where passages are kept, and what embeds them."""

from conversation.knowledge.library import Knowledge
from conversation.knowledge.meanings import Meanings
from conversation.searching.finding import Finding
from conversation.searching.indexing import Indexing
from conversation.searching.stores import Stores
from domain.embedding import Embedder
from storage.database import Database
from storage.files import Files
from storage.passages import Passages
from storage.remembered import Remembering


async def open_knowledge(database: Database, files: Files, embedder: Embedder) -> Knowledge:
    passages = await Passages(database).load()
    return Knowledge(passages, files, Meanings(passages, embedder))


def finding_in(database: Database, knowledge: Knowledge, stores: Stores) -> Finding:
    """What was said is found in the same index; what lies at the provider, there."""
    passages, meanings, remembering = knowledge.passages, knowledge.meanings, Remembering(database)
    return Finding(passages, meanings, remembering, Indexing(remembering, passages, meanings), stores)
