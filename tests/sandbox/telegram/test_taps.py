"""Buttons: tapped by people, answered once and soon."""

from typing import Any

import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram.bot import Bot, Clock

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {"inline_keyboard": [[{"text": "Stop", "callback_data": "stop"}]]}


@pytest.fixture
async def sent(bot: Bot, ada: int) -> dict[str, Any]:
    return await bot("sendMessage", chat_id=ada, text="Thinking", reply_markup=KEYBOARD)


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(
    bot: Bot, people: TelegramClient, ada: int, sent: dict[str, Any]
) -> None:
    query_id = await people.tap(ada, sent["message_id"], "stop")
    [update] = await bot.updates()

    await bot("answerCallbackQuery", callback_query_id=query_id, text="Stopped", show_alert=True)

    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "stop", ada)
    assert query["message"] == sent
    assert await people.callback_answer(query_id) == {"text": "Stopped", "show_alert": True}


async def test_a_tap_is_answered_once(bot: Bot, people: TelegramClient, ada: int, sent: dict[str, Any]) -> None:
    query_id = await people.tap(ada, sent["message_id"], "stop")
    await bot("answerCallbackQuery", callback_query_id=query_id)

    assert await bot.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_a_tap_is_answered_within_a_minute(
    bot: Bot, people: TelegramClient, ada: int, sent: dict[str, Any], clock: Clock
) -> None:
    query_id = await people.tap(ada, sent["message_id"], "stop")
    clock.advance(61)

    assert await bot.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_an_unknown_tap_is_too_old(bot: Bot) -> None:
    assert await bot.refused("answerCallbackQuery", callback_query_id="5") == TOO_OLD


async def test_an_answer_has_200_characters(
    bot: Bot, people: TelegramClient, ada: int, sent: dict[str, Any]
) -> None:
    query_id = await people.tap(ada, sent["message_id"], "stop")
    text = "x" * 201

    refusal = await bot.refused("answerCallbackQuery", callback_query_id=query_id, text=text)

    assert refusal == "MESSAGE_TOO_LONG"


async def test_only_buttons_that_are_there_can_be_tapped(
    people: TelegramClient, ada: int, sent: dict[str, Any]
) -> None:
    with pytest.raises(SandboxRefused, match="no button with this data"):
        await people.tap(ada, sent["message_id"], "go")


async def test_a_button_inside_a_rich_message_can_be_tapped(bot: Bot, people: TelegramClient, ada: int) -> None:
    blocks = [{"type": "buttons", "buttons": [{"text": "Go", "callback_data": "go"}]}]
    rich = await bot("sendRichMessage", chat_id=ada, rich_message={"blocks": blocks})

    assert await people.tap(ada, rich["message_id"], "go")


async def test_a_tap_that_is_not_answered_is_reported(
    people: TelegramClient, ada: int, sent: dict[str, Any]
) -> None:
    query_id = await people.tap(ada, sent["message_id"], "stop")

    with pytest.raises(TimeoutError, match="was not answered"):
        await people.callback_answer(query_id, timeout=0.01)
