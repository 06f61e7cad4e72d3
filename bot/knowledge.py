"""Knowledge opened: where passages are kept, and which model embeds them."""

from ai.embeddings import EmbeddingEngine
from ai.source import Source
from conversation.knowledge.library import Knowledge
from conversation.knowledge.meanings import Meanings
from storage.database import Database
from storage.files import Files
from storage.passages import Passages


async def open_knowledge(database: Database, files: Files, source: Source) -> Knowledge:
    """Texts are embedded by the source's default model."""
    passages = await Passages(database).load()
    return Knowledge(passages, files, Meanings(passages, EmbeddingEngine(source)))
