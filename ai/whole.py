"""Whole characters: some servers cut an emoji in two halves, one at the end of a delta, one in the next."""

from collections.abc import AsyncGenerator

from domain.characters import fit
from domain.events import Event, TextDelta

_FIRST_HALVES = ("\ud800", "\udbff")


async def whole_characters(events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
    """The same events; a half at the end of a delta waits for the next one. Whoever has `events` closes it."""
    held = ""
    async for event in events:
        if not isinstance(event, TextDelta):
            if held:
                yield TextDelta(fit(held))
                held = ""
            yield event
            continue
        text, held = _cut(held + event.text)
        if text:
            yield TextDelta(fit(text))


def _cut(text: str) -> tuple[str, str]:
    """The text, and the half character it ends with."""
    lowest, highest = _FIRST_HALVES
    return (text[:-1], text[-1]) if text and lowest <= text[-1] <= highest else (text, "")
