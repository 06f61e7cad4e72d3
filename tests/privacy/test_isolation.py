"""Forgetting touches the one it is about and nobody else, whoever said what where."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy import BELONGINGS
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Person, Said, Turn
from storage.belongings.estate import Estate, Owners
from storage.belongings.kinds import Whose
from storage.database import Database
from storage.inbox import Inbox, Lane
from storage.preferences import Preferences, Scope
from storage.threads import Threads
from storage.turns import Turns
from tests.privacy.scenes import tables

PEOPLE = (1, 2, 3)
GROUP = -100
NOBODYS = {
    "people",
    "allowed_chats",
    "spent",
    "budgets",
    "budget_warnings",
    "forgettings",
    "forgetting_steps",
}
"""Who may use the bot, the sums of what was spent, and what is being forgotten."""

# Who speaks in which place, alone or together with another.
acts = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.sampled_from((0, *PEOPLE)), st.booleans()), max_size=8
)


def words(user_id: int, number: int) -> str:
    return f"words-of-{user_id}-{number}."


async def lived(database: Database, acted: Sequence[tuple[int, bool, int, bool]]) -> None:
    """Every person says things in private, in a group's thread, or together with another in one turn."""
    turns, threads, inbox = Turns(database), Threads(database), Inbox(database)
    preferences, owners = await Preferences(database).load(), Owners(database)
    for number, (user_id, is_private, with_other, own_thread) in enumerate(acted, 1):
        key = ConversationKey(user_id if is_private else GROUP)
        speakers = [user_id] + ([with_other] if with_other not in (0, user_id) and not is_private else [])
        said = tuple(
            Said(number * 10 + who, Person(who, f"P{who}", "en"), words(who, number)) for who in speakers
        )
        kind = ChatKind.PRIVATE if is_private else ChatKind.GROUP
        turn = Turn(number, (number,), key, kind, said)
        raw: dict[str, Any] = {
            "update_id": number,
            "message": {"from": {"id": user_id, "is_bot": False}, "text": words(user_id, number)},
        }
        await inbox.accept([(raw, key, Lane.CONVERSATION)])
        alone = len(speakers) == 1
        thread_id = await threads.active(key, user_id if own_thread and alone and not is_private else 0)
        await turns.begin(turn, thread_id)
        answer = Answer(" ".join(words(who, number) for who in speakers), Ending.COMPLETED)
        asked = " ".join(one.text for one in said)
        await turns.close(turn, answer, question=asked, message_ids=(number,))
        await preferences.set(Scope.user(user_id), "note", words(user_id, number))
        await owners.note(user_id, f"{number:02x}/{number:040x}.jpg")


async def forget(path: Path, acted: Sequence[tuple[int, bool, int, bool]], user_id: int) -> tuple[str, str]:
    """All that the database holds, before and after."""
    async with Database.open(path) as database:
        await lived(database, acted)
        before = str(await asyncio.to_thread(tables, path))
        estate = Estate(database, BELONGINGS)
        for name in estate.names:
            await estate.forget(name, Whose(user_id))
        await database.rewrite()
        left = await estate.count(Whose(user_id), estate.names)
        assert sum(left.values()) == 0
        return before, str(await asyncio.to_thread(tables, path))


@settings(max_examples=40, deadline=None)
@given(acted=acts, user_id=st.sampled_from(PEOPLE))
def test_the_words_of_one_go_and_those_of_the_others_stay(
    acted: list[tuple[int, bool, int, bool]], user_id: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parley.db"
        before, after = asyncio.run(forget(path, acted, user_id))
        content = path.read_bytes()

    spoken = {
        (who, number) for number in range(1, len(acted) + 1) for who in PEOPLE if words(who, number) in before
    }
    assert not [one for one in spoken if one[0] == user_id and words(*one) in after]
    assert not [one for one in spoken if one[0] == user_id and words(*one).encode() in content]
    assert not [one for one in spoken if one[0] != user_id and words(*one) not in after]


def test_every_table_is_somebodys_to_answer_for(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    asyncio.run(forget(path, [], 1))
    with sqlite3.connect(path) as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "passage_words_"))
        }

    assert names == {table for kind in BELONGINGS for table in kind.tables} | NOBODYS
