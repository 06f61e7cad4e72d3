"""Signs of life beside an answer: "recording a voice message…", as long as it takes."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from domain.errors import ReaderGone
from domain.reply import ChatAction
from domain.turn import ConversationKey
from replies.errors import Flood, MethodMissing, TelegramRefusal, Unreachable
from replies.gateway import Gateway

log = logging.getLogger(__name__)

_AGAIN_SECONDS: Final = 4.5  # Telegram shows an action for 5 s


@asynccontextmanager
async def acting(gateway: Gateway, key: ConversationKey, action: ChatAction) -> AsyncGenerator[None]:
    """Shows what the bot is doing until the block is left, within the chat's budget. Raises nothing."""
    task = asyncio.create_task(_act(gateway, key, action))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _act(gateway: Gateway, key: ConversationKey, action: ChatAction) -> None:
    try:
        while True:
            try:
                await gateway.chat_action(key, action)
            except (Flood, Unreachable) as error:
                log.debug("a sign of life was skipped: %s", error)
            await gateway.governor.clock.sleep(_AGAIN_SECONDS)
    except (ReaderGone, TelegramRefusal, MethodMissing) as error:
        log.info("no signs of life in chat %s: %s", key.chat_id, error)
    except Exception:
        log.exception("signs of life ended early")
