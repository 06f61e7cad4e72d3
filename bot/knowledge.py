"""Knowledge opened: where passages are kept, and what embeds them."""

from conversation.knowledge.library import Knowledge
from conversation.knowledge.meanings import Meanings
from domain.embedding import Embedder
from storage.database import Database
from storage.files import Files
from storage.passages import Passages


async def open_knowledge(database: Database, files: Files, embedder: Embedder) -> Knowledge:
    passages = await Passages(database).load()
    return Knowledge(passages, files, Meanings(passages, embedder))
