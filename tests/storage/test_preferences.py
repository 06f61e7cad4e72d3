"""Preferences: whose they are, and that they last."""

import asyncio
from pathlib import Path

from domain.turn import ConversationKey
from storage.database import Database
from storage.preferences import Preferences, Scope

TEAM = ConversationKey(-5)
PLANS = ConversationKey(-5, 7)


async def test_a_preference_is_kept_over_a_restart(path: Path) -> None:
    async with Database.open(path) as database:
        await (await Preferences(database).load()).set(Scope.user(1), "rich", {"mode": ["auto", None, 1]})

    async with Database.open(path) as database:
        assert (await Preferences(database).load()).get(Scope.user(1), "rich") == {"mode": ["auto", None, 1]}


async def test_a_preference_never_set_is_none(database: Database) -> None:
    assert (await Preferences(database).load()).get(Scope.bot(), "rich") is None


async def test_everybody_has_their_own(database: Database) -> None:
    preferences = await Preferences(database).load()
    scopes = [Scope.user(1), Scope.user(2), Scope.conversation(TEAM), Scope.conversation(PLANS), Scope.bot()]

    for number, scope in enumerate(scopes):
        await preferences.set(scope, "model", number)

    assert [preferences.get(scope, "model") for scope in scopes] == [0, 1, 2, 3, 4]


async def test_the_newest_choice_counts(database: Database) -> None:
    preferences = await Preferences(database).load()
    await preferences.set(Scope.user(1), "language", "en")
    await preferences.set(Scope.user(1), "language", "ar")

    assert preferences.get(Scope.user(1), "language") == "ar"
    assert (await Preferences(database).load()).get(Scope.user(1), "language") == "ar"


async def test_a_group_that_moves_takes_its_preferences_along(database: Database) -> None:
    preferences = await Preferences(database).load()
    await preferences.set(Scope.conversation(TEAM), "model", "small")
    await preferences.set(Scope.conversation(PLANS), "model", "large")
    await preferences.set(Scope.conversation(ConversationKey(-55)), "model", "another group's")

    await preferences.move_chat(-5, -1005)
    await preferences.move_chat(-5, -1005)

    for known in (preferences, await Preferences(database).load()):
        assert known.get(Scope.conversation(ConversationKey(-1005)), "model") == "small"
        assert known.get(Scope.conversation(ConversationKey(-1005, 7)), "model") == "large"
        assert known.get(Scope.conversation(TEAM), "model") is None
        assert known.get(Scope.conversation(ConversationKey(-55)), "model") == "another group's"


async def test_what_was_chosen_in_the_new_group_already_stays(database: Database) -> None:
    preferences = await Preferences(database).load()
    moved = ConversationKey(-1005)
    await preferences.set(Scope.conversation(TEAM), "model", "old")
    await preferences.set(Scope.conversation(TEAM), "listen", "always")
    await preferences.set(Scope.conversation(moved), "model", "new")

    await asyncio.gather(preferences.move_chat(-5, -1005), preferences.move_chat(-5, -1005))

    for known in (preferences, await Preferences(database).load()):
        assert known.get(Scope.conversation(moved), "model") == "new"
        assert known.get(Scope.conversation(moved), "listen") == "always"
