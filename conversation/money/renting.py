"""What is kept at the provider and paid for by time: containers when they are made, stores day by day."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from conversation.money.ledger import Bill, Paying
from domain.catalogue import Catalogue
from domain.errors import UserFacingError
from domain.hosting import Hosting
from domain.money import Consumed, Purpose, hosted_cost

log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Renting:
    """Books what `hosting` keeps for us."""

    hosting: Hosting
    paying: Paying
    catalogue: Callable[[], Catalogue]

    async def container(self, name: str) -> str:
        """Makes one: its session begins, on the bill of whoever needs it. Raises `UserFacingError`.

        Where budgets hold it may cost no more than half of what is left, so that there is an answer, too.
        """
        prices = self.catalogue().hosted
        price = hosted_cost(prices, "code", Consumed(minutes=prices.container_least_minutes))
        bill = Bill(Purpose.CODE, "code", price, None if price is None else 2 * price)
        async with self.paying.paying(bill) as entry:
            container_id = await self.hosting.create_container(name)
            now = time.monotonic()
            minutes = self.paying.sessions.used(container_id, now, now, least=prices.container_least_minutes)
            await entry.settle_tool("code", Consumed(minutes=minutes))
        return container_id

    async def run(self) -> None:
        """Books what lies in stores, day by day, until cancelled. It is the bot that pays for it."""
        while True:
            try:
                await self.stores()
            except UserFacingError as error:
                log.info("what is stored at the provider is not known: %s", type(error).__name__)
            except Exception:
                log.exception("what is stored at the provider could not be booked; trying again later")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def stores(self) -> None:
        """Books this day, once, by what is stored now beyond what is free. Raises `UserFacingError`."""
        name, prices = f"storage/{self.paying.now():%Y-%m-%d}", self.catalogue().hosted
        if not self.hosting.can_search or await self.paying.ledger.has(name):
            return
        stored_bytes = await self.hosting.stored_bytes() - prices.storage_free_bytes
        if stored_bytes > 0:
            await self.paying.book(name, "storage", Consumed(stored_bytes=stored_bytes))
