"""The desk of assistants: how many a person may have, what they may be, and what is told when one goes."""

from dataclasses import replace

import pytest

from conversation.assistants import limits
from conversation.assistants.built_in import BuiltIns
from conversation.assistants.desk import AssistantDesk, effort_for
from conversation.assistants.errors import AssistantGone, AssistantRefused, TooManyAssistants
from domain.assistant import GENERAL, Assistant
from domain.catalogue import Model
from locales import Locales
from storage.assistants import Assistants
from storage.database import Database
from storage.threads import Threads

COOK = Assistant(name="Cook", owner_id=1, instructions="Cook.")


def desk(database: Database, gone: list[str] | None = None) -> AssistantDesk:
    async def tell(scope: str) -> None:
        (gone if gone is not None else []).append(scope)

    return AssistantDesk(Assistants(database), Threads(database), BuiltIns.load(), (tell,))


async def test_fifty_are_enough(database: Database) -> None:
    full = desk(database)
    for number in range(limits.MOST_ASSISTANTS):
        await full.create(COOK, origin=f"update:{number}")

    with pytest.raises(TooManyAssistants):
        await full.create(COOK, origin="one more")

    assert len(await full.listed(1)) == 50


async def test_a_full_desk_borrows_nothing(database: Database) -> None:
    full = desk(database)
    for number in range(limits.MOST_ASSISTANTS):
        await full.create(COOK, origin=f"update:{number}")
    other = await full.create(replace(COOK, owner_id=2), origin="other")
    code = await full.share(other.id, 2)

    with pytest.raises(TooManyAssistants):
        await full.borrow(code, 1)


async def test_whoever_keeps_something_for_it_hears_that_it_is_gone(database: Database) -> None:
    gone: list[str] = []
    made = await desk(database, gone).create(COOK, origin="x")

    await desk(database, gone).delete(made.id, 1)

    assert gone == [f"assistant:{made.id}"]


async def test_those_that_come_with_the_bot_stay(database: Database) -> None:
    with pytest.raises(AssistantRefused):
        await desk(database).delete("maths", 1)


@pytest.mark.parametrize("assistant_id", ["1", "nobody", "999"])
async def test_one_of_somebody_else_is_as_good_as_gone(database: Database, assistant_id: str) -> None:
    await desk(database).create(COOK, origin="x")

    for attempt in (desk(database).usable, desk(database).own, desk(database).delete, desk(database).withdraw):
        with pytest.raises(AssistantGone):
            await attempt(assistant_id, 2)


async def test_a_thread_whose_assistant_is_gone_has_the_general_one(database: Database) -> None:
    assert await desk(database).known("no such word") is GENERAL


def test_an_effort_that_the_model_does_not_take_is_left_out() -> None:
    model = Model("m", "chat", "M", efforts=("low", "high"))

    assert effort_for(replace(COOK, effort="high"), model) == "high"
    assert effort_for(replace(COOK, effort="max"), model) is None
    assert effort_for(COOK, model) is None


@pytest.mark.parametrize("count", [1, 32_000])
def test_instructions_within_the_limit_are_taken(count: int) -> None:
    assert limits.instructions("x" * count) == "x" * count


@pytest.mark.parametrize("text", ["", " \n ", "x" * 32_001])
def test_other_instructions_are_refused(text: str) -> None:
    with pytest.raises(AssistantRefused):
        limits.instructions(text)


@pytest.mark.parametrize("language", ["en", "ar", "zh-Hans"])
def test_those_that_come_with_the_bot_keep_to_the_limits(language: str) -> None:
    locales = Locales.load()

    for one in BuiltIns.load().all(lambda sentence: locales.say(sentence, language)):
        assert limits.name(one.name) == one.name
        assert limits.greeting(one.greeting) == one.greeting
        assert limits.starters(one.starters) == one.starters
        assert len(one.instructions) <= limits.LONGEST_INSTRUCTIONS
