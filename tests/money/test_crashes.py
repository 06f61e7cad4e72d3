"""Killed between setting money aside and settling: nothing that may have been paid is forgotten."""

import asyncio
from pathlib import Path

from domain.money import BOT, Purpose
from sandbox.model.client import Requests
from storage.database import Database
from storage.spending import Spending, Total
from tests.crash.victim import victim
from tests.drawing.scenes import GENERATIONS
from tests.money.books import LONG_AGO
from tests.town import Town, answered


async def test_an_answer_cut_off_by_a_kill_counts_as_expected_beside_the_one_made_again(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment()) as bot:
        await town.model.fault(path="/v1/responses", kind="hang")
        await asyncio.to_thread(bot.start)
        asked = await town.telegram.say(ada, "{{say: at last}}")
        await town.model.wait_for_requests(bool)
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        reply = await town.telegram.next_reply(ada, after=asked)
        await asyncio.to_thread(bot.kill)

    (chat,) = await _totals(town)
    assert reply["text"] == "at last"
    assert (chat.purpose, chat.calls) == (Purpose.CHAT, 2)
    assert 0 < chat.estimated_microdollars < chat.microdollars


async def test_a_picture_that_may_have_been_paid_counts_as_expected(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.pace_images(30)
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        asked = await town.telegram.say(ada, "/imagine a red sofa, low")
        await town.model.wait_for_requests(_is_drawing)
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        await town.telegram.next_reply(ada, after=asked)
        await asyncio.to_thread(bot.kill)

    (image,) = await _totals(town)
    assert (image.purpose, image.calls, image.unknown) == (Purpose.IMAGE, 1, 0)
    assert image.estimated_microdollars == image.microdollars > 0


async def test_what_is_set_aside_by_a_dead_process_holds_against_the_budget(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment(USER_DAILY_BUDGET="0.0009")) as bot:
        await town.model.fault(path="/v1/responses", kind="hang")
        await asyncio.to_thread(bot.start)
        asked = await town.telegram.say(ada, "{{say: hi}}")
        await town.model.wait_for_requests(bool)
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        reply = await town.telegram.next_reply(ada, after=asked)
        again = await answered(town.telegram, ada, "{{say: hi}}")
        await asyncio.to_thread(bot.kill)

    assert "Your budget for today" in reply["text"]
    assert "Your budget for today" in again["text"]
    assert len(await town.model.requests()) == 1


async def test_tools_of_an_answer_cut_off_by_a_kill_hold_against_the_budget(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.pace_searches(30)
    with victim(town.environment(USER_DAILY_BUDGET="0.03")) as bot:
        await asyncio.to_thread(bot.start)
        asked = await town.telegram.say(ada, "{{web: 1}} lighthouses")
        await town.model.wait_for_requests(bool)
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        await town.telegram.next_reply(ada, after=asked)
        await asyncio.to_thread(bot.kill)

    (chat,) = await _totals(town)
    first, second = [one["body"] for one in await town.model.requests()]
    kinds = [{one["type"] for one in body["tools"]} for body in (first, second)]
    assert ["web_search" in one for one in kinds] == [True, False]  # the first may have searched
    assert 10_000 < chat.estimated_microdollars <= chat.microdollars <= 30_000


def _is_drawing(requests: Requests) -> bool:
    return any(one["path"] == GENERATIONS for one in requests)


async def _totals(town: Town) -> list[Total]:
    async with Database.open(Path(town.data_dir) / "parley.db") as database:
        return await Spending(database).totals(BOT, LONG_AGO)
