"""Where updates come in, by poll or by webhook: written to the inbox first, then handed on."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.intake.dispatcher import Dispatcher
from bot.intake.keys import key_of, lane_of
from storage.inbox import Inbox

log = logging.getLogger(__name__)

UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "stopped_message_generation")
"""The `allowed_updates` we ask for; kinds not named are lost, and not naming any keeps an old choice."""


class Reception:
    def __init__(self, inbox: Inbox, dispatcher: Dispatcher) -> None:
        self._inbox = inbox
        self._dispatcher = dispatcher

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Once this returns, the updates may be acknowledged. Repeats are dropped. Raises what storage raises."""
        known = [update for update in updates if isinstance(update.get("update_id"), int)]
        if len(known) < len(updates):
            log.warning("dropped %s updates without an update_id", len(updates) - len(known))
        if not known:
            return
        rows = await self._inbox.accept([(update, key_of(update), lane_of(update)) for update in known])
        for row in rows:
            self._dispatcher.put(row)
