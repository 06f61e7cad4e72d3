"""What code makes reaches the person: cited or not, once, and if it is lost that is said."""

import asyncio
from typing import Any

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import CHINESE_SALES, SALES, reply, tool
from tests.town import Town, answered, settled, until


async def _photos(telegram: TelegramClient, chat: int) -> list[dict[str, Any]]:
    return [one for one in await telegram.messages(chat) if "photo" in one]


async def test_a_picture_that_the_answer_does_not_name_is_shown_as_well(
    telegram: TelegramClient, model: ModelClient, bot: Parley
) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))

    await answered(telegram, ada, "{{python: chart uncited}}")
    await settled(bot, telegram)

    assert len(await _photos(telegram, ada)) == 1


async def test_an_earlier_picture_is_not_shown_again(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))
    await answered(telegram, ada, "Draw a line chart of these sales")

    await answered(telegram, ada, "Make a csv file of this table")
    await settled(bot, telegram)

    assert len(await _photos(telegram, ada)) == 1


async def test_a_file_that_is_lost_before_it_is_fetched_is_told(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    sent = await telegram.send_document(ada, SALES, name="sales.csv", caption="?")
    await reply(telegram, ada, sent)
    [container] = await model.containers()
    await model.fault(path=f"/v1/containers/{container['id']}/files/*", times=50, status=404)

    told = (await answered(telegram, ada, "Draw a line chart of these sales"))["text"]

    assert "chart.png is lost" in told


async def test_code_that_fails_is_told_by_the_model(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))
    await model.fail_code()

    assert (await answered(telegram, ada, "Draw a line chart of these sales"))["text"]
    assert await _photos(telegram, ada) == []


async def test_a_chart_without_a_file_in_chinese_brings_a_font_along(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    await answered(telegram, ada, "画一张销售额的图表 chart")

    offered = await tool(model, "code_interpreter")
    assert offered is not None
    [font] = await model.files()
    assert offered["container"]["file_ids"] == [font["id"]]
    assert "chart-font" in font["name"]


async def test_a_deleted_thread_takes_all_it_had_along(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot() as bot:
        sent = await town.telegram.send_document(ada, CHINESE_SALES, name="销售.csv", caption="?")
        await reply(town.telegram, ada, sent)
        assert await town.model.containers()

        await asyncio.gather(*(bot.cabinet.forget(f"thread:{number}") for number in (1, 2)))

        async def gone() -> bool:
            return await town.model.containers() == []

        assert await until(gone)
        assert await bot.cabinet.listed("thread:1") == []


async def test_files_and_where_they_lie_survive_a_restart(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot():
        sent = await town.telegram.send_document(ada, SALES, name="sales.csv", caption="?")
        await reply(town.telegram, ada, sent)

    async with town.bot():
        await answered(town.telegram, ada, "Draw a line chart of these sales")
        assert await town.telegram.wait_for(ada, lambda seen: any("photo" in one for one in seen))

    assert len(await town.model.containers()) == 1
