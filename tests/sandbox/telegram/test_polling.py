"""getUpdates: waiting, confirming, choosing kinds, and one poller at a time."""

import asyncio
from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Clock


async def test_what_waits_is_given_again_until_it_is_confirmed(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.say(ada, "one")
    await people.say(ada, "two")

    first = await bot.updates()
    again = await bot.updates()
    rest = await bot.updates(offset=first[1]["update_id"])

    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert again == first
    assert rest == first[1:]
    assert await people.pending() == 1


async def test_a_poll_waits_for_the_next_update(bot: Bot, people: TelegramClient, ada: int) -> None:
    poll = asyncio.create_task(bot.updates(timeout=20))
    await people.wait_for_calls(lambda calls: len(calls) == 1, method="getUpdates")

    await people.say(ada, "hello")

    assert [update["message"]["text"] for update in await poll] == ["hello"]


async def test_a_poll_without_timeout_returns_at_once(bot: Bot) -> None:
    assert await bot.updates() == []


async def test_a_batch_is_no_larger_than_asked(bot: Bot, people: TelegramClient, ada: int) -> None:
    for word in ("one", "two", "three"):
        await people.say(ada, word)

    assert len(await bot.updates(limit=2)) == 2


async def test_a_negative_offset_keeps_the_last_ones_and_forgets_the_rest(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    for word in ("one", "two", "three"):
        await people.say(ada, word)

    last = await bot.updates(offset=-1)

    assert [update["message"]["text"] for update in last] == ["three"]
    assert await people.pending() == 1


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"limit": 0}, "between 1 and 100"),
        ({"limit": 101}, "between 1 and 100"),
        ({"timeout": 51}, "between 0 and 50"),
        ({"timeout": 0.5}, "must be an integer"),
        ({"allowed_updates": ["massage"]}, "must be one of"),
    ],
)
async def test_unsound_polls_are_refused(bot: Bot, params: dict[str, Any], refusal: str) -> None:
    assert refusal in await bot.refused("getUpdates", **params)


async def test_the_first_of_two_pollers_gets_409(bot: Bot, people: TelegramClient, ada: int) -> None:
    first = asyncio.create_task(bot.call("getUpdates", timeout=20))
    await people.wait_for_calls(lambda calls: len(calls) == 1, method="getUpdates")

    second = asyncio.create_task(bot.call("getUpdates", timeout=20))
    answer = await first
    await people.say(ada, "hello")

    assert answer.status == 409
    assert answer.body["description"].startswith("Conflict: terminated by other getUpdates request")
    assert (await second).status == 200


async def test_a_poller_that_went_away_is_nobodys_rival(bot: Bot, people: TelegramClient, ada: int) -> None:
    gone = asyncio.create_task(bot.updates(timeout=20))
    await people.wait_for_calls(lambda calls: len(calls) == 1, method="getUpdates")
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    await people.say(ada, "hello")

    assert await bot.heard() == ["hello"]


async def test_kinds_that_were_not_asked_for_are_lost(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot.updates(allowed_updates=["callback_query"])
    await people.say(ada, "lost")
    await bot.updates()  # says nothing of kinds: as before
    await people.say(ada, "lost too")
    await bot.updates(allowed_updates=[])
    await people.say(ada, "heard")

    assert await bot.heard() == ["heard"]


async def test_a_tap_waits_150_seconds_and_a_message_a_day(
    bot: Bot, people: TelegramClient, ada: int, clock: Clock
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = await bot("sendMessage", chat_id=ada, text="Choose", reply_markup=keyboard)
    await people.tap(ada, sent["message_id"], "a")
    await people.say(ada, "hello")

    clock.advance(150)
    after_minutes = await bot.updates()
    clock.advance(86_400)

    assert [list(update)[1] for update in after_minutes] == ["message"]
    assert await bot.updates() == []


async def test_raw_updates_are_given_as_they_are(bot: Bot, people: TelegramClient) -> None:
    number = await people.send_update({"message": {"text": 5}})
    repeated = await people.send_update({"update_id": number, "message": "twice"})

    assert repeated == number
    assert await bot.updates() == [
        {"update_id": number, "message": {"text": 5}},
        {"update_id": number, "message": "twice"},
    ]


async def test_a_confirmed_number_can_come_once_more(bot: Bot, people: TelegramClient) -> None:
    number = await people.send_update({"poll": {}})
    await bot.updates()
    await bot.updates(offset=number + 1)

    await people.send_update({"update_id": number, "poll": {}})

    assert len(await bot.updates(offset=number + 1)) == 1
    assert await bot.updates(offset=number + 1) == []


async def test_people_can_wait_until_everything_is_confirmed(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.say(ada, "hello")
    confirmed = asyncio.create_task(people.all_confirmed())
    [update] = await bot.updates()

    await bot.updates(offset=update["update_id"] + 1)

    await confirmed
    assert await people.pending() == 0
