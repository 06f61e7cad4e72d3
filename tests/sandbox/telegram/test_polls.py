"""Polls of people: asked, answered, taken back, closed."""

from typing import Any

import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram.bot import Bot


async def test_the_bot_reads_a_poll_of_a_person(people: TelegramClient, bot: Bot, ada: int) -> None:
    await people.poll(ada, "Tea or coffee?", ["Tea", "Coffee"], is_anonymous=False)

    (update,) = await bot.updates()
    poll = update["message"]["poll"]
    assert (poll["question"], poll["is_anonymous"]) == ("Tea or coffee?", False)
    assert [option["text"] for option in poll["options"]] == ["Tea", "Coffee"]


async def test_votes_are_counted_and_can_be_changed(people: TelegramClient, ada: int) -> None:
    grace = await people.user("Grace")
    group = await people.group("Club", [ada, grace])
    poll = await people.poll(group, "Tea?", ["Yes", "No"], user=ada)
    await people.vote(group, poll, [0], user=ada)
    await people.vote(group, poll, [0], user=grace)
    first = await _counts(people, group)
    await people.vote(group, poll, [1], user=grace)
    second = await _counts(people, group)
    await people.vote(group, poll, [], user=ada)

    assert (first, second, await _counts(people, group)) == ([2, 2, 0], [2, 1, 1], [1, 0, 1])


async def test_a_forwarded_poll_is_the_same_poll(people: TelegramClient, ada: int) -> None:
    group = await people.group("Club", [ada])
    poll = await people.poll(ada, "Tea?", ["Yes", "No"])
    forwarded = await people.forward(ada, poll, group, user=ada)
    await people.vote(group, forwarded, [1], user=ada)

    assert await _counts(people, ada) == [1, 0, 1]


@pytest.mark.parametrize(
    ("more", "first", "second"),
    [
        ({}, [0, 1], None),
        ({}, [2], None),
        ({"allows_multiple_answers": True}, [0, 0], None),
        ({"correct_option_ids": [0]}, [1], [0]),
        ({"allows_revoting": False}, [1], []),
    ],
)
async def test_votes_against_the_rules_are_refused(
    people: TelegramClient, ada: int, more: dict[str, Any], first: list[int], second: list[int] | None
) -> None:
    poll = await people.poll(ada, "Tea?", ["Yes", "No"], **more)

    with pytest.raises(SandboxRefused):
        await _vote_all(people, ada, poll, [first, second])


async def test_a_closed_poll_takes_no_votes(people: TelegramClient, ada: int) -> None:
    poll = await people.poll(ada, "Tea?", ["Yes", "No"])
    await people.stop_poll(ada, poll)

    with pytest.raises(SandboxRefused, match="closed"):
        await people.vote(ada, poll, [0])


async def test_the_bot_hears_that_a_poll_was_closed(people: TelegramClient, bot: Bot, ada: int) -> None:
    poll = await people.poll(ada, "Tea?", ["Yes", "No"])
    await people.stop_poll(ada, poll)

    *_, update = await bot.updates()
    assert (update["poll"]["question"], update["poll"]["is_closed"]) == ("Tea?", True)


@pytest.mark.parametrize(
    ("question", "options"), [(" ", ["a", "b"]), ("?", ["a"]), ("?", ["a", " "]), ("?", ["a"] * 13)]
)
async def test_half_a_poll_is_refused(
    people: TelegramClient, ada: int, question: str, options: list[str]
) -> None:
    with pytest.raises(SandboxRefused):
        await people.poll(ada, question, options)


async def test_nobody_tells_the_bot_of_votes_in_polls_of_others(
    people: TelegramClient, bot: Bot, ada: int
) -> None:
    poll = await people.poll(ada, "Tea?", ["Yes", "No"], is_anonymous=False)
    await people.vote(ada, poll, [0])

    assert [sorted(update) for update in await bot.updates()] == [["message", "update_id"]]


async def _vote_all(people: TelegramClient, chat_id: int, poll: int, answers: list[list[int] | None]) -> None:
    for answer in answers:
        if answer is not None:
            await people.vote(chat_id, poll, answer)


async def _counts(people: TelegramClient, chat_id: int) -> list[int]:
    """How many voted, and for each option."""
    poll = (await people.messages(chat_id))[-1]["poll"]
    return [poll["total_voter_count"], *(option["voter_count"] for option in poll["options"])]
