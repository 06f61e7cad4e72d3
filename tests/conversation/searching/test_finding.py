"""Finding: each chat's past for that chat only, whatever was said, moved, replaced or deleted."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai.embeddings import EmbeddingEngine
from ai.hosted import HostedTools
from ai.source import Source
from conversation.knowledge.meanings import Meanings
from conversation.searching.finding import Finding, holds, snippet_of
from conversation.searching.indexing import Indexing
from conversation.searching.stores import Stores
from domain.assistant import Assistant
from domain.filing import Copy, assistant_scope, thread_scope
from domain.hosting import Place, RemoteKind, RemoteThing
from domain.knowledge import Passage
from domain.material import Filed
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn
from sandbox.model.server import ModelSandbox
from storage.assistants import Assistants
from storage.database import Database
from storage.filings import Filings
from storage.passages import Passages
from storage.remembered import Remembering
from storage.threads import Threads
from storage.turns import Turns
from tests.ai.asking import OURS, provider
from tests.town import the_same_day

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None)
ADA, BOB = 1, 2


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open(today=the_same_day) as sandbox:
        yield sandbox


@asynccontextmanager
async def opened(sandbox: ModelSandbox, folder: Path) -> AsyncGenerator[tuple[Finding, Database]]:
    async with (
        Database.open(folder / "parley.db") as database,
        Source.open(provider(sandbox), OURS, today=the_same_day) as source,
    ):
        passages, remembering = await Passages(database).load(), Remembering(database)
        meanings = Meanings(passages, EmbeddingEngine(source))
        stores = Stores(Filings(database), HostedTools(source, "test"))
        indexing = Indexing(remembering, passages, meanings)
        yield Finding(passages, meanings, remembering, indexing, stores), database


async def said(
    database: Database,
    chat: int,
    id: int,
    question: str,
    answer: str = "Yes.",
    again_of: int | None = None,
    owner: int = 0,
) -> None:
    """A turn of that chat, answered; in a conversation of its own for the `owner`."""
    turns = Turns(database)
    asked = Said(id, Person(chat, "Ada", "en"), question)
    turn = Turn(id, (id,), ConversationKey(chat), ChatKind.PRIVATE, (asked,), again_of=again_of)
    await turns.begin(turn, await Threads(database).active(turn.key, owner))
    await turns.close(turn, Answer(answer, Ending.COMPLETED), question=question, message_ids=(id + 1_000,))


async def titles(finding: Finding, chat: int, words: str, owner_id: int = 0) -> list[str]:
    await finding.indexing.catch_up()
    await finding.meanings.catch_up()
    return [hit.title for hit in await finding.find(chat, words, owner_id=owner_id)]


async def taught(finding: Finding, database: Database, owner: int, number: int, text: str) -> str:
    """An assistant of that person with a file; the name of the file."""
    assistants = Assistants(database)
    made = await assistants.create(Assistant(name="Cook", owner_id=owner), origin=f"{owner}:{number}")
    name = f"file{number}.md"
    await finding.passages.add(assistant_scope(made.id), name, f"{number}.md", [Passage(text)])
    return name


async def stored(finding: Finding, folder: Path, scope: str, number: int, text: str) -> str:
    """A file of that scope in a store at the provider; its name."""
    name, path = f"stored{number}.txt", folder / f"stored{number}.txt"
    await asyncio.to_thread(path.write_text, text)
    filings, hosting = finding.stores.filings, finding.stores.hosting
    await filings.add(scope, 1, [Filed(name, name, "text/plain", len(text), place=Place.KNOWLEDGE)])
    filing = next(one for one in await filings.of(scope) if one.name == name)
    home = await filings.home(scope, RemoteKind.STORE)
    store_id = home.id if home else await hosting.create_store(name)
    await filings.settle(scope, RemoteThing(RemoteKind.STORE, store_id))
    file_id = await hosting.upload(path, name, "text/plain")
    await hosting.index(store_id, file_id)
    async with asyncio.timeout(20):
        while await hosting.indexed(store_id, file_id) is None:
            continue
    await filings.copied(store_id, Copy(filing.id, file_id))
    return name


_anybody = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_places = st.sampled_from([ADA, BOB, -5])
_people = st.sampled_from([1, 2, 12, -1, -1001, 10**12])
_texts = st.lists(st.sampled_from(["tulip", "rose", "郁金香", "chat", "1", "12"]), min_size=1, max_size=3)


@_anybody
@given(st.lists(st.tuples(_people, _texts), min_size=1, max_size=6), _people, _texts)
async def test_nobody_finds_what_another_said(
    sandbox: ModelSandbox,
    tmp_path_factory: pytest.TempPathFactory,
    all_said: Sequence[tuple[int, list[str]]],
    asker: int,
    words: list[str],
) -> None:
    async with opened(sandbox, tmp_path_factory.mktemp("people")) as (finding, database):
        for number, (chat, text) in enumerate(all_said, 1):
            await said(database, chat, number, f"{' '.join(text)} number{number}")

        found = await titles(finding, asker, " ".join(words))

    own = {f"{' '.join(text)} number{n}" for n, (chat, text) in enumerate(all_said, 1) if chat == asker}
    assert set(found) <= own
    assert {title for title in own if set(words) & set(title.split())} <= set(found)


@_anybody
@given(st.lists(st.tuples(_people, _texts, st.booleans()), min_size=1, max_size=6), _people, _texts)
async def test_nobody_finds_a_file_of_another_s_assistant(
    sandbox: ModelSandbox,
    tmp_path_factory: pytest.TempPathFactory,
    all_taught: Sequence[tuple[int, list[str], bool]],
    asker: int,
    words: list[str],
) -> None:
    async with opened(sandbox, tmp_path_factory.mktemp("assistants")) as (finding, database):
        names = [
            await taught(finding, database, owner, number, " ".join(text))
            for number, (owner, text, _) in enumerate(all_taught)
        ]
        for number, (_, _, is_lent) in enumerate(all_taught, 1):
            if is_lent:  # what one may use is not what one may look through
                await Assistants(database).share(str(number), f"code{number}")
                await Assistants(database).borrow(str(number), asker)

        in_private = await titles(finding, asker, " ".join(words), owner_id=asker)
        elsewhere = await titles(finding, asker, " ".join(words))

    own = {name: text for name, (owner, text, _) in zip(names, all_taught, strict=True) if owner == asker}
    assert set(in_private) <= set(own)
    assert {name for name, text in own.items() if set(words) & set(text)} <= set(in_private)
    assert elsewhere == []


async def test_a_passage_of_another_s_assistant_is_not_opened(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await taught(finding, database, ADA, 1, "tulips")
        (found,) = await finding.find(ADA, "tulips", owner_id=ADA)

        assert found.assistant == "Cook"
        assert await finding.hit(ADA, found.passage_id, in_answer=False, owner_id=ADA) == replace(
            found, snippet="tulips"
        )
        assert await finding.hit(BOB, found.passage_id, in_answer=False, owner_id=BOB) is None
        assert await finding.hit(-5, found.passage_id, in_answer=False) is None


async def test_what_one_said_in_a_conversation_of_one_s_own_is_not_opened_by_others(
    sandbox: ModelSandbox, tmp_path: Path
) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(database, -5, 1, "tulip", owner=ADA)
        (found,) = await finding.find(-5, "tulip", person_id=ADA)

        assert await finding.hit(-5, found.passage_id, in_answer=False, person_id=ADA) is not None
        assert await finding.hit(-5, found.passage_id, in_answer=False, person_id=BOB) is None
        assert await finding.find(-5, "tulip", person_id=BOB) == []


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from([ADA, BOB, -5]), st.sampled_from([0, ADA, BOB])), min_size=1, max_size=4
    ),
    _places,
)
async def test_no_store_of_others_is_searched(
    sandbox: ModelSandbox,
    tmp_path_factory: pytest.TempPathFactory,
    all_stored: Sequence[tuple[int, int]],
    chat: int,
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    async with opened(sandbox, folder) as (finding, database):
        visible: set[str] = set()
        for number, (there, owner) in enumerate(all_stored):
            thread_id = await Threads(database).active(ConversationKey(there), owner)
            name = await stored(finding, folder, thread_scope(thread_id), number, f"Tulips, {number}.")
            visible |= {name} if there == chat and owner in (0, ADA) else set()

        hits = await finding.find(chat, "tulips", person_id=ADA)
        opened_by_ada = [
            await finding.filing(chat, number, "tulips", person_id=ADA)
            for number in range(1, len(all_stored) + 1)
        ]

    assert {hit.title for hit in hits} == visible
    assert {hit.title for hit in opened_by_ada if hit} == visible


async def test_files_of_a_deleted_assistant_are_not_found(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await taught(finding, database, ADA, 1, "tulips")

        await Assistants(database).delete("1")

        assert await finding.find(ADA, "tulips", owner_id=ADA) == []


async def test_a_turn_that_is_answered_again_is_found_once(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(database, ADA, 1, "tulip one")
        assert await titles(finding, ADA, "tulip") == ["tulip one"]

        await said(database, ADA, 2, "tulip two", again_of=1)

        assert await titles(finding, ADA, "tulip") == ["tulip two"]


async def test_what_is_deleted_is_not_found(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(database, ADA, 1, "tulip")
        assert await titles(finding, ADA, "tulip") == ["tulip"]

        await database.write(lambda connection: connection.execute("DELETE FROM turns"))

        assert await titles(finding, ADA, "tulip") == []


async def test_a_group_s_past_moves_with_it(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(database, -5, 1, "tulip")
        assert await titles(finding, -5, "tulip") == ["tulip"]

        await Turns(database).move_chat(-5, -1005)
        await finding.indexing.move_chat(-5, -1005)

        assert await titles(finding, -5, "tulip") == []
        assert await titles(finding, -1005, "tulip") == ["tulip"]


async def test_a_long_answer_is_one_result(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(
            database, ADA, 1, "flowers?", "\n\n".join(f"# Part {n}\n\n{'Tulips grow. ' * 90}" for n in range(9))
        )

        (hit,) = await finding.find(ADA, "tulips")

        assert (hit.message_id, hit.in_answer) == (1_001, True)
        assert "Tulips" in hit.snippet


async def test_a_word_in_the_question_leads_to_the_question(sandbox: ModelSandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as (finding, database):
        await said(database, ADA, 1, "Do tulips grow?", "Tulips do.")

        (hit,) = await finding.find(ADA, "tulips")

        assert (hit.message_id, hit.in_answer) == (1, False)


@_EVEN_IF_SLOW
@given(st.text(), st.text())
def test_a_snippet_is_one_short_line_of_the_text(text: str, words: str) -> None:
    snippet = snippet_of(text, words)

    assert len(snippet) <= 162
    assert "\n" not in snippet
    assert snippet.strip("…") in f"…{' '.join(text.split())}…"


@pytest.mark.parametrize(("words", "there"), [("tulip", True), ("TULIP", True), ("rose", False), ("?!", False)])
def test_words_are_seen_in_a_text(words: str, there: bool) -> None:
    assert holds("A tulip.", words) is there


def test_a_snippet_is_cut_around_what_was_looked_for() -> None:
    snippet = snippet_of(f"{'before ' * 100}tulip {'after ' * 100}", "Tulip")

    assert snippet.startswith("…before")
    assert "tulip" in snippet
    assert snippet.endswith("…")
