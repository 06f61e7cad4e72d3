"""Turns: begun once, resumable with their steps, closed in one go."""

import dataclasses
import itertools
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.steps import Json
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn, Usage
from storage.database import Database
from storage.inbox import Inbox, Lane
from storage.threads import Threads
from storage.turns import Turns

ADA = ConversationKey(42)
GROUP, SUPERGROUP = ConversationKey(-5, 3), ConversationKey(-1005, 3)
ANSWER = Answer("Because.", Ending.COMPLETED, "a-model", Usage(10, 2, 1, 20, 5))


def turn(id: int, *, text: str = "Why?", key: ConversationKey = ADA, again_of: int | None = None) -> Turn:
    said = Said(id, Person(1, "Ada", "en"), text)
    return Turn(id, (id,), key, ChatKind.PRIVATE, (said,), again_of=again_of)


async def ask_and_answer(database: Database, asked: Turn, answer: Answer = ANSWER) -> int:
    thread_id = await Threads(database).active(asked.key)
    await Turns(database).begin(asked, thread_id)
    await Turns(database).close(asked, answer, question=asked.said[0].text, message_ids=(900 + asked.id,))
    return thread_id


async def exchanges(database: Database, thread_id: int) -> list[tuple[int, str, str]]:
    history = await Threads(database).history(thread_id)
    return [(exchange.turn_id, exchange.question, exchange.answer) for exchange in history.exchanges]


async def test_a_turn_that_has_begun_is_there_after_a_restart(path: Path) -> None:
    async with Database.open(path) as database:
        thread_id = await Threads(database).active(ADA)
        steps = await Turns(database).begin(turn(1), thread_id)
        await steps.record("generate", {"text": "Because.", "parts": [1, 2.5, None, True]})

    async with Database.open(path) as database:
        (stored,) = await Turns(database).open_turns()
        assert (stored.turn, stored.thread_id) == (turn(1), thread_id)
        assert await Turns(database).steps(1).result("generate") == {
            "text": "Because.",
            "parts": [1, 2.5, None, True],
        }


async def test_beginning_again_changes_nothing_and_finds_the_steps(database: Database) -> None:
    turns, thread_id = Turns(database), await Threads(database).active(ADA)
    steps = await turns.begin(turn(1), thread_id)
    await steps.record("generate", {"text": "Because."})

    again = await turns.begin(turn(1, text="Something else?"), thread_id)

    assert await again.result("generate") == {"text": "Because."}
    assert [stored.turn for stored in await turns.open_turns()] == [turn(1)]


async def test_a_step_recorded_first_does_not_hide_the_earlier_ones(database: Database) -> None:
    turns, thread_id = Turns(database), await Threads(database).active(ADA)
    await (await turns.begin(turn(1), thread_id)).record("generate", {"text": "Because."})

    resumed = turns.steps(1)
    await resumed.record("part:0", {"message_id": 5})

    assert await resumed.result("generate") == {"text": "Because."}


async def test_recording_a_step_again_replaces_it(database: Database) -> None:
    turns = Turns(database)
    steps = await turns.begin(turn(1), await Threads(database).active(ADA))
    await steps.record("part:0", {"message_id": 5})

    await steps.record("part:0", {"message_id": 6})

    expected: Json = {"message_id": 6}
    assert await steps.result("part:0") == expected
    assert await turns.steps(1).result("part:0") == expected


async def test_a_step_not_recorded_has_no_result(database: Database) -> None:
    steps = await Turns(database).begin(turn(1), await Threads(database).active(ADA))

    assert await steps.result("generate") is None


async def test_closing_finishes_the_updates_and_forgets_the_steps(database: Database) -> None:
    inbox, turns = Inbox(database), Turns(database)
    await inbox.accept([({"update_id": id}, ADA, Lane.CONVERSATION) for id in (1, 2, 3)])
    both = dataclasses.replace(turn(1), update_ids=(1, 2))
    await (await turns.begin(both, await Threads(database).active(ADA))).record("generate", {})

    await turns.close(both, ANSWER, question="Why?", message_ids=(7, 8))

    assert [row.update_id for row in await inbox.waiting(0, 10)] == [3]
    assert await turns.open_turns() == []
    assert await turns.open_turn(1) is None
    assert await turns.steps(1).result("generate") is None
    assert await turns.answer_messages(1) == (7, 8)


async def test_an_unknown_turn_has_no_messages(database: Database) -> None:
    assert await Turns(database).answer_messages(404) == ()


