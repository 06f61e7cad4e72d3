"""For admins: broadcasts that reach everybody once, statistics, and errors by their id."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from storage.broadcasts import Reached
from tests.town import Town, answered, button, forged_tap, settled, texts

BOSS = 99
Message = dict[str, Any]


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work; one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def _talker(telegram: TelegramClient, name: str) -> int:
    person = await telegram.user(name)
    await answered(telegram, person, "{{say: hi}}")
    return person


async def _tapped(telegram: TelegramClient, message: Message, label: str) -> str:
    tap = await telegram.tap(BOSS, message["message_id"], button(message, label))
    return str((await telegram.callback_answer(tap))["text"])


async def _report(telegram: TelegramClient) -> str:
    def is_there(messages: list[Message]) -> bool:
        return any("Everybody has it" in text for text in texts(messages))

    return next(text for text in texts(await telegram.wait_for(BOSS, is_there)) if "Everybody has it" in text)


async def _heard(telegram: TelegramClient, person: int, words: str) -> int:
    return texts(await telegram.messages(person)).count(words)


async def test_a_broadcast_reaches_everybody_who_talked_in_private(telegram: TelegramClient) -> None:
    ada, eve = await _talker(telegram, "Ada"), await _talker(telegram, "Eve")
    silent = await telegram.user("Silent")

    asked = await answered(telegram, BOSS, "/broadcast Maintenance\ntonight.")
    told = await _tapped(telegram, asked, "Send it")
    report = await _report(telegram)

    assert asked["text"].startswith("Send this to 2 people?")
    assert told == "It is on its way; I will report when everybody has it."
    assert "sent 2, blocked me 0, failed 0" in report
    heard = [await _heard(telegram, person, "Maintenance\ntonight.") for person in (ada, eve, silent)]
    assert heard == [1, 1, 0]


async def test_who_blocked_the_bot_is_counted(telegram: TelegramClient) -> None:
    await _talker(telegram, "Ada")
    await telegram.block(await _talker(telegram, "Eve"))

    await _tapped(telegram, await answered(telegram, BOSS, "/broadcast hello"), "Send it")

    assert "sent 1, blocked me 1, failed 0" in await _report(telegram)


async def test_nothing_is_sent_when_it_is_dropped(telegram: TelegramClient) -> None:
    ada = await _talker(telegram, "Ada")
    asked = await answered(telegram, BOSS, "/broadcast hello")

    told = await _tapped(telegram, asked, "Cancel")
    again = await forged_tap(telegram, asked, button(asked, "Send it"), user=BOSS)

    assert (told, again) == ("Nothing was sent.", "This has been decided already.")
    assert await _heard(telegram, ada, "hello") == 0


async def test_tapping_twice_sends_once(telegram: TelegramClient) -> None:
    ada = await _talker(telegram, "Ada")
    asked = await answered(telegram, BOSS, "/broadcast hello")
    await _tapped(telegram, asked, "Send it")

    again = await forged_tap(telegram, asked, button(asked, "Send it"), user=BOSS)
    await _report(telegram)

    assert again == "This has been decided already."
    assert await _heard(telegram, ada, "hello") == 1


async def test_an_interrupted_broadcast_goes_on_and_reaches_nobody_twice(town: Town) -> None:
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS})) as first:
        people = [await _talker(town.telegram, name) for name in ("Ada", "Bob", "Eve")]
        books = first.operations.broadcasting.broadcasts
        await books.draft(7, BOSS, "news")
        await first.operations.broadcasting.broadcasts.begin(7, people)
        got_it = await books.take(7)
        assert got_it is not None
        await books.settle(7, got_it, Reached.SENT)
        on_its_way = await books.take(7)

    async with town.bot(admin_user_ids=frozenset({BOSS})):
        report = await _report(town.telegram)

    heard = {person: await _heard(town.telegram, person, "news") for person in people}
    assert "sent 2, blocked me 0, failed 0, not known 1" in report
    assert heard == {person: int(person not in (got_it, on_its_way)) for person in people}


async def test_a_shut_out_person_hears_nothing(telegram: TelegramClient) -> None:
    ada = await _talker(telegram, "Ada")
    eve = await _talker(telegram, "Eve")
    await answered(telegram, BOSS, f"/deny {eve}")

    await _tapped(telegram, await answered(telegram, BOSS, "/broadcast hello"), "Send it")
    await _report(telegram)

    assert [await _heard(telegram, person, "hello") for person in (ada, eve)] == [1, 0]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/broadcast", "Write behind the command what everybody shall read."),
        ("/broadcast hello", "Nobody has talked to me in private yet."),
        (f"/broadcast {'x' * 4_050}", "Please say it in at most 4000 characters."),
        ("/error", "There have been no errors."),
        ("/error zzz", "I remember no error of that id."),
        ("/error ' OR 1=1", "I remember no error of that id."),
    ],
)
async def test_what_cannot_be_done_is_explained(telegram: TelegramClient, command: str, told: str) -> None:
    assert (await answered(telegram, BOSS, command))["text"] == told


@pytest.mark.parametrize("command", ["/broadcast hi", "/stats", "/error abc123"])
async def test_others_are_refused(telegram: TelegramClient, command: str) -> None:
    eve = await telegram.user("Eve")

    assert (await answered(telegram, eve, command))["text"] == "Only this bot's admins can do that."


async def test_statistics_count_what_there_was(bot: Parley, telegram: TelegramClient) -> None:
    ada = await _talker(telegram, "Ada")
    await answered(telegram, ada, "{{say: two}}")
    group = await telegram.group("Club", members=[ada])
    await answered(telegram, group, "/ask {{say: three}}", user=ada)
    await answered(telegram, ada, "{{fail: 401}}")
    await settled(bot, telegram)

    told = (await answered(telegram, BOSS, "/stats"))["text"]

    assert "1 person\n2 chats\n" in told
    assert "Turns: 4 today, 4 this month" in told
    assert "completed 3" in told
    assert "failed 1" in told
    assert "gpt-6-luna 3" in told
    assert re.search(r"Memory: \d+\.\d MB", told)
    assert "Up for 0 h 0 min" in told


async def test_an_error_is_found_by_the_id_that_was_told(town: Town, telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    reply = await answered(telegram, eve, "a secret question {{fail: 401}}")
    found = re.search(r"Error ([0-9a-f]{6})", reply["text"])
    assert found is not None

    told = (await answered(telegram, BOSS, f"/error {found[1]}"))["text"]

    assert told.startswith(f"Error {found[1]}\n20")
    assert "KeyRefused\nstatus 401" in told
    assert re.search(r"request req_\d+", told)
    assert re.search(r"Turn \d+", told)
    assert "gpt-6-luna" in told
    assert "secret" not in told


async def test_errors_are_remembered_over_a_restart(town: Town) -> None:
    await town.telegram.user("Boss", id=BOSS)
    eve = await town.telegram.user("Eve")
    async with town.bot(admin_user_ids=frozenset({BOSS})):
        await answered(town.telegram, eve, "{{fail: 401}}")

    async with town.bot(admin_user_ids=frozenset({BOSS})):
        listed = (await answered(town.telegram, BOSS, "/error"))["text"]

    assert re.fullmatch(r"/error [0-9a-f]{6} · \d{4}-\d\d-\d\d \d\d:\d\d · KeyRefused", listed)


async def test_a_broadcast_leaves_room_for_answers(telegram: TelegramClient, model: ModelClient) -> None:
    people = [await _talker(telegram, f"P{number}") for number in range(5)]
    await _tapped(telegram, await answered(telegram, BOSS, "/broadcast hello"), "Send it")

    replies = await asyncio.gather(*(answered(telegram, person, "{{say: still here}}") for person in people))
    await _report(telegram)

    assert await model.requests()
    assert {reply["text"] for reply in replies} <= {"still here", "hello"}
    assert await telegram.violations() == []
