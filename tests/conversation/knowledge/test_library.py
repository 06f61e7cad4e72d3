"""The library: what is in files is found by words and by meaning, in its scope, whatever the provider does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai.embeddings import EmbeddingEngine
from ai.source import Source
from conversation.knowledge.fusion import fused
from conversation.knowledge.library import Knowledge
from conversation.knowledge.meanings import Meanings
from media.errors import NotText
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from storage.database import Database
from storage.files import Files
from storage.passages import Passages
from tests.ai.asking import OURS, provider
from tests.town import the_same_day

HERE, THERE = "thread:1", "thread:2"
PATH = "/v1/embeddings"
SMALL = "text-embedding-3-small"


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open(today=the_same_day) as sandbox:
        yield sandbox


@pytest.fixture
async def model(sandbox: ModelSandbox) -> AsyncGenerator[ModelClient]:
    async with ModelClient.open(sandbox.base_url) as model:
        yield model


@pytest.fixture
async def library(sandbox: ModelSandbox, tmp_path: Path) -> AsyncGenerator[Knowledge]:
    async with opened(sandbox, tmp_path) as library:
        yield library


@asynccontextmanager
async def opened(sandbox: ModelSandbox, folder: Path, model: str = "") -> AsyncGenerator[Knowledge]:
    async with (
        Database.open(folder / "parley.db") as database,
        Source.open(provider(sandbox), OURS, today=the_same_day) as source,
    ):
        passages = await Passages(database).load()
        files = await Files.open(folder / "media")
        meanings = Meanings(passages, EmbeddingEngine(source, model), gathering_seconds=0, patience=(0.01,))
        yield Knowledge(passages, files, meanings)


async def file(library: Knowledge, text: str, suffix: str = ".md") -> str:
    async with library.files.workshop() as folder:
        path = folder / "sent"
        path.write_text(text)
        return await library.files.keep(path, suffix)


async def texts(library: Knowledge, query: str, *scopes: str) -> list[str]:
    return [one.passage.text for one in await library.search(scopes or (HERE,), query)]


async def vectors(library: Knowledge) -> list[tuple[str, int]]:
    query = "SELECT model, count(*) FROM vectors GROUP BY model ORDER BY model"
    return await library.passages.database.read(lambda connection: connection.execute(query).fetchall())


async def test_a_passage_is_found_with_its_place(library: Knowledge) -> None:
    long = "Nothing of interest stands here. " * 60
    text = f"# Care\n\n## Roses\n\nRoses want sun.\n\n{long}\n\n## Ferns\n\nFerns want shade.\n\n{long}"

    await library.add(HERE, "garden.md", await file(library, text))
    best, *_ = await library.search((HERE,), "What do ferns like?")

    assert (best.name, best.passage.headings) == ("garden.md", ("Care", "Ferns"))
    assert "Ferns want shade." in best.passage.text
    assert best.score == 1.0
    assert await library.passage(best.id, (HERE,)) is not None
    assert await library.passage(best.id, (THERE,)) is None


async def test_meaning_finds_what_no_word_does(library: Knowledge) -> None:
    await library.add(HERE, "a.txt", await file(library, "Photosynthesising organisms"))
    await library.add(HERE, "b.txt", await file(library, "Invoices of March"))

    assert (await texts(library, "photosynthesis"))[0] == "Photosynthesising organisms"


async def test_the_same_text_is_asked_once(library: Knowledge, model: ModelClient) -> None:
    for scope in (HERE, THERE):
        await library.add(scope, "a.txt", await file(library, "The same text."))
    await library.add(HERE, "a.txt", await file(library, "The same text."))

    assert [request["body"]["input"] for request in await model.requests()] == [["a.txt\n\nThe same text."]]


async def test_the_same_question_is_embedded_once(library: Knowledge, model: ModelClient) -> None:
    await library.add(HERE, "a.txt", await file(library, "A text."))
    await model.clear()

    for _ in range(3):
        await library.search((HERE,), "a question")

    assert len(await model.requests()) == 1


async def test_without_documents_nothing_is_asked(library: Knowledge, model: ModelClient) -> None:
    assert await library.search((HERE,), "anything") == []
    assert not library.has((HERE,))
    assert await model.requests() == []


async def test_another_scope_is_not_looked_through(library: Knowledge) -> None:
    await library.add(HERE, "a.txt", await file(library, "The code is 1234."))
    await library.add(THERE, "b.txt", await file(library, "The code is 9876."))

    assert await texts(library, "code", HERE) == ["The code is 1234."]
    assert sorted(await texts(library, "code", HERE, THERE)) == ["The code is 1234.", "The code is 9876."]


async def test_a_removed_file_is_not_found(library: Knowledge) -> None:
    name = await file(library, "Gone soon.")
    await library.add(HERE, "a.txt", name)

    assert await library.remove(HERE, name)

    assert await texts(library, "gone") == []
    assert await vectors(library) == []


async def test_a_forgotten_scope_leaves_nothing(library: Knowledge) -> None:
    await library.add(HERE, "a.txt", await file(library, "one"))
    await library.add(HERE, "b.txt", await file(library, "two"))

    assert await library.forget(HERE) == 2

    assert not library.has((HERE,))
    assert await library.documents((HERE,)) == []
    assert await vectors(library) == []


async def test_a_file_without_words_is_refused_and_not_kept(library: Knowledge) -> None:
    with pytest.raises(NotText):
        await library.add(HERE, "a.txt", await file(library, "  \n"))

    assert not library.has((HERE,))


async def test_words_are_enough_where_nothing_is_embedded(library: Knowledge, model: ModelClient) -> None:
    await model.fault(path=PATH, times=99, status=404)

    await library.add(HERE, "a.txt", await file(library, "Ferns want shade."))

    assert await texts(library, "ferns") == ["Ferns want shade."]
    assert len(await model.requests()) == 1


async def test_when_the_provider_fails_words_are_enough_and_the_rest_comes_later(
    library: Knowledge, model: ModelClient
) -> None:
    await model.fault(path=PATH, times=4, status=500)

    await library.add(HERE, "a.txt", await file(library, "Ferns want shade."))
    assert await texts(library, "ferns") == ["Ferns want shade."]
    assert await vectors(library) == []

    async with asyncio.TaskGroup() as group:
        work = group.create_task(library.meanings.run())
        await model.wait_for_requests(lambda asked: any(request["status"] == 200 for request in asked))
        assert await library.meanings.catch_up()
        work.cancel()
    assert await vectors(library) == [(SMALL, 1)]


async def test_another_model_embeds_everything_anew_and_the_old_vectors_go(
    sandbox: ModelSandbox, tmp_path: Path
) -> None:
    async with opened(sandbox, tmp_path) as library:
        await library.add(HERE, "a.txt", await file(library, "Ferns want shade."))
        assert await vectors(library) == [(SMALL, 1)]

    async with opened(sandbox, tmp_path, "text-embedding-3-large") as library:
        assert await texts(library, "fern") == ["Ferns want shade."]
        assert await library.meanings.catch_up()

        assert await vectors(library) == [("text-embedding-3-large", 1)]
        assert await texts(library, "ferny shadow")


async def test_a_model_that_goes_is_replaced_for_what_is_stored_too(
    library: Knowledge, model: ModelClient
) -> None:
    await library.add(HERE, "a.txt", await file(library, "Ferns want shade."))
    await model.kill_model(SMALL)

    await library.add(HERE, "b.txt", await file(library, "Roses want sun."))
    assert await library.meanings.catch_up()

    assert await vectors(library) == [("text-embedding-3-large", 2)]


async def test_many_passages_are_embedded_in_few_requests(library: Knowledge, model: ModelClient) -> None:
    text = "\n\n".join(f"# Section {number}\n\n{f'Words of {number}. ' * 60}" for number in range(150))

    assert await library.add(HERE, "long.md", await file(library, text)) == 150

    sizes = [len(request["body"]["input"]) for request in await model.requests()]
    assert sum(sizes) == 150
    assert len(sizes) <= 3


_scopes = st.sampled_from(["user:1", "user:2", "user:12", "user:1 2", "USER:1", "user:１"])
_texts = st.lists(st.sampled_from(["apple", "pear", "苹果", "perfect", "user", "1"]), min_size=1, max_size=4)


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(_scopes, _texts.map(" ".join)), min_size=1, max_size=6), _scopes, _texts.map(" ".join)
)
async def test_nobody_finds_what_is_another_s(
    sandbox: ModelSandbox,
    tmp_path_factory: pytest.TempPathFactory,
    kept: list[tuple[str, str]],
    asker: str,
    query: str,
) -> None:
    async with opened(sandbox, tmp_path_factory.mktemp("people")) as library:
        for number, (scope, text) in enumerate(kept):
            await library.add(scope, f"{number}.txt", await file(library, f"{text} {number}"))

        found = await library.search((asker,), query, 50)

    own = {f"{text} {number}" for number, (scope, text) in enumerate(kept) if scope == asker}
    assert {one.passage.text for one in found} == own  # each is near in meaning, however far
    assert all(one.scope == asker for one in found)


@settings(derandomize=True, deadline=None, database=None)
@given(st.lists(st.lists(st.integers(1, 9), unique=True), max_size=3))
def test_fusing_keeps_everything_once_and_what_is_first_everywhere_first(rankings: list[list[int]]) -> None:
    ranked = fused(*rankings)

    assert {id for id, _ in ranked} == {id for ranking in rankings for id in ranking}
    assert all(0 < score <= 1 for _, score in ranked)
    firsts = {ranking[0] if ranking else None for ranking in rankings}
    assert not (len(firsts) == 1 and None not in firsts) or ranked[0][0] in firsts
