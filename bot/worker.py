"""Works a batch of updates: each through the handlers, what they ask for through the heart, as one turn."""

import dataclasses
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import reduce
from itertools import pairwise

from telegram import Update

from bot.intake.attempts import TurnInterrupted
from bot.intake.keys import goes_on
from bot.pace import Pace
from conversation.money.payer import NOBODY, Payer, paid_by
from conversation.turns import Conversations
from domain.turn import ConversationKey, Turn
from handlers.addressing import is_for
from handlers.context import BotApplication, Work, current_work
from handlers.incoming import readable
from storage.inbox import Inbox, InboxRow

log = logging.getLogger(__name__)


class Worker:
    """What intake calls. It raises when a batch could not be worked, and intake tries again.

    `on_worked` is told that a turn is answered. What is not admitted has been forgotten before it was worked.
    """

    def __init__(
        self,
        application: BotApplication,
        conversations: Conversations,
        inbox: Inbox,
        *,
        pace: Pace,
        on_worked: Callable[[], None],
        admits: Callable[[InboxRow], Awaitable[bool]],
    ) -> None:
        self._pace = pace
        self._on_worked = on_worked
        self._admits = admits
        self._application = application
        self._conversations = conversations
        self._inbox = inbox

    async def handle(self, batch: Sequence[InboxRow]) -> None:
        """All messages of the batch that ask for an answer are answered together."""
        batch = await self._admitted(batch)
        if not batch:
            return
        updates = [Update.de_json(dict(readable(row)), self._application.bot) for row in batch]
        called_albums = self._called_albums(updates)
        followed = [goes_on(row.raw, before.raw) for before, row in pairwise(batch)] + [False]
        asked = [
            turn
            for row, update, is_followed in zip(batch, updates, followed, strict=True)
            for turn in await self._turns_of(row.key, update, called_albums, is_followed=is_followed)
        ]
        update_ids = tuple(row.update_id for row in batch)
        if not asked:
            await self._inbox.done(update_ids)
            return
        if len(asked) > 1 and any(turn.task for turn in asked) and not _is_whole(batch):
            raise ValueError("a task among other messages: each is worked for itself")
        if not self._conversations.belong_together(asked):
            raise ValueError("messages of several threads: each is worked for itself")
        task = next((turn.task for turn in asked if turn.task), "")
        turn = dataclasses.replace(reduce(Turn.joined_with, asked), update_ids=update_ids, task=task)
        await self._pace.admit(turn)
        admitted = await self._admitted(batch)
        if len(admitted) < len(batch):  # since it was looked at
            await self.handle(admitted)
            return
        thread_id, steps = await self._conversations.begin(turn)
        try:
            await self._conversations.work(turn, thread_id, steps)
            self._on_worked()
        except Exception as error:
            raise TurnInterrupted(turn.id) from error

    async def _admitted(self, batch: Sequence[InboxRow]) -> Sequence[InboxRow]:
        admitted = [row for row in batch if await self._admits(row)]
        refused = [row.update_id for row in batch if row not in admitted]
        if refused:
            log.info("%s updates are forgotten before they were worked", len(refused))
            await self._inbox.done(refused)
        return admitted

    async def resume(self, turn_id: int) -> None:
        await self._conversations.resume(turn_id)
        self._on_worked()

    async def abandon(self, turn_id: int, reason: str) -> None:
        update_ids = await self._conversations.abandon(turn_id)
        await self._inbox.set_aside(update_ids, reason)

    def _called_albums(self, updates: Sequence[Update]) -> frozenset[str]:
        """Albums of which one message calls the bot: the words are under one picture only."""
        me = self._application.bot.bot
        messages = [update.message for update in updates if update.message is not None]
        called = (
            message.media_group_id
            for message in messages
            if is_for(me, message) or (message.caption or "").startswith("/")
        )
        return frozenset(album for album in called if album is not None)

    async def _turns_of(
        self, key: ConversationKey, update: Update, called_albums: frozenset[str], *, is_followed: bool
    ) -> Sequence[Turn]:
        work = Work(update.update_id, called_albums=called_albums, is_followed=is_followed)
        token = current_work.set(work)
        try:
            with paid_by(_payer(key, update)):
                await self._application.process_update(update)
        finally:
            current_work.reset(token)
        if work.failure is not None:
            raise work.failure
        return work.turns


def _payer(key: ConversationKey, update: Update) -> Payer:
    """Who pays for what a command looks up at once, before there is a turn or without one."""
    user = update.effective_user
    return NOBODY if user is None else Payer(user.id, key, 0, user.language_code or "")


def _is_whole(batch: Sequence[InboxRow]) -> bool:
    """One album, or one text that was cut: its first message bears the command for all of them."""
    return all(goes_on(row.raw, before.raw) for before, row in pairwise(batch))
