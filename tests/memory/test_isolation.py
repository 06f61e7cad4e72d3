"""Whatever people tell the bot about themselves, nobody is told it of another."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation.memory.book import FactBook
from conversation.memory.errors import FactRefused
from conversation.memory.wording import are_alike, compared, neat, note
from domain.characters import on_one_line
from domain.memory import Fact, FactSource
from domain.turn import ChatKind, ConversationKey, Person
from sandbox.model.server import ModelSandbox
from storage.database import Database
from storage.memories import Memories
from storage.preferences import Preferences
from tests.conversation.knowledge.test_library import opened
from tests.town import the_same_day

_TEXTS = st.text(min_size=1, max_size=60).filter(lambda text: bool(on_one_line(text)))
_TOLD = st.lists(st.tuples(st.integers(1, 4), _TEXTS), max_size=12)
_PEOPLE = count(1_000)


@asynccontextmanager
async def _book(folder: Path) -> AsyncGenerator[FactBook]:
    async with (
        ModelSandbox.open(today=the_same_day) as sandbox,
        opened(sandbox, folder) as knowledge,
        Database.open(folder / "facts.db") as database,
    ):
        yield FactBook(Memories(database), knowledge, Preferences(database))


@pytest.fixture
async def book(tmp_path: Path) -> AsyncGenerator[FactBook]:
    async with _book(tmp_path) as book:
        yield book


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(told=_TOLD, question=_TEXTS, forgets=st.integers(1, 4))
async def test_facts_never_cross_from_one_person_to_another(
    book: FactBook, told: list[tuple[int, str]], question: str, forgets: int
) -> None:
    people = {number: next(_PEOPLE) for number in range(1, 5)}
    for number, (person, text) in enumerate(told):
        source = FactSource(f"{people[person]}:{number}", "person", ConversationKey(people[person]), number)
        await book.remember(people[person], text, source)
    await book.forget_all(people[forgets])

    for person, user_id in people.items():
        own = {compared(neat(text)) for who, text in told if who == person and who != forgets}
        found = {compared(fact.text) for fact in await book.that_matter(user_id, question)}
        hits = await book.knowledge.search([f"user:{user_id}"], question)

        assert found <= own
        assert {compared(fact.text) for fact in await book.of(user_id)} <= own
        assert {compared(hit.passage.text) for hit in hits} <= own
        assert bool(await book.of(user_id)) == bool(own)


async def test_what_was_kept_but_not_indexed_is_found_all_the_same(book: FactBook) -> None:
    source = FactSource("one", "person", ConversationKey(1), 0)
    await book.memories.add(1, "My dog is Rex", words="my dog is rex", source=source, most=200)
    for number in range(30):
        await book.remember(1, f"Item {number}", FactSource(f"item {number}", "person", ConversationKey(1), 0))

    assert "My dog is Rex" in [fact.text for fact in await book.that_matter(1, "Where is my dog Rex?")]


async def test_an_update_that_comes_again_is_taken_once(book: FactBook) -> None:
    source = FactSource("update:1", "person", ConversationKey(1), 0)
    kept = await book.remember(1, "I like tea", source)
    await book.change(kept.fact.id, 1, "I love coffee")

    again = await book.remember(1, "I like tea", source)

    assert again.became == "known"
    assert [fact.text for fact in await book.of(1)] == ["I love coffee"]


@given(text=st.text(max_size=700))
def test_a_fact_stands_in_one_line_or_is_refused(text: str) -> None:
    try:
        line = neat(text)
    except FactRefused:
        return

    assert len(line.splitlines()) == 1
    assert len(line) <= 500


@given(text=_TEXTS, name=_TEXTS, kind=st.sampled_from(ChatKind))
def test_no_fact_and_no_name_ends_the_note(text: str, name: str, kind: ChatKind) -> None:
    source = FactSource("", "person", ConversationKey(1), 0)
    fact = Fact(1, 1, neat(text), source, datetime(2026, 11, 1, tzinfo=UTC))

    told = note([fact], Person(1, name, "en"), kind)

    assert told.count("]") == 1
    assert told.endswith("»]")
    assert told.count("«") == told.count("»") == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("I like tea", "I like green tea", True),
        ("I was born in 1980", "I was born in 1981", False),
        ("I like tea", "My brother lives in Rome", False),
    ],
)
def test_facts_are_alike_if_most_words_and_all_numbers_are_the_same(one: str, other: str, alike: bool) -> None:
    assert are_alike(one, other) is alike
