"""Where updates come in, by poll or by webhook: written to the inbox first, then handed on."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.intake.dispatcher import Dispatcher
from bot.intake.keys import key_of, lane_of, update_id_of
from storage.inbox import Inbox
from storage.turns import Turns

log = logging.getLogger(__name__)

UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "stopped_message_generation")
"""The `allowed_updates` we ask for; kinds not named are lost, and not naming any keeps an old choice."""

_ROWS_PER_PAGE = 500


class Reception:
    def __init__(self, inbox: Inbox, dispatcher: Dispatcher) -> None:
        self._inbox = inbox
        self._dispatcher = dispatcher

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Once this returns, the updates may be acknowledged. Repeats are dropped. Raises if storage does."""
        known = [update for update in updates if update_id_of(update) is not None]
        if len(known) < len(updates):
            log.warning("dropped %s updates without an update_id", len(updates) - len(known))
        rows = await self._inbox.accept([(update, key_of(update), lane_of(update)) for update in known])
        for row in rows:
            self._dispatcher.put(row)

    async def recover(self, turns: Turns) -> None:
        """Queues what the last run left unfinished; call before anything new is received."""
        begun: set[int] = set()
        for stored in await turns.open_turns():
            begun.update(stored.turn.update_ids)
            self._dispatcher.put_turn(stored.turn.key, stored.turn.id)
        rows = await self._inbox.waiting(0, _ROWS_PER_PAGE)
        while rows:
            for row in rows:
                if row.update_id not in begun:
                    self._dispatcher.put(row)
            rows = await self._inbox.waiting(rows[-1].update_id, _ROWS_PER_PAGE)
