"""Memory opened: the book of facts, and the model's tools for it."""

from collections.abc import Mapping

from conversation.knowledge.library import Knowledge
from conversation.memory.book import FactBook
from conversation.memory.tools import FORGET, REMEMBER, ForgetFact, Remember
from conversation.tools import Tool
from storage.database import Database
from storage.memories import Memories
from storage.preferences import Preferences


def memory_in(database: Database, knowledge: Knowledge, preferences: Preferences) -> FactBook:
    """Facts are found in the same index as passages of files."""
    return FactBook(Memories(database), knowledge, preferences)


def memory_tools(book: FactBook) -> Mapping[str, Tool]:
    return {REMEMBER: Remember(book), FORGET: ForgetFact(book)}
