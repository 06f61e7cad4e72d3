"""Saying something to everybody who talks to the bot: once to each, whatever happens on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.texts import Sentence, Text
from storage.broadcasts import Broadcast, Broadcasts, Reached

log = logging.getLogger(__name__)

Send = Callable[[int, str], Awaitable[Reached]]
"""Says something in a private chat, as the flood limits allow, and tells what became of it."""


@dataclass(frozen=True, slots=True)
class Broadcasting:
    """`report` tells the admin who ordered it, `may_talk` who is not shut out of the bot.

    One message is on its way at a time, so that answers go first.
    """

    broadcasts: Broadcasts
    send: Send
    report: Callable[[int, Sentence], Awaitable[None]]
    may_talk: Callable[[int], bool]
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def readers(self) -> list[int]:
        """Whom it would reach now: all who have talked to the bot in private, and still may."""
        return [chat_id for chat_id in await self.broadcasts.people() if self.may_talk(chat_id)]

    async def begin(self, broadcast_id: int) -> bool:
        """Settles who gets it; the sending is the work of `run`. False if it was begun or dropped before."""
        is_new = await self.broadcasts.begin(broadcast_id, await self.readers())
        self._begun.set()
        return is_new

    async def run(self) -> None:
        """Until cancelled: sends what a restart interrupted, then what is begun.

        Whom a message was on its way to when the process ended does not get it again.
        """
        while True:
            self._begun.clear()
            for broadcast_id in await self.broadcasts.unfinished():
                await self._send_all(broadcast_id)
            await self._begun.wait()

    async def _send_all(self, broadcast_id: int) -> None:
        words = await self.broadcasts.words(broadcast_id)
        while (chat_id := await self.broadcasts.take(broadcast_id)) is not None:
            try:
                reached = await self.send(chat_id, words)
            except Exception:
                log.exception("broadcast %s could not be sent to one of its readers", broadcast_id)
                reached = Reached.FAILED
            await self.broadcasts.settle(broadcast_id, chat_id, reached)
        done = await self.broadcasts.finish(broadcast_id)
        log.info("broadcast %s is done: %s readers", broadcast_id, done.readers)
        await self.report(done.admin_id, _report(done))


def _report(done: Broadcast) -> Text:
    return Text(
        "Everybody has it: sent {sent}, blocked me {blocked}, failed {failed}, not known {unknown}.",
        sent=done.counts.get(Reached.SENT, 0),
        blocked=done.counts.get(Reached.BLOCKED, 0),
        failed=done.counts.get(Reached.FAILED, 0),
        unknown=done.counts.get(Reached.SENDING, 0),
    )
