"""How well passages are found, on a small fixed set, and how fast among thousands."""

import asyncio
import random
import statistics
import tempfile
import time
import tomllib
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ai.catalogue import load
from ai.embeddings import EmbeddingEngine
from ai.provider import Provider
from ai.source import Source
from bench.measures import Row
from bot.knowledge import open_knowledge
from conversation.knowledge.library import Knowledge
from domain.embedding import Space
from domain.knowledge import Passage
from sandbox.model.server import ModelSandbox
from storage.database import Database
from storage.files import Files

_SET = Path(__file__).with_name("retrieval.toml")
_SCOPE = ("thread:1",)
_FIRST = 5
_PASSAGES, _DIMENSIONS, _WORDS = 5_000, 512, 60
_SECOND_MS = 1000.0

Search = Callable[[Knowledge, str], Awaitable[Sequence[int]]]


async def retrieval(searches: int) -> list[Row]:
    """Hit rate at 5 by words, by meaning and by both; the embeddings are the sandbox's, hardly a model."""
    rows: list[Row] = []
    documents = tomllib.loads(await asyncio.to_thread(_SET.read_text, "utf-8"))["documents"]
    async with _library() as library:
        for document in documents:
            await _add(library, document["name"], document["text"])
        for name, search in _SEARCHES:
            hits = [
                await _hit(library, search, one, question) for one in documents for question in one["questions"]
            ]
            rows.append(
                Row(f"hit rate at {_FIRST}, {len(hits)} questions, by {name}", f"{sum(hits) / len(hits):.0%}")
            )
    async with _library() as library:
        await _fill(library)
        rows += [await _timed(library, name, search, searches) for name, search in _SEARCHES]
    return rows


@asynccontextmanager
async def _library() -> AsyncGenerator[Knowledge]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            ModelSandbox.open() as sandbox,
            Database.open(folder / "parley.db") as database,
            Source.open(Provider(sandbox.base_url, sandbox.api_key, dialect="openai"), load()) as source,
        ):
            files = await Files.open(folder / "media")
            yield await open_knowledge(database, files, EmbeddingEngine(source))


async def _add(library: Knowledge, name: str, text: str) -> None:
    async with library.files.workshop() as folder:
        path = folder / "sent"
        await asyncio.to_thread(path.write_text, text, "utf-8")
        await library.add(_SCOPE[0], name, await library.files.keep(path, Path(name).suffix))


async def _hit(library: Knowledge, search: Search, document: dict[str, Any], question: str) -> bool:
    found = await library.passages.get((await search(library, question))[:_FIRST], _SCOPE)
    return document["name"] in {one.name for one in found}


async def _by_words(library: Knowledge, question: str) -> Sequence[int]:
    return await library.passages.by_words(_SCOPE, question, _FIRST)


async def _by_meaning(library: Knowledge, question: str) -> Sequence[int]:
    return [id for id, _ in await library.meanings.nearest(_SCOPE, question, _FIRST)]


async def _by_both(library: Knowledge, question: str) -> Sequence[int]:
    return [one.id for one in await library.search(_SCOPE, question, _FIRST)]


_SEARCHES = (
    ("words", _by_words),
    ("meaning (stand-in's)", _by_meaning),
    ("both", _by_both),
)


async def _fill(library: Knowledge) -> None:
    """Random passages with random vectors: their number is what costs."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnop", k=6)) for _ in range(2_000)]
    texts = [Passage(" ".join(chance.choices(words, k=_WORDS))) for _ in range(_PASSAGES)]
    await library.passages.add(_SCOPE[0], "random.txt", "random", texts)
    space = Space("text-embedding-3-small", _DIMENSIONS)
    missing = await library.passages.unembedded(space, most=_PASSAGES)
    vectors = [array("f", (chance.gauss() for _ in range(_DIMENSIONS))).tobytes() for _ in missing]
    await library.passages.keep_vectors(zip((one.hash for one in missing), vectors, strict=True), space)


async def _timed(library: Knowledge, name: str, search: Search, times: int) -> Row:
    (first, *_) = await library.passages.get([1], _SCOPE)
    words = first.passage.text.split()
    took: list[float] = []
    await search(library, " ".join(words[:6]))  # asks for the question's vector, which is kept
    for _ in range(times):
        began = time.perf_counter()
        await search(library, " ".join(words[:6]))
        took.append(time.perf_counter() - began)
    return Row(
        f"a search among {_PASSAGES:,} passages, by {name}, median",
        f"{statistics.median(took) * _SECOND_MS:.0f} ms",
    )
