"""Assistants in storage: whole, whose they are, lent and taken back, and what becomes of their threads."""

from dataclasses import replace

from domain.assistant import Assistant
from domain.turn import ConversationKey
from storage.assistants import Assistants
from storage.database import Database
from storage.threads import Threads

ADA, BOB = ConversationKey(1), ConversationKey(2)
COOK = Assistant(
    name="Cook",
    owner_id=1,
    instructions="Cook.",
    model="gpt-6-luna",
    effort="low",
    tools=frozenset({"web_search"}),
    voice="marin",
    greeting="Hungry?",
    starters=("Soup?", "Cake?"),
    picture="file",
    description="Cooks.",
)


async def cook(database: Database, origin: str = "update:1") -> Assistant:
    return await Assistants(database).create(COOK, origin=origin)


async def test_nothing_of_an_assistant_is_lost(database: Database) -> None:
    made = await cook(database)

    assert await Assistants(database).find(made.id) == replace(COOK, id=made.id)


async def test_made_again_after_a_crash_it_is_the_same(database: Database) -> None:
    assert await cook(database) == await cook(database)
    assert len(await Assistants(database).of_owner(1)) == 1


async def test_all_tools_and_no_tools_are_told_apart(database: Database) -> None:
    assistants = Assistants(database)
    everything = await assistants.create(replace(COOK, tools=None), origin="a")
    nothing = await assistants.create(replace(COOK, tools=frozenset()), origin="b")

    assert (everything.tools, nothing.tools) == (None, frozenset())


async def test_only_a_code_leads_others_to_it(database: Database) -> None:
    assistants, made = Assistants(database), await cook(database)
    assert await assistants.by_code("") is None

    await assistants.share(made.id, "abc")
    await assistants.borrow(made.id, 2)

    found = await assistants.by_code("abc")
    assert found is not None
    assert [one.id for one in await assistants.borrowed(2)] == [made.id]
    assert await assistants.borrowed(1) == []


async def test_new_threads_begin_with_the_choice_of_the_topic_else_of_the_chat(database: Database) -> None:
    assistants, threads = Assistants(database), Threads(database)
    topic, other = ConversationKey(1, 5), ConversationKey(1, 6)

    await assistants.choose(ADA, "maths", by=1)
    await assistants.choose(topic, "writer", by=1)

    assert await threads.assistant(await threads.active(topic)) == "writer"
    assert await threads.assistant(await threads.active(other)) == "maths"
    assert await assistants.chosen(other) == "maths"
    assert await threads.assistant(await threads.active(BOB)) == ""


async def test_withdrawn_it_stays_its_owners_and_leaves_everybody_elses_threads(database: Database) -> None:
    assistants, threads, made = Assistants(database), Threads(database), await cook(database)
    await assistants.share(made.id, "abc")
    await assistants.borrow(made.id, 2)
    for key in (ADA, BOB):
        await assistants.choose(key, made.id, by=key.chat_id)
    of_ada, of_bob = await threads.active(ADA), await threads.active(BOB)

    await assistants.withdraw(made.id, 1)

    assert await threads.assistant(of_ada) == made.id
    assert await threads.assistant(of_bob) == ""
    assert await assistants.borrowed(2) == []
    assert await assistants.by_code("abc") is None
    assert await threads.assistant(await threads.start_new(BOB)) == ""


async def test_deleted_nothing_of_it_is_left(database: Database) -> None:
    assistants, threads, made = Assistants(database), Threads(database), await cook(database)
    await assistants.choose(ADA, made.id, by=1)
    thread_id = await threads.active(ADA)

    await assistants.delete(made.id)

    assert await assistants.find(made.id) is None
    assert await threads.assistant(thread_id) == ""
    assert await assistants.chosen(ADA) == ""
    rows = await database.read(
        lambda connection: connection.execute("SELECT name, instructions, starters FROM assistants").fetchall()
    )
    assert rows == [("", "", "[]")]
    assert (await cook(database, "update:2")).id != made.id


async def test_a_groups_move_takes_its_choice_along(database: Database) -> None:
    assistants = Assistants(database)
    await assistants.choose(ConversationKey(-1), "maths", by=1)

    await assistants.move_chat(-1, -2)

    assert await assistants.chosen(ConversationKey(-2)) == "maths"
    assert await assistants.chosen(ConversationKey(-1)) == ""


async def test_a_word_for_an_id_finds_nothing(database: Database) -> None:
    for word in ("maths", "", "0", "9" * 30, "²"):
        assert await Assistants(database).find(word) is None
