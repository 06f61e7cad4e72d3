"""A storage that takes no answer for a while: the answer waits, and is not paid twice."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, lines

REFUSE = (
    "CREATE TRIGGER refuse BEFORE INSERT ON steps WHEN new.step = 'generate' "
    "BEGIN SELECT RAISE(ABORT, 'no room'); END"
)


async def _changed(town: Town, statement: str) -> None:
    def work() -> None:
        with closing(sqlite3.connect(town.settings().database_path, timeout=10)) as connection:
            connection.execute(statement)
            connection.commit()

    await asyncio.to_thread(work)


async def _interrupted(caplog: pytest.LogCaptureFixture, times: int) -> None:
    async with asyncio.timeout(20):
        while len(lines(caplog, "could not be resumed")) < times:  # noqa: ASYNC110  # a log tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("bot")
async def test_an_answer_that_could_not_be_recorded_is_not_paid_again(
    town: Town, telegram: TelegramClient, model: ModelClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user("Ada")
    await _changed(town, REFUSE)
    await telegram.say(ada, "{{say: kept}}")
    await _interrupted(caplog, times=2)

    await _changed(town, "DROP TRIGGER refuse")

    assert (await telegram.next_reply(ada))["text"] == "kept"
    assert len(await model.requests()) == 1


async def test_an_answer_that_can_never_be_recorded_is_given_up(
    bot: Parley, town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await _changed(town, REFUSE)

    await telegram.say(ada, "{{say: lost}}")
    told = await telegram.next_reply(ada)

    assert told["text"].startswith("Something went wrong on my side.")
    assert len(await model.requests()) == 1
    assert (await bot.inbox.counts()).set_aside == 1
