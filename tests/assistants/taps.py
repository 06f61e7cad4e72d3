"""Menus as people use them: found by what their buttons say, tapped, and read again."""

from typing import Any

from sandbox.telegram.client import TelegramClient
from tests.town import button

Message = dict[str, Any]


async def told(telegram: TelegramClient, chat: int, words: str, **how: Any) -> Message:
    """Says it there, and waits for what the bot says next."""
    topic = how.get("topic")
    return await telegram.next_reply(chat, after=await telegram.say(chat, words, **how), topic=topic)


async def tapped(
    telegram: TelegramClient, chat: int, message: Message, label: str, *, user: int | None = None
) -> str:
    """Taps the button that bears, or holds, this label; what is said to that."""
    query = await telegram.tap(chat, message["message_id"], button(message, label), user=user)
    return str((await telegram.callback_answer(query)).get("text", ""))


async def shown(telegram: TelegramClient, chat: int, message_id: int, words: str) -> Message:
    """The message once these words, or a button with them, are in it."""

    def found(messages: list[Message]) -> list[Message]:
        return [one for one in messages if one["message_id"] == message_id and words in str(one)]

    return found(await telegram.wait_for(chat, lambda messages: bool(found(messages))))[0]


async def offered(telegram: TelegramClient, chat: int, message_id: int, label: str) -> Message:
    """The message once such a button is below it."""

    def found(messages: list[Message]) -> list[Message]:
        return [one for one in messages if one["message_id"] == message_id and label in "\n".join(labels(one))]

    return found(await telegram.wait_for(chat, lambda messages: bool(found(messages))))[0]


async def through(
    telegram: TelegramClient, chat: int, message: Message, *labels: str, user: int | None = None
) -> Message:
    """Taps one button after the other, each once it is there, in the same message."""
    for label in labels:
        message = await offered(telegram, chat, message["message_id"], label)
        await tapped(telegram, chat, message, label, user=user)
    return message


async def after_tap(
    telegram: TelegramClient, chat: int, message: Message, label: str, *, user: int | None = None
) -> Message:
    """What the bot says next, once the button was tapped."""
    last = max(one["message_id"] for one in await telegram.messages(chat))
    await tapped(telegram, chat, message, label, user=user)
    return await telegram.next_reply(chat, after=last)


def labels(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [tap["text"] for row in rows for tap in row]


async def made(
    telegram: TelegramClient, chat: int, name: str = "Cook", purpose: str = "Cook with me."
) -> Message:
    """A new assistant, with nothing but a name and instructions; its card."""
    menu = await told(telegram, chat, "/assistants")
    await after_tap(telegram, chat, menu, "New assistant")
    await told(telegram, chat, name)
    review = await told(telegram, chat, purpose)
    picture = await after_tap(telegram, chat, review, "Use them as they are")
    return await after_tap(telegram, chat, picture, "Done")
