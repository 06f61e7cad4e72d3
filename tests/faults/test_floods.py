"""Very much from one person: only that person waits."""

import asyncio

from sandbox.telegram.client import TelegramClient
from tests.town import Town, texts

_MANY = 250  # more than one conversation may keep in memory


async def test_a_flood_of_commands_from_one_person_delays_nobody_else(telegram: TelegramClient) -> None:
    flo, vic = await telegram.user("Flo"), await telegram.user("Vic")
    await asyncio.gather(*(telegram.say(flo, "/help") for _ in range(_MANY)))

    await telegram.say(vic, "{{say: here}}")

    assert (await telegram.next_reply(vic))["text"] == "here"
    assert len(texts(await telegram.messages(flo))) < 2 * _MANY


async def test_who_floods_can_still_stop_the_answer(telegram: TelegramClient) -> None:
    flo = await telegram.user("Flo")
    await telegram.say(flo, "{{hang}}")
    await telegram.wait_for_calls(bool, method="sendMessageDraft")
    await asyncio.gather(*(telegram.say(flo, "more") for _ in range(_MANY)))

    await telegram.say(flo, "/stop")

    assert (await telegram.next_reply(flo))["text"] == "Stopped."


async def test_a_flood_that_was_left_behind_delays_nobody_after_a_restart(town: Town) -> None:
    flo, vic = await town.telegram.user("Flo"), await town.telegram.user("Vic")
    async with town.bot():
        await asyncio.gather(*(town.telegram.say(flo, "/help") for _ in range(_MANY)))
        await town.telegram.next_reply(flo)

    async with town.bot():
        await town.telegram.say(vic, "{{say: here}}")

        assert (await town.telegram.next_reply(vic))["text"] == "here"
