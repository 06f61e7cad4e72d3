"""The archive of threads: found by those they belong to only, copied and deleted as a whole."""

import pytest

from domain.commission import Commission
from domain.drawing import Task, Wishes
from domain.material import Brought, Material, Picture
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn, Usage
from storage.archive import Archive, ThreadsOf
from storage.database import Database
from storage.drawings import Drawings
from storage.threads import Threads
from storage.turns import Turns

ADA, BOB = ConversationKey(1), ConversationKey(2)
CLUB = ConversationKey(-100)
NOTHING = Material()
PICTURE = Material((Brought(1, pictures=(Picture("ab/cd.jpg", "image/jpeg", 10, 10),)),))


async def talk(
    database: Database,
    key: ConversationKey,
    turn_id: int,
    question: str = "Why?",
    *,
    user_id: int = 0,
    again_of: int | None = None,
    material: Material = NOTHING,
) -> int:
    said = Said(turn_id * 10, Person(1, "Ada", "en"), question)
    turn = Turn(turn_id, (turn_id,), key, ChatKind.PRIVATE, (said,), again_of=again_of)
    thread_id = await Threads(database).active(key, user_id)
    turns = Turns(database)
    await turns.begin(turn, thread_id)
    answer = Answer(f"Because {turn_id}.", Ending.COMPLETED, usage=Usage(input_tokens=100))
    await turns.close(
        turn, answer, question=question, message_ids=(turn_id * 10 + 1, turn_id * 10 + 2), material=material
    )
    return thread_id


async def listed(database: Database, of: ThreadsOf) -> list[int]:
    found, count = await Archive(database).page(of, skip=0, most=100)
    assert len(found) == count
    return [thread.id for thread in found]


async def test_the_newest_thread_is_listed_first(database: Database) -> None:
    first = await talk(database, ADA, 1)
    second = await Threads(database).start_new(ADA)
    await talk(database, ADA, 2)

    assert await listed(database, ThreadsOf(ADA)) == [second, first]


async def test_a_thread_in_which_nothing_was_said_is_not_listed(database: Database) -> None:
    await Threads(database).active(ADA)

    assert await listed(database, ThreadsOf(ADA)) == []


async def test_nobody_finds_the_thread_of_another_chat_or_person(database: Database) -> None:
    archive = Archive(database)
    of_ada, in_club = await talk(database, ADA, 1), await talk(database, CLUB, 2, user_id=7)

    assert await archive.find(of_ada, ThreadsOf(BOB)) is None
    assert await archive.find(in_club, ThreadsOf(CLUB)) is None
    assert await archive.find(in_club, ThreadsOf(CLUB, user_id=8)) is None
    assert await archive.find(in_club, ThreadsOf(CLUB, user_id=7)) is not None


async def test_a_private_chat_sees_the_threads_of_all_its_topics(database: Database) -> None:
    topic = ConversationKey(1, 5)
    threads = [await talk(database, ADA, 1), await talk(database, topic, 2)]

    assert await listed(database, ThreadsOf(ADA)) == threads[:1]
    assert await listed(database, ThreadsOf(ADA, in_whole_chat=True)) == threads[::-1]


@pytest.mark.parametrize("words", ["BLUE sky", "ÜBER", "über", "100%", "because 1"])
async def test_words_are_found_whatever_their_case(database: Database, words: str) -> None:
    thread_id = await talk(database, ADA, 1, "Why is the blue sky Über 100% blue?")
    await talk(database, BOB, 2, "Why is the blue sky Über 100% blue?")

    found, count = await Archive(database).search(ThreadsOf(ADA), words, skip=0, most=10)

    assert ([thread.id for thread in found], count) == ([thread_id], 1)


async def test_a_sign_for_anything_is_searched_as_itself(database: Database) -> None:
    await talk(database, ADA, 1, "one hundred")

    assert (await Archive(database).search(ThreadsOf(ADA), "%", skip=0, most=10))[1] == 0
    assert (await Archive(database).search(ThreadsOf(ADA), "o_e", skip=0, most=10))[1] == 0


async def test_a_title_of_a_persons_own_is_not_overwritten(database: Database) -> None:
    archive, thread_id = Archive(database), await talk(database, ADA, 1)
    await archive.rename(thread_id, "Mine")

    assert not await archive.entitle(thread_id, "The model's")

    found = await archive.find(thread_id, ThreadsOf(ADA))
    assert found is not None
    assert found.title == "Mine"


@pytest.mark.parametrize("message_id", [20, 21, 22])
async def test_a_message_leads_to_its_turn(database: Database, message_id: int) -> None:
    await talk(database, ADA, 1)
    thread_id = await talk(database, ADA, 2)

    assert await Archive(database).turn_of_message(ThreadsOf(ADA), message_id) == (thread_id, 2)


async def test_a_message_of_another_chat_leads_nowhere(database: Database) -> None:
    await talk(database, ADA, 1)

    assert await Archive(database).turn_of_message(ThreadsOf(BOB), 10) is None
    assert await Archive(database).turn_of_message(ThreadsOf(ADA), 1) is None


async def test_a_branch_holds_what_came_before_and_is_the_active_thread(database: Database) -> None:
    threads = Threads(database)
    thread_id = await talk(database, ADA, 1, "One?", material=PICTURE)
    await talk(database, ADA, 2, "Two?")
    await talk(database, ADA, 3, "Three?")

    branch = await Archive(database).branch(thread_id, ThreadsOf(ADA), up_to_turn_id=2, title="Again")

    history = await threads.history(branch)
    assert await threads.active(ADA) == branch
    assert [one.question for one in history.exchanges] == ["One?", "Two?"]
    assert history.exchanges[0].material == PICTURE
    assert len((await threads.history(thread_id)).exchanges) == 3


