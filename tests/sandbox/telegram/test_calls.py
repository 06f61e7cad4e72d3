"""Every call is written down: also those that failed, and when they came."""

import aiohttp
import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Clock


async def test_calls_are_kept_with_their_time_and_end(
    bot: Bot, people: TelegramClient, ada: int, clock: Clock
) -> None:
    await bot("sendMessage", chat_id=ada, text="hi")
    clock.advance(2)
    await bot.refused("sendMessage", chat_id=ada, text="")

    assert await people.calls("sendMessage") == [
        {
            "method": "sendMessage",
            "params": {"chat_id": ada, "text": "hi"},
            "at": 1000.0,
            "ended_at": 1000.0,
            "status": 200,
            "description": "",
        },
        {
            "method": "sendMessage",
            "params": {"chat_id": ada, "text": ""},
            "at": 1002.0,
            "ended_at": 1002.0,
            "status": 400,
            "description": "Bad Request: message text is empty",
        },
    ]


async def test_calls_to_one_chat_can_be_asked_for(bot: Bot, people: TelegramClient, ada: int) -> None:
    bob = await people.user("Bob")
    await bot("sendMessage", chat_id=ada, text="hi")
    await bot("sendMessage", chat_id=bob, text="hi")
    await bot("getMe")

    assert len(await people.calls(chat_id=bob)) == 1
    assert len(await people.calls()) == 3


async def test_a_call_that_got_no_answer_has_no_status(bot: Bot, people: TelegramClient) -> None:
    await people.fault(kind="reset_before")

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.call("getMe")

    [call] = await people.calls()
    assert (call["method"], call["status"], call["description"]) == ("getMe", 0, "reset_before")
