"""A stream that has to end by a time that is known only while it runs."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from conversation.money.errors import CodeTooLong
from domain.events import Event


async def until(events: AsyncGenerator[Event], end: Callable[[], float | None]) -> AsyncGenerator[Event]:
    """The events. Raises `CodeTooLong` once it is `end` of the loop's clock; None: there is none yet.

    Whoever has `events` closes it.
    """
    while True:
        clock = asyncio.timeout_at(end())
        try:
            async with clock:
                event = await anext(events)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if clock.expired():
                raise CodeTooLong("code has run for all minutes that are set aside for it") from None
            raise
        yield event
