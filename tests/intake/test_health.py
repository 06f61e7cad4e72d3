"""A polling bot is ready while its polls succeed."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.intake.health import OLDEST_GOOD_POLL_SECONDS, Health
from bot.intake.poller import Poller
from storage.database import Database
from tests.intake.desk import Desk


class Nothing:
    """A Telegram without updates."""

    async def get_updates(
        self, offset: int | None, *, timeout_seconds: int, kinds: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        return []


def polling(database: Database, desk: Desk, *, last_good: float | None) -> Health:
    poller = Poller(Nothing(), desk.reception, conflict=ConnectionError)
    poller.last_good = last_good
    return Health(database, desk.inbox, desk.dispatcher, poller)


async def test_before_the_first_poll_it_is_not_ready(database: Database, desk: Desk) -> None:
    is_ready, numbers = await polling(database, desk, last_good=None).report()

    assert not is_ready
    assert numbers["last_poll_seconds_ago"] is None


async def test_after_a_poll_it_is_ready(database: Database, desk: Desk) -> None:
    is_ready, numbers = await polling(database, desk, last_good=time.monotonic()).report()

    assert is_ready
    assert numbers["last_poll_seconds_ago"] == 0


async def test_when_the_last_good_poll_is_long_ago_it_is_not_ready(database: Database, desk: Desk) -> None:
    long_ago = time.monotonic() - OLDEST_GOOD_POLL_SECONDS - 1

    is_ready, _ = await polling(database, desk, last_good=long_ago).report()

    assert not is_ready
