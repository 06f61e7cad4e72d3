"""What people do with pictures, and how a test looks at what came of it."""

import io
from typing import Any

from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient

RED, BLUE, YELLOW, GREEN = (214, 40, 40), (40, 80, 210), (240, 220, 40), (0, 128, 0)
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"

Message = dict[str, Any]


def packed(image: Image.Image, format_: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image


def colour(image: Image.Image, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    seen = image.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    return seen


def is_like(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Telegram compresses photos."""
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


async def from_bot(telegram: TelegramClient, chat: int) -> list[Message]:
    return [message for message in await telegram.messages(chat) if message["from"]["is_bot"]]


async def drawn(telegram: TelegramClient, chat: int, *, after: int = 0, count: int = 1) -> list[Message]:
    """The finished pictures behind a message: those with buttons, or the album before its buttons."""

    def finished(messages: list[Message]) -> bool:
        later = [one for one in messages if one["message_id"] > after and one["from"]["is_bot"]]
        pictures = [one for one in later if "photo" in one or "document" in one or "animation" in one]
        return len(pictures) >= count and any(_has(one, "draw:again:") for one in later)

    messages = await telegram.wait_for(chat, finished)
    later = [one for one in messages if one["message_id"] > after and one["from"]["is_bot"]]
    return [one for one in later if "photo" in one or "document" in one or "animation" in one]


async def asked(telegram: TelegramClient, chat: int, *, after: int = 0) -> Message:
    """The draft behind a message."""

    def there(messages: list[Message]) -> bool:
        return any(one["message_id"] > after and _has(one, "draw:drop:") for one in messages)

    messages = await telegram.wait_for(chat, there)
    return next(one for one in messages if one["message_id"] > after and _has(one, "draw:drop:"))


async def told(telegram: TelegramClient, chat: int, *, after: int = 0) -> str:
    return str((await telegram.next_reply(chat, after=after))["text"])


async def picture(telegram: TelegramClient, message: Message) -> Image.Image:
    return opened(await telegram.file(message))


async def orders(model: ModelClient) -> list[dict[str, Any]]:
    """What image models were asked."""
    return [one for one in await model.requests() if one["path"].startswith("/v1/images/")]


async def paid(model: ModelClient) -> int:
    """How many pictures are on the bill."""
    return sum(int(one["paid"]) for one in await orders(model))


def _has(message: Message, start: str) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(str(button.get("callback_data", "")).startswith(start) for row in rows for button in row)
