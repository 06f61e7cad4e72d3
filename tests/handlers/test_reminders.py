"""Reminders: set in a chat, said at their time, listed, cancelled, and not lost by a restart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.app import opened
from bot.service import Parley
from domain.reminder import Reminder
from domain.turn import ChatKind, ConversationKey, Person
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, answered, button

_SOON = '{{tool: set_reminder {"text": "drink water", "in_minutes": 0.02}}} {{outputs}}'
_LATER = '{{tool: set_reminder {"text": "drink water", "in_minutes": 60}}} {{outputs}}'


async def _reminded(telegram: TelegramClient, chat: int) -> list[dict[str, Any]]:
    """The reminders that have been said, once there are some."""

    def said(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in messages if str(one.get("text", "")).startswith("⏰")]

    return said(await telegram.wait_for(chat, lambda messages: bool(said(messages))))


async def test_a_reminder_is_said_at_its_time(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    await telegram.say(ada, _SOON)

    assert [one["text"] for one in await _reminded(telegram, ada)] == ["⏰ drink water"]


async def test_in_a_group_the_person_is_named(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])

    await telegram.say(group, f"@{BOT_NAME} {_SOON}", user=ada)

    (said,) = await _reminded(telegram, group)
    assert said["text"] == "⏰ Ada: drink water"
    assert f"tg://user?id={ada}" in str(said["entities"]) or str(ada) in str(said["entities"])


async def test_what_was_due_while_the_bot_was_away_is_said_with_a_note(town: Town) -> None:
    ada = await town.telegram.user()
    async with opened(town.settings()) as parley:  # it never runs
        await _put(parley, ada, datetime.now(UTC) - timedelta(hours=3))

    async with town.bot():
        (said,) = await _reminded(town.telegram, ada)

    assert "This was due" in said["text"]


async def _put(parley: Parley, user: int, due: datetime, text: str = "drink water") -> None:
    person = Person(user, "Ada", "en")
    reminder = Reminder(person, ConversationKey(user), ChatKind.PRIVATE, text, due, "UTC")
    await parley.bench.reminders.store.add(reminder, origin=f"test:{text}", most=50)


async def test_reminders_are_listed_and_cancelled(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, _LATER)
    listed = await answered(telegram, ada, "/reminders")
    assert "drink water" in listed["text"]

    tap = await telegram.tap(ada, listed["message_id"], button(listed, "✕ drink water"))

    assert (await telegram.callback_answer(tap))["text"] == "The reminder is cancelled."
    assert "No reminders are waiting" in (await answered(telegram, ada, "/reminders"))["text"]


async def test_in_a_group_only_its_own_reminders_are_seen(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, _LATER)
    group = await telegram.group("Club", members=[ada])

    listed = await answered(telegram, group, f"/reminders@{BOT_NAME}", user=ada)

    assert "No reminders are waiting" in listed["text"]


async def test_nobody_cancels_the_reminder_of_another(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Club", members=[ada, bob])
    await answered(telegram, group, f"@{BOT_NAME} {_LATER}", user=ada)
    listed = await answered(telegram, group, f"/reminders@{BOT_NAME}", user=ada)

    tap = await telegram.tap(group, listed["message_id"], button(listed, "✕"), user=bob)

    assert (await telegram.callback_answer(tap))["text"] == "Only whose reminders these are can cancel them."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('{"text": "x", "when": "2020-01-01T10:00"}', "That time is past"),
        ('{"text": "x", "in_minutes": 900000}', "at most a year ahead"),
        ('{"text": "x", "when": "tomorrow"}', "no date and time"),
        ('{"text": "x"}', "Give either"),
        ('{"text": " ", "in_minutes": 5}', "Say what the person shall be reminded of"),
    ],
)
async def test_what_cannot_be_noted_is_told_to_the_model(
    telegram: TelegramClient, arguments: str, told: str
) -> None:
    reply = await answered(
        telegram, await telegram.user(), f"{{{{tool: set_reminder {arguments}}}}} {{{{outputs}}}}"
    )

    assert told in reply["text"]


async def test_the_fifty_first_is_not_noted(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user()
    for number in range(50):
        await _put(bot, ada, datetime.now(UTC) + timedelta(days=1), text=f"thing {number}")

    told = await answered(telegram, ada, _LATER)

    assert "has 50 reminders already" in told["text"]