async def test_usage_is_booked_with_the_answer(database: Database) -> None:
    await ask_and_answer(database, turn(1))

    query = (
        "SELECT model, ending, input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens"
        " FROM turns"
    )
    booked = await database.read(lambda connection: connection.execute(query).fetchall())
    assert booked == [("a-model", "completed", 10, 2, 1, 20, 5)]


async def test_the_last_turn_is_the_last_finished_one(database: Database) -> None:
    turns = Turns(database)
    thread_id = await ask_and_answer(database, turn(1))
    await ask_and_answer(database, turn(2), Answer("", Ending.FAILED))
    await turns.begin(turn(3), thread_id)

    last = await turns.last(thread_id)

    assert last is not None
    assert last.turn.id == 2


async def test_a_thread_without_answers_has_no_last_turn(database: Database) -> None:
    assert await Turns(database).last(await Threads(database).active(ADA)) is None


async def test_a_replacement_takes_the_place_of_what_it_replaces(database: Database) -> None:
    thread_id = await ask_and_answer(database, turn(1, text="One?"))
    await ask_and_answer(database, turn(2, text="Two?"))

    await ask_and_answer(database, turn(3, text="One again?", again_of=1))

    assert await exchanges(database, thread_id) == [(3, "One again?", "Because."), (2, "Two?", "Because.")]


async def test_what_is_replaced_stays_until_its_replacement_is_closed(database: Database) -> None:
    thread_id = await ask_and_answer(database, turn(1))

    await Turns(database).begin(turn(2, again_of=1), thread_id)

    assert await exchanges(database, thread_id) == [(1, "Why?", "Because.")]


async def test_a_replacement_is_the_last_turn_and_can_be_replaced_itself(database: Database) -> None:
    thread_id = await ask_and_answer(database, turn(1))
    await ask_and_answer(database, turn(2, again_of=1))
    await ask_and_answer(database, turn(3, again_of=2))

    last = await Turns(database).last(thread_id)

    assert last is not None
    assert last.turn.id == 3
    assert await exchanges(database, thread_id) == [(3, "Why?", "Because.")]


async def test_a_stop_is_remembered_over_a_restart(path: Path) -> None:
    async with Database.open(path) as database:
        turns = Turns(database)
        await turns.begin(turn(1), await Threads(database).active(ADA))
        before = await turns.open_turn(1)
        await turns.request_stop(1)

    async with Database.open(path) as database:
        after = await Turns(database).open_turn(1)

    assert (before and before.is_stopped, after and after.is_stopped) == (False, True)


async def test_a_group_that_moves_takes_its_history_along(database: Database) -> None:
    thread_id = await ask_and_answer(database, turn(1, key=GROUP))

    await Turns(database).move_chat(GROUP.chat_id, SUPERGROUP.chat_id)
    await Turns(database).move_chat(GROUP.chat_id, SUPERGROUP.chat_id)

    assert await Threads(database).active(SUPERGROUP) == thread_id
    assert await exchanges(database, thread_id) == [(1, "Why?", "Because.")]
    assert await Threads(database).active(GROUP) != thread_id


async def test_a_talk_already_begun_where_a_group_moves_to_goes_on(database: Database) -> None:
    await ask_and_answer(database, turn(1, key=GROUP))
    begun = await ask_and_answer(database, turn(2, key=SUPERGROUP))

    await Turns(database).move_chat(GROUP.chat_id, SUPERGROUP.chat_id)

    assert await Threads(database).active(SUPERGROUP) == begun


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_numbers = st.integers(-(2**53), 2**53)
_people = st.builds(Person, _numbers, _texts, _texts)
_keys = st.builds(ConversationKey, _numbers, _numbers)
_turns = st.builds(
    Turn,
    id=st.builds(next, st.just(itertools.count(1))),  # every example is a turn of its own
    update_ids=st.lists(_numbers, max_size=3).map(tuple),
    key=_keys,
    chat_kind=st.sampled_from(ChatKind),
    said=st.lists(st.builds(Said, _numbers, _people, _texts, _texts), min_size=1, max_size=3).map(tuple),
    again_of=st.none() | _numbers,
    in_place=st.booleans(),
)


@given(asked=_turns)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_turn_comes_back_as_it_was(database: Database, asked: Turn) -> None:
    await Turns(database).begin(asked, await Threads(database).active(asked.key))

    stored = await Turns(database).open_turn(asked.id)
    await Turns(database).close(asked, ANSWER, question="", message_ids=())

    assert stored is not None
    assert stored.turn == asked
