"""Several pieces of paid work, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from domain.errors import UserFacingError

AT_ONCE: Final = 4


async def several(numbers: Iterable[int], work: Callable[[int], Awaitable[None]]) -> None:
    """Does the work for each of them. Raises its first `UserFacingError`.

    After that those on the way still end, so that what they cost is not lost, and no others begin.
    """
    waiting = iter(numbers)
    failures: list[UserFacingError] = []

    async def some() -> None:
        for number in waiting:
            if failures:
                return
            try:
                await work(number)
            except UserFacingError as error:
                failures.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(some())
    if failures:
        raise failures[0]
