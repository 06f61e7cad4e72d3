"""Passages: found by words and by meaning, each only in its scope, by sqlite-vec and without it alike."""

import sqlite3
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.embedding import Space
from domain.knowledge import Passage
from storage import vectors
from storage.database import Database
from storage.passages import Passages
from storage.words import scope_word

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None, max_examples=60)
HERE, THERE = "thread:1", "thread:2"
SPACE = Space("small", 2)
RIGHT, UP, DIAGONAL = (array("f", pair).tobytes() for pair in ((1, 0), (0, 1), (1, 1)))


async def stored(database: Database, *texts: str, scope: str = HERE, name: str = "a.txt") -> Passages:
    passages = await Passages(database).load()
    await passages.add(scope, name, f"{scope}/{name}", [Passage(text) for text in texts])
    return passages


async def found(
    passages: Passages, question: str, *, scopes: Sequence[str] = (HERE,), **how: bool
) -> list[str]:
    ids = await passages.by_words(scopes, question, 10, **how)
    return [one.passage.text for one in await passages.get(ids, scopes)]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The cats are sleeping.", "cat"),
        ("Der Käse schmeckt.", "kase"),
        ("STRASSE", "straße"),
        ("我们明天去北京旅游。", "北京"),
        ("我们明天去北京旅游。", "北"),
        ("我爱北京", "京"),
        ("今日は東京に行きます", "東京"),
        ("내일 서울에 갑니다", "서울"),
        ("ฉันรักกรุงเทพ", "กรุงเทพ"),
        ("ذهبتُ إلى المدرسةِ", "المدرسه"),
        ("error ERR_42 in parser.py", "ERR_42"),
    ],
)
async def test_words_are_found_in_every_script(database: Database, text: str, question: str) -> None:
    passages = await stored(database, text, "something else altogether")

    assert await found(passages, question) == [text]


@pytest.mark.parametrize("question", ["", "?!", '"', "AND OR NOT", "scope:thread", "x*y(z", "🎉", "'; DROP"])
async def test_no_question_breaks_the_search(database: Database, question: str) -> None:
    passages = await stored(database, "Nothing of the kind.")

    assert await found(passages, question) == []


async def test_all_words_may_be_asked_for(database: Database) -> None:
    passages = await stored(database, "red apples", "red cars", "green apples")

    assert await found(passages, "red apples", all_words=True) == ["red apples"]


async def test_the_rare_word_says_most(database: Database) -> None:
    passages = await stored(database, "the house", "the tree", "the platypus", "the cat")

    assert (await found(passages, "the platypus"))[0] == "the platypus"


async def test_another_scope_finds_nothing(database: Database) -> None:
    passages = await stored(database, "The secret is blue.")
    (id,) = await passages.by_words((HERE,), "secret", 10)

    assert await found(passages, "secret", scopes=(THERE,)) == []
    assert await passages.get([id], (THERE,)) == []
    assert await found(passages, "secret", scopes=()) == []


async def test_the_nearest_comes_first(database: Database) -> None:
    passages = await stored(database, "right", "up", "diagonal")
    missing = await passages.unembedded(SPACE, most=10)
    await passages.keep_vectors(zip([one.hash for one in missing], (RIGHT, UP, DIAGONAL), strict=True), SPACE)

    near = await passages.by_meaning((HERE,), RIGHT, SPACE, 10)

    ids, distances = zip(*near, strict=True)
    assert [one.passage.text for one in await passages.get(ids, (HERE,))] == ["right", "diagonal", "up"]
    assert distances == pytest.approx((0, 1 - 0.5**0.5, 1), abs=1e-6)
    assert await passages.by_meaning((THERE,), RIGHT, SPACE, 10) == []


async def test_a_content_is_embedded_once_wherever_it_stands(database: Database) -> None:
    passages = await stored(database, "the same", "the same")
    await stored(database, "the same", scope=THERE)

    assert len(await passages.unembedded(SPACE, most=10)) == 1


async def test_a_document_added_again_keeps_its_vectors(database: Database) -> None:
    passages = await stored(database, "old", "kept")
    missing = await passages.unembedded(SPACE, most=10)
    await passages.keep_vectors([(one.hash, UP) for one in missing], SPACE)

    await stored(database, "kept", "new")

    assert [one.text for one in await passages.unembedded(SPACE, most=10)] == ["a.txt\n\nnew"]
    assert [document.passages for document in await passages.documents((HERE,))] == [2]


