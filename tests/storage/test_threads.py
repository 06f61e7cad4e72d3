"""Threads: one active line of history per conversation, shortened by summaries."""

import asyncio

from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn
from storage.database import Database
from storage.threads import Exchange, History, Threads
from storage.turns import Turns

ADA, BOB = ConversationKey(1), ConversationKey(2)
PLANS, PARTY = ConversationKey(-100, 7), ConversationKey(-100, 8)


async def talk(database: Database, key: ConversationKey, turn_id: int, answer: str = "Yes.") -> int:
    said = Said(turn_id, Person(1, "Ada", "en"), f"Question {turn_id}")
    turn = Turn(turn_id, (turn_id,), key, ChatKind.PRIVATE, (said,))
    thread_id = await Threads(database).active(key)
    await Turns(database).begin(turn, thread_id)
    await Turns(database).close(turn, Answer(answer, Ending.COMPLETED), question=said.text, message_ids=())
    return thread_id


async def test_a_conversation_keeps_its_thread(database: Database) -> None:
    threads = Threads(database)

    assert await threads.active(ADA) == await threads.active(ADA)


async def test_asked_twice_at_once_there_is_still_one_thread(database: Database) -> None:
    threads = Threads(database)

    found = await asyncio.gather(*(threads.active(ADA) for _ in range(10)))

    assert len(set(found)) == 1


async def test_a_new_thread_begins_empty_and_is_active(database: Database) -> None:
    threads = Threads(database)
    first = await talk(database, ADA, 1)

    second = await threads.start_new(ADA)

    assert second != first
    assert await threads.active(ADA) == second
    assert await threads.history(second) == History("", ())


async def test_people_chats_and_topics_have_threads_of_their_own(database: Database) -> None:
    thread_ids = [await talk(database, key, id) for id, key in enumerate((ADA, BOB, PLANS, PARTY), 1)]

    histories = [await Threads(database).history(thread_id) for thread_id in thread_ids]

    assert [[exchange.turn_id for exchange in history.exchanges] for history in histories] == [
        [1],
        [2],
        [3],
        [4],
    ]


async def test_a_new_thread_in_one_topic_leaves_the_other_alone(database: Database) -> None:
    party = await talk(database, PARTY, 1)

    await Threads(database).start_new(PLANS)

    assert await Threads(database).active(PARTY) == party


async def test_failed_turns_are_no_history(database: Database) -> None:
    await talk(database, ADA, 1, answer="")
    thread_id = await talk(database, ADA, 2)

    assert (await Threads(database).history(thread_id)).exchanges == (Exchange(2, "Question 2", "Yes."),)


async def test_a_summary_stands_for_the_turns_it_covers(database: Database) -> None:
    threads = Threads(database)
    for turn_id in (1, 2, 3):
        await talk(database, ADA, turn_id)
    thread_id = await threads.active(ADA)

    await threads.summarise(thread_id, up_to_turn_id=2, summary="They said yes twice.")

    assert await threads.history(thread_id) == History(
        "They said yes twice.", (Exchange(3, "Question 3", "Yes."),)
    )


async def test_a_thread_nobody_knows_has_no_history(database: Database) -> None:
    assert await Threads(database).history(404) == History("", ())