async def test_branches_of_branches_stand_for_themselves(database: Database) -> None:
    archive, threads = Archive(database), Threads(database)
    thread_id = await talk(database, ADA, 1)
    first = await archive.branch(thread_id, ThreadsOf(ADA), up_to_turn_id=None, title="")
    second = await archive.branch(first, ThreadsOf(ADA), up_to_turn_id=None, title="")
    assert await archive.delete(first)

    assert len((await threads.history(second)).exchanges) == 1
    assert (await threads.history(first)).exchanges == ()


async def test_replaced_answers_are_not_copied(database: Database) -> None:
    thread_id = await talk(database, ADA, 1)
    await talk(database, ADA, 2, again_of=1)

    branch = await Archive(database).branch(thread_id, ThreadsOf(ADA), up_to_turn_id=2, title="")

    assert [one.answer for one in (await Threads(database).history(branch)).exchanges] == ["Because 2."]


@pytest.mark.parametrize(
    ("up_to", "summary", "left"), [(1, "", 1), (2, "They talked.", 0), (3, "They talked.", 1)]
)
async def test_a_branch_knows_no_summary_of_what_it_has_not_seen(
    database: Database, up_to: int, summary: str, left: int
) -> None:
    for turn_id in (1, 2, 3):
        thread_id = await talk(database, ADA, turn_id)
    await Threads(database).summarise(thread_id, up_to_turn_id=2, summary="They talked.")

    branch = await Archive(database).branch(thread_id, ThreadsOf(ADA), up_to_turn_id=up_to, title="")

    history = await Threads(database).history(branch)
    assert (history.summary, len(history.exchanges)) == (summary, left)


async def test_the_last_question_of_a_branch_can_be_asked_again(database: Database) -> None:
    thread_id = await talk(database, ADA, 1)
    branch = await Archive(database).branch(thread_id, ThreadsOf(ADA), up_to_turn_id=1, title="")

    last = await Turns(database).last(branch)

    assert last is not None
    assert last.turn.id < 0
    await talk(database, ADA, 2, again_of=last.turn.id)
    assert [one.turn_id for one in (await Threads(database).history(branch)).exchanges] == [2]


async def test_what_was_deleted_is_gone(database: Database) -> None:
    archive, thread_id = Archive(database), await talk(database, ADA, 1, "A secret?")

    assert await archive.delete(thread_id)

    assert await archive.find(thread_id, ThreadsOf(ADA)) is None
    assert await listed(database, ThreadsOf(ADA)) == []
    assert (await archive.search(ThreadsOf(ADA), "secret", skip=0, most=10))[1] == 0
    assert await Threads(database).active(ADA) != thread_id


async def test_a_thread_in_which_an_answer_is_being_made_is_not_deleted(database: Database) -> None:
    thread_id = await talk(database, ADA, 1)
    said = Said(5, Person(1, "Ada", "en"), "And?")
    await Turns(database).begin(Turn(2, (2,), ADA, ChatKind.PRIVATE, (said,)), thread_id)

    assert not await Archive(database).delete(thread_id)

    assert len((await Threads(database).history(thread_id)).exchanges) == 1


async def test_a_deleted_threads_drawings_stay_and_tell_it_nothing_more(database: Database) -> None:
    person = Person(1, "Ada", "en")
    thread_id = await talk(database, ADA, 1)
    commission = Commission(Task.IMAGINE, "a cat", Wishes(), person, ADA, ChatKind.PRIVATE)
    drawing = await Drawings(database).order(commission, origin="x", thread_id=thread_id)
    assert drawing is not None

    assert await Archive(database).delete(thread_id)

    noted = Turn(-drawing.id, (), ADA, ChatKind.PRIVATE, (Said(0, person, "a cat"),))
    answer = Answer("drawn", Ending.COMPLETED)
    await Turns(database).note(noted, thread_id, question="a cat", answer=answer, message_ids=[9])
    assert await Drawings(database).find(drawing.id) is not None
    assert await Archive(database).entries(thread_id) == []


async def test_everything_finished_is_read_out_in_order(database: Database) -> None:
    thread_id = await talk(database, ADA, 1, "One?")
    await talk(database, ADA, 2, "Two?", material=PICTURE)

    entries = await Archive(database).entries(thread_id)

    assert [entry.question for entry in entries] == ["One?", "Two?"]
    assert entries[1].material == PICTURE
    assert entries[0].answer_message_ids == (11, 12)


async def test_a_thread_that_goes_on_takes_the_place_of_the_active_one(database: Database) -> None:
    threads, first = Threads(database), await talk(database, ADA, 1)
    await threads.start_new(ADA)

    await threads.resume(first)

    assert await threads.active(ADA) == first


async def test_each_person_of_a_group_has_an_active_thread_of_their_own(database: Database) -> None:
    threads = Threads(database)
    shared, ada, bob = await threads.active(CLUB), await threads.active(CLUB, 1), await threads.active(CLUB, 2)

    new = await threads.start_new(CLUB, 1)

    assert len({shared, ada, bob, new}) == 4
    assert await threads.active(CLUB) == shared
    assert await threads.active(CLUB, 1) == new
    assert await threads.active(CLUB, 2) == bob


async def test_a_groups_move_keeps_each_persons_thread(database: Database) -> None:
    moved = ConversationKey(-1000)
    ada = await talk(database, CLUB, 1, user_id=1)

    await Turns(database).move_chat(CLUB.chat_id, moved.chat_id)

    assert await Threads(database).active(moved, 1) == ada
