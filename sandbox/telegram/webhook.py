"""Delivery of updates to a webhook: each queue in order, queues side by side, again and again until a 2xx."""

import asyncio
import json

import aiohttp

from sandbox.telegram.updates import Pending
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MOST_WAIT_SECONDS = 60.0
_MOST_RETRY_AFTER_SECONDS = 3600.0
_ANSWER_SECONDS = 60.0


class Webhook:
    """Owns one task per queue that has something to deliver."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def deliver(self) -> None:
        """Runs until cancelled."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)) as session:
                while True:
                    version = self._world.changes.version("updates"), self._world.changes.version("webhook")
                    self._start(session)
                    await self._something_new(*version)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _start(self, session: aiohttp.ClientSession) -> None:
        """A task for every queue that waits, as far as connections are allowed."""
        if not self._world.webhook:
            return
        for update in self._world.updates.pending:
            if len(self._busy) >= self._world.webhook["max_connections"]:
                return
            if update.queue not in self._busy:
                task = asyncio.create_task(self._drain(session, update.queue))
                self._busy[update.queue] = task

    async def _something_new(self, updates: int, webhook: int) -> None:
        changes = self._world.changes
        waits = [
            asyncio.create_task(changes.beyond("updates", updates, _MOST_WAIT_SECONDS)),
            asyncio.create_task(changes.beyond("webhook", webhook, _MOST_WAIT_SECONDS)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _drain(self, session: aiohttp.ClientSession, queue: str) -> None:
        """Everything of one queue, in order."""
        try:
            while self._world.webhook and (update := self._first(queue)) is not None:
                if await self._insist(session, update):
                    self._world.updates.drop(update)
        finally:
            self._busy.pop(queue, None)
            self._world.changes.bump("webhook")

    def _first(self, queue: str) -> Pending | None:
        self._world.updates.drop_expired()
        return next((update for update in self._world.updates.pending if update.queue == queue), None)

    async def _insist(self, session: aiohttp.ClientSession, update: Pending) -> bool:
        """True once it is taken; False if nobody wants it any more."""
        wait = self._world.switches.webhook_retry_seconds
        while (hook := self._world.webhook) and update in self._world.updates.pending:
            trouble, retry_after = await _post(session, hook, update.body)
            if trouble is None:
                return True
            hook |= {"last_error_date": now(), "last_error_message": trouble}
            await asyncio.sleep(wait if retry_after is None else retry_after)
            wait = min(wait * 2, _MOST_WAIT_SECONDS)
        return False


async def _post(session: aiohttp.ClientSession, hook: Json, update: Json) -> tuple[str | None, float | None]:
    """What went wrong, if anything, and for how long the other side asked to be left alone."""
    headers = {"Content-Type": "application/json"} | (
        {_SECRET_HEADER: hook["secret"]} if hook["secret"] else {}
    )
    try:
        async with session.post(hook["url"], data=json.dumps(update), headers=headers) as response:
            if 200 <= response.status < 300:
                return None, None
            asked = response.headers.get("Retry-After", "")
            seconds = min(float(asked), _MOST_RETRY_AFTER_SECONDS) if asked.isdecimal() else None
            return f"Wrong response from the webhook: {response.status} {response.reason}", seconds
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return f"Connection failed: {type(error).__name__}", None
