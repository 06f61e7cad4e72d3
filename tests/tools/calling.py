"""Calls a tool as the model would."""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

from domain.turn import ChatKind, ConversationKey
from tools.kit import Caller, function_of

ADA = Caller(7, "Ada", "en", ConversationKey(7), ChatKind.PRIVATE, "turn:1:0", ZoneInfo("Europe/Berlin"))
STRANGER = Caller(8, "Bob", "en", ConversationKey(8), ChatKind.PRIVATE, "turn:2:0")


async def call(function: Callable[..., object], by: Caller = ADA, /, **given: object) -> str:
    """What the model reads of the result, its arguments having been JSON."""
    return await function_of(function).invoke(json.loads(json.dumps(given)), by)
