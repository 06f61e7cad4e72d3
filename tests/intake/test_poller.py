"""The poller: keeps first, confirms after, and survives whatever Telegram or the disk does."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest

from bot.intake.poller import Poller
from bot.intake.reception import UPDATE_KINDS
from replies.errors import Flood
from storage.database import Database
from tests.intake.desk import LARGE, Desk, fill_disk, free_disk, message


class Taken(Exception):
    """Somebody else polls (409)."""


class Telegram:
    """Telegram's side of the poll: holds updates until a later offset confirms them."""

    def __init__(self) -> None:
        self.pending: list[dict[str, Any]] = []
        self.troubles: deque[Exception] = deque()
        self.offsets: list[int | None] = []
        self.kinds: Sequence[str] = ()
        self.waits = True
        self._news = asyncio.Condition()

    async def get_updates(
        self, offset: int | None, *, timeout_seconds: int, kinds: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        async with self._news:
            self.offsets.append(offset)
            self.kinds = kinds
            self._news.notify_all()
            if self.troubles:
                raise self.troubles.popleft()
            self.pending = [
                update for update in self.pending if offset is None or update["update_id"] >= offset
            ]
            if timeout_seconds and self.waits:
                await self._news.wait_for(lambda: bool(self.pending))
            return list(self.pending)

    async def send(self, *updates: dict[str, Any]) -> None:
        async with self._news:
            self.pending += updates
            self._news.notify_all()

    async def until_asked_for(self, offset: int) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: offset in self.offsets)

    async def until_polls(self, count: int) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.offsets) >= count)


@contextlib.asynccontextmanager
async def polling(telegram: Telegram, desk: Desk) -> AsyncGenerator[Poller]:
    poller = Poller(telegram, desk.reception, conflict=Taken, first_backoff_seconds=0.001)
    task = asyncio.create_task(poller.run())
    try:
        yield poller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


async def test_updates_are_worked_and_confirmed_by_the_next_poll(telegram: Telegram, desk: Desk) -> None:
    async with polling(telegram, desk):
        await telegram.send(message(7), message(8, chat_id=2))
        await desk.settled(7, 8)
        await telegram.until_asked_for(9)

    assert telegram.pending == []


async def test_updates_are_kept_before_they_are_confirmed(telegram: Telegram, desk: Desk) -> None:
    desk.worker.gate.clear()
    async with polling(telegram, desk):
        await telegram.send(message(7))
        await telegram.until_asked_for(8)

        assert await desk.unfinished() == [7]


async def test_the_kinds_of_updates_are_asked_for_by_name(telegram: Telegram, desk: Desk) -> None:
    async with polling(telegram, desk):
        await telegram.until_polls(1)

    assert telegram.kinds == UPDATE_KINDS
    assert {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "stopped_message_generation",
    } == set(UPDATE_KINDS)


async def test_what_cannot_be_kept_is_not_confirmed_and_comes_again(
    telegram: Telegram, desk: Desk, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await fill_disk(database)
    async with polling(telegram, desk) as poller:
        await telegram.send(message(7, text=LARGE))
        await telegram.until_polls(4)
        assert set(telegram.offsets) == {None}
        assert poller.last_good is None

        await free_disk(database)
        await desk.settled(7)

    assert [record.levelname for record in caplog.records if "could not be kept" in record.message] == ["ERROR"]


async def test_a_lost_network_is_told_once_and_so_is_its_return(
    telegram: Telegram, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    telegram.troubles.extend([ConnectionError("no route")] * 5)

    async with polling(telegram, desk):
        await telegram.send(message(7))
        await desk.settled(7)

    told = [record.message for record in caplog.records if record.name == "bot.intake.poller"]
    assert told == [
        "no updates from Telegram (ConnectionError: no route); trying again",
        "receiving updates again after 5 failed tries",
    ]


async def test_another_instance_is_named_once_even_after_other_trouble(
    telegram: Telegram, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.troubles.extend([ConnectionError("no route"), Taken(), Taken(), Taken()])

    async with polling(telegram, desk):
        await telegram.send(message(7))
        await desk.settled(7)

    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert told == ["another instance is receiving the updates of this bot's token: stop it; trying again"]


async def test_a_good_poll_is_remembered(telegram: Telegram, desk: Desk) -> None:
    async with polling(telegram, desk) as poller:
        assert poller.last_good is None
        await telegram.send(message(7))
        await desk.settled(7)

        await telegram.until_polls(2)
        assert poller.last_good is not None


async def test_a_pause_that_telegram_orders_is_kept(telegram: Telegram, desk: Desk) -> None:
    telegram.troubles.append(Flood(0.4))
    loop = asyncio.get_running_loop()
    began = loop.time()

    async with polling(telegram, desk):
        await telegram.until_polls(2)

    assert loop.time() - began >= 0.4


async def test_a_server_that_does_not_wait_is_not_asked_all_the_time(telegram: Telegram, desk: Desk) -> None:
    telegram.waits = False
    loop = asyncio.get_running_loop()
    began = loop.time()

    async with polling(telegram, desk):
        await telegram.until_polls(4)

    assert loop.time() - began >= 3 * 0.2


async def test_on_the_way_out_what_is_kept_is_confirmed(telegram: Telegram, desk: Desk) -> None:
    async with polling(telegram, desk) as poller:
        await telegram.send(message(7))
        await desk.settled(7)
        await telegram.until_asked_for(8)
    telegram.pending = [message(7)]

    await poller.confirm()

    assert telegram.pending == []


async def test_leaving_does_not_fail_when_telegram_does(telegram: Telegram, desk: Desk) -> None:
    async with polling(telegram, desk) as poller:
        await telegram.send(message(7))
        await telegram.until_asked_for(8)
    telegram.troubles.append(ConnectionError("no route"))

    await poller.confirm()

    assert telegram.offsets[-1] == 8


async def test_leaving_before_anything_came_confirms_nothing(telegram: Telegram, desk: Desk) -> None:
    poller = Poller(telegram, desk.reception, conflict=Taken)

    await poller.confirm()

    assert telegram.offsets == []
