"""Finding: each chat's past for that chat only, whatever was said, moved, replaced or deleted."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai.embeddings import EmbeddingEngine
from ai.source import Source
from conversation.knowledge.meanings import Meanings
from conversation.searching.finding import Finding, holds, snippet_of
from conversation.searching.indexing import Indexing
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn
from sandbox.model.server import ModelSandbox
from storage.database import Database
from storage.passages import Passages
from storage.remembered import Remembering
from storage.threads import Threads
from storage.turns import Turns
from tests.ai.asking import OURS, provider

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None)
ADA, BOB = 1, 2


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open() as sandbox:
        yield sandbox


@asynccontextmanager
async def opened(sandbox: ModelSandbox, folder: Path) -> AsyncGenerator[tuple[Finding, Database]]:
    async with (
        Database.open(folder / "parley.db") as database,
        Source.open(provider(sandbox), OURS) as source,
    ):
        passages, remembering = await Passages(database).load(), Remembering(database)
        meanings = Meanings(passages, EmbeddingEngine(source))
        yield Finding(passages, meanings, remembering, Indexing(remembering, passages, meanings)), database


async def said(
    database: Database, chat: int, id: int, question: str, answer: str = "Yes.", again_of: int | None = None
) -> None:
    """A turn of that chat, answered."""
    turns = Turns(database)
    asked = Said(id, Person(chat, "Ada", "en"), question)
    turn = Turn(id, (id,), ConversationKey(chat), ChatKind.PRIVATE, (asked,), again_of=again_of)
    await turns.begin(turn, await Threads(database).active(turn.key))
    await turns.close(turn, Answer(answer, Ending.COMPLETED), question=question, message_ids=(id + 1_000,))


async def titles(finding: Finding, chat: int, words: str) -> list[str]:
    await finding.indexing.catch_up()
    await finding.meanings.catch_up()
    return [hit.title for hit in await finding.find(chat, words)]


_people = st.sampled_from([1, 2, 12, -1, -1001, 10**12])
_texts = st.lists(st.sampled_from(["tulip", "rose", "郁金香", "chat", "1", "12"]), min_size=1, max_size=3)


@settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
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
