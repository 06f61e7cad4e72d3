"""A drawing outlives the process: what is paid is delivered, and nothing is paid twice."""

import asyncio

from tests.crash.victim import victim
from tests.drawing.scenes import GENERATIONS, RED, colour, drawn, from_bot, is_like, orders, paid, picture
from tests.town import Town, button


async def test_a_picture_that_is_paid_is_delivered_after_a_crash(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        await town.telegram.fault(method="sendMediaGroup", status=500, times=1_000)
        await town.telegram.say(ada, "/imagine a red sofa, 2 pictures")
        await town.telegram.wait_for_calls(bool, method="sendMediaGroup")
        await asyncio.to_thread(bot.kill)
        await town.telegram.calm()

        await asyncio.to_thread(bot.start)
        messages = await drawn(town.telegram, ada, count=2)

    assert [is_like(colour(await picture(town.telegram, one)), RED) for one in messages] == [True, True]
    assert len(await from_bot(town.telegram, ada)) == 3  # two pictures, and their buttons
    assert await paid(town.model) == 2


async def test_what_may_have_been_paid_is_not_asked_for_again(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.pace_images(30)
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        asked = await town.telegram.say(ada, "/imagine a red sofa")
        await town.model.wait_for_requests(lambda requests: any(one["path"] == GENERATIONS for one in requests))
        await asyncio.to_thread(bot.kill)
        await town.model.pace_images(0)

        await asyncio.to_thread(bot.start)
        answer = await town.telegram.next_reply(ada, after=asked)
        asked_before = len(await orders(town.model))
        await town.telegram.tap(ada, answer["message_id"], button(answer, "Try again"))
        (message,) = await drawn(town.telegram, ada, after=answer["message_id"])

    assert "It may have been charged" in answer["text"]
    assert asked_before == 1
    assert is_like(colour(await picture(town.telegram, message)), RED)


async def test_a_stop_of_the_process_lets_the_picture_come(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.pace_images(1)
    async with town.bot():
        await town.telegram.say(ada, "/imagine a red sofa")
        await town.model.wait_for_requests(lambda requests: any(one["path"] == GENERATIONS for one in requests))

    assert len(await drawn(town.telegram, ada)) == 1
    assert await paid(town.model) == 1
