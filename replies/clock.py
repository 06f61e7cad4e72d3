"""Time as replies see it, so that tests can let it pass faster."""

import asyncio
import time


class Clock:
    """Monotonic seconds and ways to wait for them. With `speed` 10 a second passes in a tenth of one."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    def now(self) -> float:
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Waits for the event at most so long, or for ever; True if it happened."""
        if event.is_set():
            return True
        try:
            async with asyncio.timeout(None if seconds is None else seconds / self._speed):
                return await event.wait()
        except TimeoutError:
            return False