async def test_another_model_has_vectors_of_its_own(database: Database) -> None:
    passages = await stored(database, "one")
    (one,) = await passages.unembedded(SPACE, most=10)
    await passages.keep_vectors([(one.hash, UP)], SPACE)

    assert await passages.unembedded(SPACE, most=10) == []
    assert await passages.unembedded(Space("large", 2), most=10) == [one]
    assert await passages.unembedded(Space("small", 3), most=10) == [one]
    assert await passages.by_meaning((HERE,), UP, Space("large", 2), 10) == []


async def test_what_earlier_models_left_is_dropped(database: Database) -> None:
    passages = await stored(database, "one")
    (one,) = await passages.unembedded(SPACE, most=10)
    for space in (SPACE, Space("large", 2)):
        await passages.keep_vectors([(one.hash, UP)], space)

    assert await passages.drop_vectors_but(SPACE) == 1
    assert await passages.unembedded(SPACE, most=10) == []


async def test_nothing_is_left_of_a_forgotten_scope(database: Database) -> None:
    passages = await stored(database, "forgettable words")
    (one,) = await passages.unembedded(SPACE, most=10)
    await passages.keep_vectors([(one.hash, UP)], SPACE)

    assert await passages.forget(HERE) == 1

    assert not passages.has((HERE,))
    for table in ("documents", "passages", "passage_words", "vectors"):
        query = f"SELECT count(*) FROM {table}"
        assert await database.read(lambda c, query=query: c.execute(query).fetchone()) == (0,)
    query = "SELECT count(*) FROM passage_words_data WHERE instr(block, 'forgett') > 0"
    assert await database.read(lambda c: c.execute(query).fetchone()) == (0,)


async def test_removing_a_document_leaves_the_others(database: Database) -> None:
    passages = await stored(database, "apples")
    await stored(database, "pears", name="b.txt")

    assert await passages.remove(HERE, f"{HERE}/a.txt")
    assert not await passages.remove(HERE, f"{HERE}/a.txt")

    assert await found(passages, "apples pears") == ["pears"]


async def test_a_scope_moves_with_all_it_holds(database: Database) -> None:
    passages = await stored(database, "moving")

    await passages.move(HERE, THERE)

    assert await found(passages, "moving") == []
    assert await found(passages, "moving", scopes=(THERE,)) == ["moving"]
    assert passages.has((THERE,))
    assert not passages.has((HERE,))


async def test_what_is_there_is_known_after_a_restart(database: Database) -> None:
    await stored(database, "here")

    assert (await Passages(database).load()).has((HERE,))


async def test_a_passage_s_number_is_never_given_to_another(database: Database) -> None:
    passages = await stored(database, "first")
    (first,) = await passages.by_words((HERE,), "first", 1)
    await passages.forget(HERE)

    await stored(database, "second")

    assert await passages.by_words((HERE,), "second", 1) != [first]


_floats = st.floats(-1, 1, width=32).filter(lambda value: value == 0 or abs(value) > 1e-6)
_directions = st.lists(_floats, min_size=8, max_size=8).filter(any)


@pytest.mark.skipif(
    not vectors.load(sqlite3.connect(":memory:")), reason="this Python cannot load extensions of SQLite"
)
@_EVEN_IF_SLOW
@given(_directions, _directions)
def test_both_ways_of_comparing_vectors_are_equal(one: list[float], other: list[float]) -> None:
    connection = sqlite3.connect(":memory:")
    vectors.prepare(connection)
    blobs = array("f", one).tobytes(), array("f", other).tobytes()

    (theirs,) = connection.execute(f"SELECT {vectors.DISTANCE}(?, ?)", blobs).fetchone()
    connection.close()

    assert vectors.cosine_distance(*blobs) == pytest.approx(theirs, abs=1e-5)


@_EVEN_IF_SLOW
@given(st.text(), st.text())
def test_each_scope_has_a_word_of_its_own(one: str, other: str) -> None:
    one, other = one.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()

    assert (scope_word(one) == scope_word(other)) == (one == other)
