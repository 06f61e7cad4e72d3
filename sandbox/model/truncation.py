"""What `truncation: auto` leaves of a prompt that is too long: its newest messages."""

from dataclasses import replace

from sandbox.model.asked import Asked
from sandbox.model.models import Served
from sandbox.model.tokens import count


def fitted(asked: Asked, model: Served) -> Asked:
    """Without its oldest messages, and without outputs whose calls are gone with them."""
    if asked.body.get("truncation") != "auto":
        return asked
    first, *sizes = _sizes(asked)
    left = model.context_tokens - first - sum(sizes)
    dropped = 0
    while left < 0 and dropped < len(sizes) - 1:
        left += sizes[dropped]
        dropped += 1
    if not dropped:
        return asked
    kept = asked.messages[dropped:]
    calls = {message.call_id for message in kept if message.role == "call"}
    return replace(
        asked, messages=tuple(message for message in kept if message.role != "tool" or message.call_id in calls)
    )


def _sizes(asked: Asked) -> list[int]:
    """The tokens of what comes first, and of each message."""
    words = [count(text) for text in asked.prompt()]
    sights = asked.sights() or [0] * len(words)
    return [told + shown for told, shown in zip(words, sights, strict=True)]
